//===- Pragmas.h - pragmas about our checks ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_PRAGMAS_H
#define BPFBUILD_COMPILE_PRAGMAS_H

#include "Support/Diagnostic.h"
#include "clang/Basic/SourceLocation.h"
#include "clang/Lex/Preprocessor.h"

namespace bpfbuild {

/// The `#pragma clang diagnostic` (or GCC, or _Pragma) of a translation unit, as far as they are about our checks, of
/// which Clang knows nothing.
class DiagnosticPragmas {
public:
  /// Has \p PP tell of what it comes by; this must outlive it.
  void watch(clang::Preprocessor &PP);

  /// Those in force at \p Loc, in their order.
  std::vector<CheckPragma> inForceAt(clang::SourceLocation Loc, const clang::SourceManager &SM) const;

private:
  class Callbacks;
  struct Event {
    clang::SourceLocation Loc;
    enum { Push, Pop, Change } What;
    CheckPragma Pragma; ///< of a change
  };
  std::vector<Event> Events; ///< in the order of the translation unit
};

} // namespace bpfbuild

#endif
