//===- NullChecks.h - what may be null is asked ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_NULLCHECKS_H
#define BPFBUILD_COMPILE_NULLCHECKS_H

#include "Support/Diagnostic.h"
#include "llvm/IR/Module.h"

namespace bpfbuild {

/// Finds, in the optimised \p M, memory that is read or written through what a helper returned (a map's value, a ring
/// buffer's record, a socket) on a way on which nothing has asked whether that is null: "R0 invalid mem access
/// 'map_value_or_null'" in the verifier's words (check_mem_access()). What is asked in a way that cannot be followed
/// here is left to the verifier. Diagnostics of -Wbpf-null, at their lines, of severity \p Level.
std::vector<Diagnostic> findUnaskedNull(llvm::Module &M, Severity Level);

} // namespace bpfbuild

#endif
