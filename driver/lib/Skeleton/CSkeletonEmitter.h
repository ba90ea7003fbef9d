//===- CSkeletonEmitter.h - the C header of a skeleton ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SKELETON_CSKELETONEMITTER_H
#define BPFBUILD_SKELETON_CSKELETONEMITTER_H

#include "Skeleton/SkeletonModel.h"
#include "Support/ObjectPlacement.h"

namespace bpfbuild {

/// The class's name for a C skeleton of \p Path, as `bpftool gen skeleton` chooses it: the file's name without .o, .c
/// and the like, what is no letter or digit made '_': execsnoop_bpf for execsnoop.bpf.o, .bpf.c or .skel.h.
llvm::Expected<std::string> defaultCSkeletonName(llvm::StringRef Path);

/// A C header that a program written for `bpftool gen skeleton`'s compiles with: the same names, in the same structs.
/// As there, the types of variables are the user's to declare before it is included. Errors: a type that cannot be
/// printed, and a \p Placement at run time, for which these functions have no path.
llvm::Expected<std::string> emitCSkeleton(const SkeletonModel &Model, const BPFObject &Object,
                                          ObjectPlacement Placement);

/// A subskeleton, as `bpftool gen subskeleton` makes it: for a library whose BPF side is linked into somebody else's
/// object, by which its host side finds its maps, programs and variables there. Errors as of emitCSkeleton().
llvm::Expected<std::string> emitCSubskeleton(const SkeletonModel &Model, const BPFObject &Object);

} // namespace bpfbuild

#endif
