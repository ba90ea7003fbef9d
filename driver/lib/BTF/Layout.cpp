//===- Layout.cpp - what C makes of a type's alignment --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "BTF/Layout.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace bpfbuild::btf {

static uint8_t alignOfSize(uint32_t Size) {
  return Size && Size <= 16 && isPowerOf2_32(Size) ? Size : 1;
}

/// True if a bit-field of \p T would not lie in one unit of its declared type, which C allows only in packed records.
static bool straddles(const BTF &Types, const Member &M) {
  uint64_t UnitBits = 8 * Types.sizeOf(M.Type).value_or(0);
  return UnitBits && M.BitOffset / UnitBits != (uint64_t(M.BitOffset) + M.BitSize - 1) / UnitBits;
}

uint8_t Layout::alignOfRecord(uint32_t Id, const Type &T) {
  unsigned Largest = 1;
  bool MustBePacked = false;
  for (Member M : T.members()) {
    unsigned Align = alignOf(M.Type);
    Largest = std::max(Largest, Align);
    MustBePacked |= M.BitSize ? straddles(Types, M) : M.BitOffset % (8 * Align) != 0;
  }
  return MustBePacked || T.Size % Largest ? IsPacked | 1 : Largest;
}

uint8_t Layout::findAlignment(uint32_t Id) {
  Type T = Types.type(Id);
  uint8_t Answer = 1;
  switch (T.TypeKind) {
  case Kind::Int:
  case Kind::Float:
  case Kind::Enum:
  case Kind::Enum64:
    Answer = alignOfSize(T.Size);
    break;
  case Kind::Ptr:
    Answer = 8;
    break;
  case Kind::Array:
  case Kind::Typedef:
  case Kind::Volatile:
  case Kind::Const:
  case Kind::Restrict:
  case Kind::TypeTag:
  case Kind::Var:
    Answer = alignOf(T.Ref);
    break;
  case Kind::Struct:
  case Kind::Union:
    Answer = alignOfRecord(Id, T);
    break;
  default:
    break;
  }
  return Known[Id] = Answer;
}

} // namespace bpfbuild::btf
