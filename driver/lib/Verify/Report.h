//===- Report.h - verdicts for people and machines --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_VERIFY_REPORT_H
#define BPFBUILD_VERIFY_REPORT_H

#include "Verify/Verify.h"

namespace bpfbuild {

/// What one kernel said of one object.
struct VerifyReport {
  std::string Object, Kernel;
  std::vector<ProgramVerdict> Verdicts;
  std::vector<Diagnostic> Diagnostics; ///< of explainVerdicts()
};

/// One line a program: verdict, name, and what the verifier went through.
void printTable(llvm::raw_ostream &OS, const VerifyReport &Report);

/// A JSON array with an object a report.
void printJSON(llvm::raw_ostream &OS, llvm::ArrayRef<VerifyReport> Reports);

/// JUnit's XML: a test suite an object and kernel, a test case a program.
void printJUnit(llvm::raw_ostream &OS, llvm::ArrayRef<VerifyReport> Reports);

/// One self-contained page, without scripts: for each object a table of programs and kernels.
void printHTML(llvm::raw_ostream &OS, llvm::ArrayRef<VerifyReport> Reports);

} // namespace bpfbuild

#endif
