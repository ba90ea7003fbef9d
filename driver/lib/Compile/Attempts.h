//===- Attempts.h - what Clang is shown, and what next ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Clang is shown a slice of vmlinux.h, which is an optimisation and may never change what a source means. This decides,
// after each run of Clang, whether the source is done, or what Clang is shown next: the same without our declarations
// of helpers that the source has itself; the slice with the names that it lacked; all of bpf.hpp; and at last the whole
// header. Every step shows more, so there are few of them. Plain data: nothing here knows Clang.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_ATTEMPTS_H
#define BPFBUILD_COMPILE_ATTEMPTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringSet.h"
#include <string>

namespace bpfbuild {

/// What one run of Clang is shown.
struct Attempt {
  bool IsSliced = true;         ///< what the program reaches of vmlinux.h, and not the whole
  bool HasWholeLibrary = false; ///< all of bpf.hpp
  llvm::StringSet<> Added; ///< names whose declarations the slice has although the program did not seem to need them
  llvm::StringSet<> OwnHelpers; ///< helpers that are left to the program to declare
};

/// What came of it.
struct AttemptResult {
  bool IsDone = false;    ///< Clang found no error, and the slice lacked nothing
  bool HasSliced = false; ///< some header was sliced: showing the whole can make a difference
  bool IsCxx = false;
  llvm::StringSet<> Clashes;                ///< helpers whose declaration in our header has to do with an error
  llvm::ArrayRef<std::string> Missing = {}; ///< names that the source looked for, and the whole header has
};

class Attempts {
public:
  explicit Attempts(bool StartsSliced) { Now.IsSliced = StartsSliced; }

  const Attempt &current() const { return Now; }

  /// True if Clang is to run again, over what current() is then.
  bool next(const AttemptResult &Result);

  /// True once a slice did not do.
  bool isFallback() const { return Fallback != None; }

  /// What made the first slice fail and what was done then, in words; only if isFallback().
  std::string describeFallback() const;

private:
  static constexpr unsigned MaxAdditions = 8; ///< each addition can uncover the next error; then the whole is quicker

  Attempt Now;
  enum { None, Names, Library, Whole } Fallback = None;
  std::string FirstMissing; ///< empty if no name tells
  unsigned Additions = 0;
};

} // namespace bpfbuild

#endif
