//===- Shape.h - how the record of each kind is laid out --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each type is three words, its name, kind with vlen, and size or type, and what the table has for its kind.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_BTF_SHAPE_H
#define BPFBUILD_BTF_SHAPE_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace bpfbuild::btf {

/// The shape of a kind's record, as the kernel's btf_kind_operations check it. An array's fixed words begin with the
/// ids of its element and its index.
struct Shape {
  llvm::StringLiteral Name;
  uint8_t FixedWords;           ///< behind the first three
  uint8_t ItemWords;            ///< for each of vlen
  bool HasRef;                  ///< the third word is a type id, not a size
  int8_t NameInItem, RefInItem; ///< which words of an item are a name and an id; -1: none
};

inline constexpr Shape Shapes[] = {
    {"void", 0, 0, false, -1, -1},    {"int", 1, 0, false, -1, -1},     {"pointer", 0, 0, true, -1, -1},
    {"array", 3, 0, false, -1, -1},   {"struct", 0, 3, false, 0, 1},    {"union", 0, 3, false, 0, 1},
    {"enum", 0, 2, false, 0, -1},     {"fwd", 0, 0, false, -1, -1},     {"typedef", 0, 0, true, -1, -1},
    {"volatile", 0, 0, true, -1, -1}, {"const", 0, 0, true, -1, -1},    {"restrict", 0, 0, true, -1, -1},
    {"func", 0, 0, true, -1, -1},     {"func_proto", 0, 2, true, 0, 1}, {"var", 1, 0, true, -1, -1},
    {"datasec", 0, 3, false, -1, 0},  {"float", 0, 0, false, -1, -1},   {"decl_tag", 1, 0, true, -1, -1},
    {"type_tag", 0, 0, true, -1, -1}, {"enum64", 0, 3, false, 0, -1},
};

} // namespace bpfbuild::btf

#endif
