//===- KernelBTF.h - the types of kernels by their names --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MACHINE_KERNELBTF_H
#define BPFBUILD_MACHINE_KERNELBTF_H

#include "CoRe/KernelTypes.h"

namespace bpfbuild {

/// The kernels that \p Sources names; the running one if it names none. A source is "kernel", a file with BTF, a kernel
/// image, a folder of a kernel's and its modules' BTF (see core::KernelTypes), or a name of 'bpfbuild kernels list'.
llvm::Expected<std::vector<core::KernelTypes>> openKernels(llvm::ArrayRef<std::string> Sources);

/// The same for --target-btf=, where to name none means none.
inline llvm::Expected<std::vector<core::KernelTypes>> openTargets(llvm::ArrayRef<std::string> Sources) {
  return Sources.empty() ? std::vector<core::KernelTypes>() : openKernels(Sources);
}

} // namespace bpfbuild

#endif
