//===- DiagnosticConsumers.h - Clang's diagnostics as JSON ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_DIAGNOSTICCONSUMERS_H
#define BPFBUILD_COMPILE_DIAGNOSTICCONSUMERS_H

#include "Support/Diagnostic.h"
#include "clang/Basic/Diagnostic.h"

namespace bpfbuild {

/// \p Loc as the user knows it (#line is obeyed); Line is 0 for an invalid location.
SourcePlace placeOf(clang::SourceLocation Loc, const clang::SourceManager &SM);

/// Prints what Clang reports as one JSON object a line.
class JSONDiagnosticConsumer : public clang::DiagnosticConsumer {
public:
  explicit JSONDiagnosticConsumer(llvm::raw_ostream &OS) : OS(OS) {}
  void HandleDiagnostic(clang::DiagnosticsEngine::Level Level, const clang::Diagnostic &Info) override;

private:
  llvm::raw_ostream &OS;
};

} // namespace bpfbuild

#endif
