//===- Kfuncs.cpp - functions of the kernel that programs may call --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Kernel/Kfuncs.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace bpfbuild {

#define KFUNC(NAME, SINCE) {#NAME, KernelVersion SINCE},
static constexpr Kfunc Table[] = {
#include "Kernel/Kfuncs.def"
};

static constexpr KernelVersion FirstKfuncs = {5, 13};

ArrayRef<Kfunc> kfuncs() {
  return Table;
}

KernelVersion firstKernelOfKfunc(StringRef Name) {
  const auto *It = find_if(Table, [Name](const Kfunc &K) { return K.Name == Name; });
  return It == std::end(Table) ? FirstKfuncs : It->Since;
}

} // namespace bpfbuild
