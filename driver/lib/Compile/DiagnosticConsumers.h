//===- DiagnosticConsumers.h - what becomes of diagnostics --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_DIAGNOSTICCONSUMERS_H
#define BPFBUILD_COMPILE_DIAGNOSTICCONSUMERS_H

#include "Support/Diagnostic.h"
#include "clang/Basic/Diagnostic.h"
#include "llvm/ADT/StringSet.h"

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

/// Finds out which helpers a program declares itself: those whose declaration in our header has to do with an error.
class HelperClashes {
public:
  void note(clang::DiagnosticsEngine::Level Level, const clang::Diagnostic &Info);
  const llvm::StringSet<> &names() const { return Names; }

private:
  llvm::StringSet<> Names;
  bool IsError = false; ///< the diagnostic that notes belong to
};

/// A consumer that tells \p Clashes of what it gets.
template <typename Consumer> class NotingClashes final : public Consumer {
public:
  template <typename... Args>
  explicit NotingClashes(HelperClashes &Clashes, Args &&...Rest)
      : Consumer(std::forward<Args>(Rest)...), Clashes(Clashes) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level Level, const clang::Diagnostic &Info) override {
    Consumer::HandleDiagnostic(Level, Info);
    Clashes.note(Level, Info);
  }

private:
  HelperClashes &Clashes;
};

} // namespace bpfbuild

#endif
