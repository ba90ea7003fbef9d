//===- Walk.h - from a type to what it refers to ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one place that knows which types a type refers to, and which of them it contains by value.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_BTF_WALK_H
#define BPFBUILD_BTF_WALK_H

#include "BTF/BTF.h"

namespace bpfbuild::btf {

inline constexpr uint32_t NoReference = ~0u;

/// The id of the type number \p Index that \p Id contains by value, or stands for: members, an array's element, what a
/// typedef, qualifier or variable has. NoReference behind the last.
inline uint32_t valueReference(const BTF &Types, uint32_t Id, uint32_t Index) {
  const char *Record = Types.rawRecord(Id);
  Kind K = kindOf(Record);
  if (K == Kind::Struct || K == Kind::Union)
    return Index < countOf(Record) ? word(Record, 3 + 3 * Index + 1) : NoReference;
  if (Index == 0 && K == Kind::Array)
    return word(Record, 3);
  return Index == 0 && ContainerKinds & bitOf(K) ? word(Record, 2) : NoReference;
}

/// Calls \p Visit(id) for every type that the raw record of a type refers to, by value or not; void is 0. An array's
/// index type is left out.
template <typename Visitor> void forEachReference(const char *Record, Visitor Visit) {
  Kind K = kindOf(Record);
  if (KindsWithRef & bitOf(K))
    Visit(word(Record, 2));
  switch (K) {
  case Kind::Array:
    Visit(word(Record, 3));
    return;
  case Kind::Struct:
  case Kind::Union:
    for (uint32_t Index = 0, Count = countOf(Record); Index < Count; ++Index)
      Visit(word(Record, 3 + 3 * Index + 1));
    return;
  case Kind::FuncProto:
    for (uint32_t Index = 0, Count = countOf(Record); Index < Count; ++Index)
      Visit(word(Record, 3 + 2 * Index + 1));
    return;
  case Kind::DataSec:
    for (uint32_t Index = 0, Count = countOf(Record); Index < Count; ++Index)
      Visit(word(Record, 3 + 3 * Index));
    return;
  default:
    return;
  }
}

/// Calls \p Visit(definition) for every BTF::Definition, the base's first.
template <typename Visitor> void forEachDefinition(const BTF &Types, Visitor Visit) {
  if (Types.base())
    forEachDefinition(*Types.base(), Visit);
  for (const BTF::Definition &D : Types.definitions())
    Visit(D);
}

} // namespace bpfbuild::btf

#endif
