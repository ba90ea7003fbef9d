//===- SkeletonEmitter.h - the C++ header of a skeleton ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SKELETON_SKELETONEMITTER_H
#define BPFBUILD_SKELETON_SKELETONEMITTER_H

#include "Skeleton/LightSkeletonEmitter.h"
#include "Skeleton/SkeletonModel.h"
#include "Support/OutputSet.h"
#include "Support/SkeletonStyle.h"

namespace bpfbuild {

/// What a skeleton is written as.
struct SkeletonText {
  std::string Header;
  std::string Source; ///< the file beside the header that has its name and .cpp; empty: there is none
};

/// The text in any style. Errors as of emitCSkeleton() and emitLightSkeleton().
llvm::Expected<SkeletonText> emitSkeleton(const SkeletonModel &Model, const BPFObject &Object, SkeletonStyle Style,
                                          ObjectPlacement Placement, const SigningKey &Signer);

/// Adds the files of a skeleton: the header \p Path, and beside it the source and \p Object, where \p Style and
/// \p Placement ask for them. The object comes first: a header never stands beside an older one. Errors: nothing can
/// be beside the header, or the assembler would not find it there.
llvm::Error addSkeleton(OutputSet &Files, llvm::StringRef Path, SkeletonText Text, llvm::StringRef Object,
                        SkeletonStyle Style, ObjectPlacement Placement);

/// The text of the header. The same model and object always give the same text; no path of this machine is in it.
std::string emitSkeleton(const SkeletonModel &Model, ObjectPlacement Placement, llvm::StringRef ObjectBytes);

} // namespace bpfbuild

#endif
