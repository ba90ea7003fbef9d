//===- Explain.h - why a kernel lacks what a program asks for ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_CORE_EXPLAIN_H
#define BPFBUILD_CORE_EXPLAIN_H

#include "CoRe/Resolve.h"

namespace bpfbuild::core {

/// Why \p R, of a relocation of kind \p K, has no value, in words: "struct task_struct has no member 'state'". Empty
/// for one that has.
std::string explain(const Resolution &R, CoreKind K);

/// The member or enumerator of the kernel that may be meant where there is none of the name: the one with the nearest
/// name; empty if none is near.
std::string nearestName(const Resolution &R);

/// What a program asks before it uses what some kernels lack: "bpf_core_field_exists".
llvm::StringRef guardFor(CoreKind K);

} // namespace bpfbuild::core

#endif
