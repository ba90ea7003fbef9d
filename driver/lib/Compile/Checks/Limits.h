//===- Limits.h - what BPF cannot do ----------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_CHECKS_LIMITS_H
#define BPFBUILD_COMPILE_CHECKS_LIMITS_H

#include "Kernel/Helpers.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Module.h"

namespace bpfbuild {

/// Reports, as errors at their lines, what is left in the optimised \p M that no kernel runs: calls through pointers
/// (virtual ones), of the C and C++ runtime, of oneself; variables that have to be initialised or destroyed at run
/// time. What the back end would report again, in its own words, is taken out.
void refuseWhatBPFCannotDo(llvm::Module &M);

/// Reports variables of functions that are initialised when they are first met, as long as the guards have their names
/// that tell whether they were: before the optimiser.
void refuseGuardedVariables(llvm::Module &M);

/// Makes atomic additions whose result is not used those that every kernel has, BPF_XADD. From the order that
/// __sync_fetch_and_add() asks for, LLVM makes BPF_FETCH, which is of Linux 5.12; kernels before that have no other.
void useOldAdditions(llvm::Module &M);

/// The helper that is called; null for any other call.
const Helper *helperOf(const llvm::CallBase &Call);

/// Reports an error at the line of a function's or variable's definition.
void refuse(const llvm::GlobalObject &Object, const llvm::Twine &Message);

} // namespace bpfbuild

#endif
