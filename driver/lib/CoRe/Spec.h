//===- Spec.h - what a CO-RE relocation asks for ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A relocation names a type of the program and an access string: "0:1:2" is, of the first element that a pointer leads
// to, member number 1, and of that member number 2 (or element, if it is an array). Spec is that string followed
// through a BTF: once through the program's, and once, by the names of the members, through a kernel's.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_CORE_SPEC_H
#define BPFBUILD_CORE_SPEC_H

#include "BTF/BTF.h"
#include "Object/BTFExt.h"
#include "llvm/ADT/SmallVector.h"

namespace bpfbuild::core {

/// What a relocation is about.
constexpr bool isAboutField(CoreKind K) {
  return K <= CoreKind::FieldRightShift;
}
constexpr bool isAboutEnumerator(CoreKind K) {
  return K == CoreKind::EnumValueExists || K == CoreKind::EnumValue;
}
constexpr bool isAboutType(CoreKind K) {
  return !isAboutField(K) && !isAboutEnumerator(K) && K <= CoreKind::TypeMatches;
}
/// True for those that ask whether something is there, and so can be answered where it is not.
constexpr bool isQuestion(CoreKind K) {
  return K == CoreKind::FieldExists || K == CoreKind::EnumValueExists || isAboutType(K);
}

/// The kind as libbpf's log calls it: "byte_off", "field_exists"; "unknown" for numbers above the last.
llvm::StringRef toString(CoreKind K);

/// Why a relocation has no value in a kernel, or no sense at all.
enum class Reason : uint8_t {
  None,
  // The kernel lacks what is asked for. Questions are answered with no; every other instruction is poisoned.
  NoType,       ///< no type of that name and kind
  NoMember,     ///< no member of that name
  OtherMember,  ///< the member is of another kind
  NoArray,      ///< what has elements in the program has none in the kernel
  ShortArray,   ///< the array is shorter
  NoEnumerator, ///< no enumerator of that name
  OtherType,    ///< the type of that name is not compatible, or does not match
  OtherSize,    ///< the member's size changed, and the load or store cannot be adjusted
  // libbpf refuses the object.
  Ambiguous,      ///< types of that name lead to different results
  Malformed,      ///< the access string or the type is none that the kind takes
  Anonymous,      ///< a type without a name cannot be looked for
  TooDeep,        ///< more steps than libbpf follows
  BitField,       ///< a bit-field that no load of 64 bits covers
  NoSize,         ///< a type without a size
  ElementKind,    ///< the kind says nothing of an array's element
  UnknownKind,    ///< a kind that is newer than what is known here
  Instruction,    ///< the instruction is none that can be patched
  OtherValue,     ///< the instruction does not have the value that the program's BTF says
  TooLarge,       ///< the offset does not fit into the instruction
  UnexpectedSize, ///< the load or store has not the member's size in the program
};

/// True if the whole object cannot be loaded, whether the instruction is run or not.
constexpr bool refusesObject(Reason R) {
  return R >= Reason::Ambiguous;
}

/// A word for machines: "no-member".
llvm::StringRef toString(Reason R);

/// A step that C sees: a named member, or an element.
struct Accessor {
  uint32_t Type;  ///< of a member the struct or union that has it; of an element its own
  uint32_t Index; ///< of the member in Type, or of the element
  bool IsMember;
  llvm::StringRef Name; ///< of a member or enumerator
};

struct Spec {
  static constexpr size_t MaxSteps = 64; ///< BPF_CORE_SPEC_MAX_LEN

  const btf::BTF *Types = nullptr;
  uint32_t Root = 0;                        ///< id of the type
  llvm::SmallVector<uint32_t, 8> Indices;   ///< every step, through members without a name too
  llvm::SmallVector<Accessor, 8> Accessors; ///< the steps that C sees
  uint32_t BitOffset = 0;                   ///< from the start of the root
  bool isEmpty() const { return Types == nullptr; }
};

/// The bytes that a pointer has by the size of "long"; 8 where there is none (libbpf's determine_ptr_size).
unsigned pointerSize(const btf::BTF &Types);

/// BTF_INT_OFFSET of an integer, which only old compilers set for bit-fields; such integers are never compatible.
bool isOldBitField(const btf::BTF &Types, uint32_t Id);

/// True if \p Type, seen from \p Parent, is an array as long as its object: [0] at the end of a struct.
bool isFlexibleArray(const btf::BTF &Types, const Accessor &Parent, const btf::Type &Array);

/// Follows the access string of \p R through the program's \p Types (libbpf's bpf_core_parse_spec). On failure
/// \p Why says why, and the result is empty.
Spec parseSpec(const btf::BTF &Types, const CoreRelocation &R, Reason &Why);

/// "struct task_struct.mm->…" as C writes it: "struct task_struct.comm[3]", "enum bpf_map_type.BPF_MAP_TYPE_HASH",
/// "struct task_struct".
std::string spell(const Spec &S);

} // namespace bpfbuild::core

#endif
