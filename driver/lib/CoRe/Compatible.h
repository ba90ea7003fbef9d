//===- Compatible.h - types of a program against a kernel's -----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CO-RE has three relations between a type of the program and one of the kernel, from loose to strict. That their names
// are the same but for flavours is the caller's to see to, at the root.
//
//   fields are compatible   a member can be read as the other: any struct or union for any, any pointer for any,
//                           integers of all sizes, enums of the same name
//   types are compatible    bpf_core_type_exists(), bpf_core_type_size(): the same kind, behind pointers and arrays too
//   types match             bpf_core_type_matches(): and every member of the program's is in the kernel's
//
// What follows a chain without end, or nests deeper than 32, is a failure, as in libbpf.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_CORE_COMPATIBLE_H
#define BPFBUILD_CORE_COMPATIBLE_H

#include "BTF/BTF.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace bpfbuild::core {

enum class Answer : uint8_t { No, Yes, Fails };

/// The same kind, where an enum is one of either width (libbpf's btf_kind_core_compat).
inline bool isSameKind(const btf::Type &A, const btf::Type &B) {
  return A.TypeKind == B.TypeKind || (A.isEnum() && B.isEnum());
}

/// bpf_core_fields_are_compat()
bool areFieldsCompatible(const btf::BTF &Own, uint32_t OwnId, const btf::BTF &Kernel, uint32_t KernelId);

/// bpf_core_types_are_compat()
Answer areTypesCompatible(const btf::BTF &Own, uint32_t OwnId, const btf::BTF &Kernel, uint32_t KernelId);

/// Is told of what a match rests on: member or enumerator number Index of the kernel's type Id, which must have at
/// least as many of them as the program's, AtLeast.
using NoteUse = llvm::function_ref<void(const btf::BTF &Kernel, uint32_t Id, uint32_t Index, uint32_t AtLeast)>;

/// bpf_core_types_match(). What \p Note is told of a match that then fails is of no use.
Answer doTypesMatch(const btf::BTF &Own, uint32_t OwnId, const btf::BTF &Kernel, uint32_t KernelId, NoteUse Note);

} // namespace bpfbuild::core

#endif
