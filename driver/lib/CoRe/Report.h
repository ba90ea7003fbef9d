//===- Report.h - the record for people and machines ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_CORE_REPORT_H
#define BPFBUILD_CORE_REPORT_H

#include "CoRe/Record.h"
#include "llvm/Support/raw_ostream.h"

namespace bpfbuild::core {

/// The record of some objects in some kernels, in the order in which they were named.
struct Report {
  llvm::ArrayRef<ObjectRecord> Objects;
  llvm::ArrayRef<KernelTypes> Kernels;
};

/// What two kernels, one after the other, show of a relocation: "needs 5.11 or newer", "'state' is '__state' from 5.14
/// on". Empty where nothing changes, or the kernels' names have no versions.
std::string describeChange(const RelocationRecord &R, llvm::ArrayRef<KernelTypes> Kernels);

/// Each relocation at its line, with kernels that decide alike together; and a line that sums up.
void printText(llvm::raw_ostream &OS, const Report &R);

/// One JSON object; docs/core.md has the schema.
void printJSON(llvm::raw_ostream &OS, const Report &R);

/// One self-contained page, without scripts: a table of programs and kernels, and below it every relocation.
void printHTML(llvm::raw_ostream &OS, const Report &R);

} // namespace bpfbuild::core

#endif
