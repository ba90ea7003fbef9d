//===- MinimalBTFs.h - of many kernels --------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MACHINE_MINIMALBTFS_H
#define BPFBUILD_MACHINE_MINIMALBTFS_H

#include "CoRe/MinimalBTF.h"

namespace bpfbuild {

/// A kernel to be reduced: what somebody named, or a file in a folder that he named.
struct KernelSource {
  std::string Path, Relative; ///< Relative is below the folder; empty for what was named by itself
};

/// What became of it.
struct MinimizedKernel {
  std::string Release; ///< what uname -r says there, if it is known
  std::string Bytes;
};

/// The kernels that \p Given names, as openKernels() takes them, and all files below folders of kernels; the running
/// one if it names none.
llvm::Expected<std::vector<KernelSource>> findKernelSources(llvm::ArrayRef<std::string> Given);

/// Reduces each to what \p Objects use, several at a time.
llvm::Expected<std::vector<MinimizedKernel>> minimizeAll(llvm::ArrayRef<KernelSource> Sources,
                                                         llvm::ArrayRef<core::ObjectToResolve> Objects);

/// The bytes of an archive of \p Kernels, which came from \p Sources for \p Objects. Errors as of core::kernelNameOf()
/// and core::writeArchive().
llvm::Expected<std::string> archiveKernels(llvm::ArrayRef<KernelSource> Sources, std::vector<MinimizedKernel> Kernels,
                                           llvm::ArrayRef<core::ObjectToResolve> Objects);

/// What --embed-btf=\p Path has the skeleton of \p Object carry: the bytes of that archive or, if it is a folder of
/// kernels, of one that is made of it. An archive that was made for other objects, and lacks what this one uses, is an
/// error.
llvm::Expected<std::string> archiveFor(const BPFObject &Object, llvm::StringRef Path);

} // namespace bpfbuild

#endif
