//===- SliceWatcher.h - what a slice lacks ----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A slice may not change what a source means. It has fewer declarations than the whole header, in the same order, and
// the same directives: so a source can only mean something else where it looks for a name, or into a type, and finds
// nothing. The watcher hears of both, however the source's flags rate it: of names by Clang's lookups that fail, as
// that of a function that is then declared implicitly, without any error; of types by errors about incomplete ones.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_VIEWS_SLICEWATCHER_H
#define BPFBUILD_COMPILE_VIEWS_SLICEWATCHER_H

#include "clang/AST/ASTConsumer.h"
#include "clang/Basic/Diagnostic.h"
#include "llvm/ADT/StringSet.h"
#include <functional>
#include <string>
#include <vector>

namespace clang {
class LookupResult;
}

namespace bpfbuild {

class SliceWatcher {
public:
  /// Tells whether the whole of a header that was sliced declares \p Name, and the slice does not define it.
  using Question = std::function<bool(llvm::StringRef Name)>;
  /// Tells whether a file is a sliced header itself, whose own lookups fail as they do in the whole.
  using FileQuestion = std::function<bool(llvm::StringRef Path)>;

  SliceWatcher() = default;
  SliceWatcher(Question IsLacking, FileQuestion IsSliced)
      : IsLacking(std::move(IsLacking)), IsSliced(std::move(IsSliced)) {}

  /// What was looked for in vain, in the order of the source.
  llvm::ArrayRef<std::string> missing() const { return Missing; }

  /// Looks into a diagnostic for types and names.
  void note(clang::DiagnosticsEngine::Level Level, const clang::Diagnostic &Info);

  /// A lookup that found nothing.
  void note(const clang::LookupResult &Lookup);

private:
  void consider(llvm::StringRef Name);

  Question IsLacking;
  FileQuestion IsSliced;
  bool IsError = false; ///< the diagnostic that notes belong to
  llvm::StringSet<> Seen;
  std::vector<std::string> Missing;
};

/// Puts the watcher in front of \p Consumer: it hears of lookups that fail, and where something is missing, no code is
/// made. \p Watcher must outlive the result.
std::unique_ptr<clang::ASTConsumer> watched(SliceWatcher &Watcher, clang::DiagnosticsEngine &Diagnostics,
                                            std::unique_ptr<clang::ASTConsumer> Consumer);

} // namespace bpfbuild

#endif
