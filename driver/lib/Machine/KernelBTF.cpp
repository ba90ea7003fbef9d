//===- KernelBTF.cpp - the types of kernels by their names ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/KernelBTF.h"
#include "Machine/Kernels.h"
#include "Support/Error.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace bpfbuild {

/// A file or folder counts before a kernel that was added under that name.
static Expected<core::KernelTypes> openKernel(StringRef Source) {
  if (Source == "kernel" || sys::fs::exists(Source))
    return core::KernelTypes::open(Source);
  Expected<std::string> Image = findKernel(Source);
  return Image ? core::KernelTypes::open(*Image, Source) : Image.takeError();
}

Expected<std::vector<core::KernelTypes>> openKernels(ArrayRef<std::string> Sources) {
  std::vector<core::KernelTypes> Result;
  std::string Running = "kernel";
  for (const std::string &Source : Sources.empty() ? ArrayRef(Running) : Sources) {
    Expected<core::KernelTypes> Kernel = openKernel(Source);
    if (!Kernel)
      return Kernel.takeError();
    Result.push_back(std::move(*Kernel));
  }
  return Result;
}

} // namespace bpfbuild
