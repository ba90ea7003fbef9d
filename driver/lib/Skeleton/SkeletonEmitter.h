//===- SkeletonEmitter.h - the C++ header of a skeleton ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SKELETON_SKELETONEMITTER_H
#define BPFBUILD_SKELETON_SKELETONEMITTER_H

#include "Skeleton/LightSkeletonEmitter.h"
#include "Skeleton/SkeletonModel.h"
#include "Support/SkeletonStyle.h"

namespace bpfbuild {

/// The text of the header in any style. Errors as of emitCSkeleton() and emitLightSkeleton().
llvm::Expected<std::string> emitSkeleton(const SkeletonModel &Model, const BPFObject &Object, SkeletonStyle Style,
                                         ObjectPlacement Placement, const SigningKey &Signer);

/// The text of the header. The same model and object always give the same text; no path of this machine is in it.
std::string emitSkeleton(const SkeletonModel &Model, ObjectPlacement Placement, llvm::StringRef ObjectBytes);

} // namespace bpfbuild

#endif
