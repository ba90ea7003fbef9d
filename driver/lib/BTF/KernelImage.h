//===- KernelImage.h - the kernel inside a bootable image -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_BTF_KERNELIMAGE_H
#define BPFBUILD_BTF_KERNELIMAGE_H

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

namespace bpfbuild::btf {

/// True for a bzImage (x86), and an image that unpacks itself as an EFI program (arm64 and others).
bool isKernelImage(llvm::StringRef Bytes);

/// The kernel that the image \p Bytes, of the file \p Path, has compressed in it: an ELF file, or on some architectures
/// what lies in memory.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> extractKernel(llvm::StringRef Bytes, llvm::StringRef Path);

/// What uname -r says of the kernel in a bzImage: "6.1.0-40-amd64". Empty for other bytes.
llvm::StringRef releaseOf(llvm::StringRef Bytes);

/// The BTF that lies somewhere in \p Bytes, which are no ELF file; empty if there is none.
llvm::StringRef findRawBTF(llvm::StringRef Bytes);

} // namespace bpfbuild::btf

#endif
