//===- DiagnosticConsumers.h - what becomes of diagnostics --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_DIAGNOSTICCONSUMERS_H
#define BPFBUILD_COMPILE_DIAGNOSTICCONSUMERS_H

#include "Compile/Views/SliceWatcher.h"
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

/// What a run of Clang's shows besides its messages.
struct RunNotes {
  HelperClashes Clashes;
  SliceWatcher Slice;
};

/// A consumer that tells \p Notes of what it gets.
template <typename Consumer> class NotingConsumer final : public Consumer {
public:
  template <typename... Args>
  explicit NotingConsumer(RunNotes &Notes, Args &&...Rest) : Consumer(std::forward<Args>(Rest)...), Notes(Notes) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level Level, const clang::Diagnostic &Info) override {
    Consumer::HandleDiagnostic(Level, Info);
    Notes.Clashes.note(Level, Info);
    Notes.Slice.note(Level, Info);
  }

private:
  RunNotes &Notes;
};

} // namespace bpfbuild

#endif
