//===- NullChecks.h - what may be null is asked ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_CHECKS_NULLCHECKS_H
#define BPFBUILD_COMPILE_CHECKS_NULLCHECKS_H

#include "Kernel/KernelVersion.h"
#include "Support/Diagnostic.h"
#include "llvm/IR/Module.h"

namespace bpfbuild {

/// Finds, in the optimised \p M, memory that is read or written through what a helper returned (a map's value, a ring
/// buffer's record, a socket) where nobody asked whether that is null, or null was the answer: "R0 invalid mem access
/// 'map_value_or_null'" in the verifier's words (check_mem_access()). What hangs on other conditions too is left to the
/// verifier. Diagnostics of -Wbpf-null, at their lines; for kernels from \p Oldest on, of which
/// the newer ones know which elements an array has.
std::vector<Diagnostic> findUnaskedNull(llvm::Module &M, KernelVersion Oldest);

} // namespace bpfbuild

#endif
