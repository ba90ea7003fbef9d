//===- SkeletonStyle.h - which kind of skeleton -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_SKELETONSTYLE_H
#define BPFBUILD_SUPPORT_SKELETONSTYLE_H

#include "Support/Error.h"
#include "Support/ObjectPlacement.h"

namespace bpfbuild {

/// What --skeleton-style= and --subskeleton choose.
enum class SkeletonStyle {
  Cxx,
  C,    ///< with the names of bpftool's
  CSub, ///< for a library whose BPF side is linked into another object
};

/// Reads the value of --skeleton-style=.
inline llvm::Expected<SkeletonStyle> parseSkeletonStyle(llvm::StringRef Text) {
  if (Text != "cxx" && Text != "c")
    return makeError("--skeleton-style={0}: expected cxx or c", Text);
  return Text == "c" ? SkeletonStyle::C : SkeletonStyle::Cxx;
}

/// The style for --subskeleton; an error for one that has no subskeletons.
inline llvm::Expected<SkeletonStyle> subskeletonOf(SkeletonStyle Style) {
  if (Style == SkeletonStyle::Cxx)
    return makeError("--subskeleton: pass --skeleton-style=c too; there is no subskeleton in C++");
  return SkeletonStyle::CSub;
}

/// True if the object is in a file beside the header.
inline bool hasObjectBeside(SkeletonStyle Style, ObjectPlacement Placement) {
  return Style != SkeletonStyle::CSub && Placement != ObjectPlacement::Inline;
}

} // namespace bpfbuild

#endif
