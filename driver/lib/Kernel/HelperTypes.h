//===- HelperTypes.h - which programs may call which helpers ----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What several kernels answered (HelperTypes.def). A helper that none of them lets any program call is not judged:
// their configuration leaves it out. Nor are programs of a type that none of them loads, or whose helpers depend on
// what they implement (struct_ops) or replace (ext).
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_HELPERTYPES_H
#define BPFBUILD_KERNEL_HELPERTYPES_H

#include "Kernel/KernelVersion.h"
#include "llvm/ADT/StringRef.h"
#include <vector>

namespace bpfbuild {

struct HelperRefusal {
  KernelVersion By;                     ///< the newest of the kernels asked that refuses the call
  std::optional<KernelVersion> TakenBy; ///< the oldest that takes it
};

/// Whether kernels let programs of the type \p ProgramType ("sched_cls") call the helper of number \p Helper: nothing
/// where \p Oldest does, or where it is not known. Without \p Oldest, a refusal is one by all kernels.
std::optional<HelperRefusal> findRefusal(llvm::StringRef ProgramType, uint32_t Helper,
                                         std::optional<KernelVersion> Oldest);

/// The types, by name, whose programs some kernel lets call the helper.
std::vector<llvm::StringRef> programTypesThatCall(uint32_t Helper);

/// True if the table knows the type, and the helper.
bool isJudged(llvm::StringRef ProgramType, uint32_t Helper);

} // namespace bpfbuild

#endif
