//===- LightSkeletonEmitter.h - a skeleton without libbpf -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SKELETON_LIGHTSKELETONEMITTER_H
#define BPFBUILD_SKELETON_LIGHTSKELETONEMITTER_H

#include "Skeleton/SkeletonModel.h"
#include "Support/SkeletonStyle.h"

namespace bpfbuild {

/// A C header that loads the object by a BPF program and <bpf/skel_internal.h>, with the names of `bpftool gen skeleton
/// -L`: maps and programs are descriptors. Errors as of makeLoaderProgram() and signLoader(), and a type that cannot be
/// printed.
llvm::Expected<std::string> emitLightSkeleton(const SkeletonModel &Model, const BPFObject &Object,
                                              const SigningKey &Signer);

} // namespace bpfbuild

#endif
