//===- Kfuncs.h - functions of the kernel that programs may call *- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_KFUNCS_H
#define BPFBUILD_KERNEL_KFUNCS_H

#include "Kernel/KernelVersion.h"
#include "llvm/ADT/ArrayRef.h"

namespace bpfbuild {

struct Kfunc {
  llvm::StringLiteral Name;
  KernelVersion Since;
};

/// Those whose first release is known.
llvm::ArrayRef<Kfunc> kfuncs();

/// The first kernel in which a program may call \p Name: the one that had the first kfuncs where no more is known.
KernelVersion firstKernelOfKfunc(llvm::StringRef Name);

} // namespace bpfbuild

#endif
