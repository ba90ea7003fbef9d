//===- Resolve.cpp - what becomes of a relocation in a kernel -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/Resolve.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace bpfbuild::core {

using btf::BTF;
using btf::Kind;
using btf::Type;

//===----------------------------------------------------------------------===//
// Values (bpf_core_calc_field_relo, bpf_core_calc_type_relo, bpf_core_calc_enumval_relo)
//===----------------------------------------------------------------------===//

/// The size of a value of the type, of an array that of its innermost element: what a load reads.
static std::optional<uint64_t> loadSizeOf(const BTF &Types, uint32_t Id, unsigned PointerSize) {
  Id = Types.resolve(Id);
  while (Types.type(Id).TypeKind == Kind::Array)
    Id = Types.resolve(Types.type(Id).Ref);
  return Types.sizeOf(Id, PointerSize);
}

/// Sets what a load or store of a member of type \p Id must know.
static Reason setLoad(const BTF &Types, uint32_t Id, unsigned PointerSize, FieldValue &V) {
  std::optional<uint64_t> Size = loadSizeOf(Types, Id, PointerSize);
  if (!Size)
    return Reason::NoSize;
  V.Size = static_cast<uint32_t>(*Size);
  V.Type = Id;
  return Reason::None;
}

static Reason elementValueOf(const Spec &S, CoreKind K, unsigned PointerSize, FieldValue &V) {
  uint32_t Id = S.Accessors.back().Type;
  if (K == CoreKind::FieldByteOffset) {
    V.Value = S.BitOffset / 8;
    return setLoad(*S.Types, Id, PointerSize, V);
  }
  if (K != CoreKind::FieldByteSize)
    return Reason::ElementKind;
  std::optional<uint64_t> Size = S.Types->sizeOf(Id, PointerSize);
  V.Value = Size.value_or(0);
  return Size ? Reason::None : Reason::NoSize;
}

namespace {
/// The bytes by which a member is loaded.
struct Load {
  uint32_t ByteOffset, ByteSize, BitSize;
};
} // namespace

/// The smallest aligned load that has the whole bit-field; nothing if even eight bytes do not.
static std::optional<Load> loadOfBitField(uint32_t BitOffset, uint32_t BitSize, uint32_t ByteSize) {
  if (ByteSize == 0)
    return std::nullopt;
  for (;; ByteSize *= 2) {
    uint32_t ByteOffset = BitOffset / 8 / ByteSize * ByteSize;
    if (BitOffset + BitSize - ByteOffset * 8 <= ByteSize * 8)
      return Load{ByteOffset, ByteSize, BitSize};
    if (ByteSize >= 8)
      return std::nullopt;
  }
}

static bool isSigned(const Type &T) {
  return (T.isEnum() || T.TypeKind == Kind::Int) && T.IsSigned;
}

Reason Resolver::valueOfMember(const Spec &S, CoreKind K, unsigned PointerSize, FieldValue &V) const {
  const Accessor &Last = S.Accessors.back();
  btf::Member M = S.Types->type(Last.Type).members()[Last.Index];
  uint32_t Id = S.Types->resolve(M.Type);
  Type T = S.Types->type(Id);
  bool IsBitField = M.BitSize > 0;
  std::optional<Load> L;
  if (IsBitField) {
    L = loadOfBitField(S.BitOffset, M.BitSize, T.Size);
    if (!L)
      return Reason::BitField;
  } else if (std::optional<uint64_t> Size = S.Types->sizeOf(Id, PointerSize)) {
    L = {S.BitOffset / 8, static_cast<uint32_t>(*Size), static_cast<uint32_t>(*Size * 8)};
  } else {
    return Reason::NoSize;
  }
  V.MustBeInCode = !IsBitField || K == CoreKind::FieldSigned || K == CoreKind::FieldRightShift;
  switch (K) {
  case CoreKind::FieldByteOffset:
    V.Value = L->ByteOffset;
    return IsBitField ? Reason::None : setLoad(*S.Types, Id, PointerSize, V);
  case CoreKind::FieldByteSize:
    V.Value = L->ByteSize;
    return Reason::None;
  case CoreKind::FieldSigned:
    V.Value = isSigned(T);
    return Reason::None;
  case CoreKind::FieldLeftShift: {
    uint32_t FirstBit = S.BitOffset - L->ByteOffset * 8;
    V.Value = IsLittleEndian ? uint32_t(64 - (FirstBit + L->BitSize)) : uint32_t((8 - L->ByteSize) * 8 + FirstBit);
    return Reason::None;
  }
  default:
    V.Value = uint32_t(64 - L->BitSize);
    return Reason::None;
  }
}

Reason Resolver::fieldValueOf(const Spec &S, CoreKind K, unsigned PointerSize, FieldValue &V) const {
  V = FieldValue();
  if (K == CoreKind::FieldExists) {
    V.Value = 1;
    return Reason::None;
  }
  return S.Accessors.back().IsMember ? valueOfMember(S, K, PointerSize, V) : elementValueOf(S, K, PointerSize, V);
}

/// An enumerator of 32 bits is sign-extended, whatever its enum is.
static uint64_t enumeratorValue(const Spec &S) {
  Type T = S.Types->type(S.Accessors.front().Type);
  uint64_t Value = T.enumerators()[S.Accessors.front().Index].Value;
  return T.TypeKind == Kind::Enum ? uint64_t(int64_t(int32_t(Value))) : Value;
}

Reason Resolver::valueOf(const Spec &S, CoreKind K, unsigned PointerSize, FieldValue &V) const {
  if (isAboutField(K))
    return fieldValueOf(S, K, PointerSize, V);
  switch (K) {
  case CoreKind::EnumValue:
    V.Value = enumeratorValue(S);
    return Reason::None;
  case CoreKind::TypeIdLocal:
  case CoreKind::TypeIdTarget:
    V.Value = S.Root;
    V.MustBeInCode = false; // linkers renumber types
    return Reason::None;
  case CoreKind::TypeSize: {
    std::optional<uint64_t> Size = S.Types->sizeOf(S.Root, PointerSize);
    V.Value = Size.value_or(0);
    return Size ? Reason::None : Reason::NoSize;
  }
  default: // it exists
    V.Value = 1;
    return Reason::None;
  }
}

/// A load may be made wider or narrower between pointers and between unsigned integers, whose upper bits are zeros.
void Resolver::compareSizes(Resolution &R, const Spec &Found) const {
  if (R.Own.Size == R.New.Size)
    return;
  Type A = R.Own.Type ? Own.type(R.Own.Type) : Type(), B = R.New.Type ? Found.Types->type(R.New.Type) : Type();
  auto IsUnsigned = [](const Type &T) { return T.TypeKind == Kind::Int && (!T.IsSigned || T.IsChar || T.IsBool); };
  bool ArePointers = A.TypeKind == Kind::Ptr && B.TypeKind == Kind::Ptr;
  R.CannotResize = !ArePointers && !(IsUnsigned(A) && IsUnsigned(B));
}

//===----------------------------------------------------------------------===//
// Candidates (bpf_core_calc_relo_insn)
//===----------------------------------------------------------------------===//

void Resolver::resolveAmong(const CoreRelocation &R, SmallVector<Candidate> &Of, Resolution &Result) {
  SmallVector<Candidate> Matching;
  for (const Candidate &C : Of) {
    MatchResult M = matchSpec(Result.OwnSpec, R.Kind, C, All.kernel().pointerSize(), Note);
    if (core::refusesObject(M.Where.Why)) {
      Result.Why = M.Where.Why;
      return;
    }
    if (M.Found.isEmpty()) {
      if (!Result.WhereTypes || M.Where.Step > Result.Where.Step) {
        Result.Where = M.Where;
        Result.WhereTypes = C.Types;
      }
      continue;
    }
    FieldValue V;
    if (Result.Why = valueOf(M.Found, R.Kind, All.kernel().pointerSize(), V); Result.Why != Reason::None)
      return;
    Result.Matching.push_back(M.Found);
    if (Matching.empty()) {
      Result.New = V;
      Result.Found = std::move(M.Found);
      if (isAboutField(R.Kind))
        compareSizes(Result, Result.Found);
    } else if (M.Found.BitOffset != Result.Found.BitOffset || V.Value != Result.New.Value) {
      Result.Why = Reason::Ambiguous;
      return;
    }
    Matching.push_back(C);
  }
  if (!Matching.empty()) {
    Of = std::move(Matching);
    return;
  }
  Result.Why = Result.WhereTypes ? Result.Where.Why : Reason::NoType;
  Result.IsPoisoned = !isQuestion(R.Kind);
}

Resolution Resolver::resolve(const CoreRelocation &R) {
  Resolution Result;
  Result.OwnSpec = parseSpec(Own, R, Result.Why);
  if (Result.Why != Reason::None)
    return Result;
  if (R.Kind == CoreKind::TypeIdLocal) {
    valueOf(Result.OwnSpec, R.Kind, 8, Result.Own);
    Result.New = Result.Own;
    Result.Found = Result.OwnSpec;
    return Result;
  }
  if (Own.type(R.Type).Name.empty()) {
    Result.Why = Reason::Anonymous;
    return Result;
  }
  if (Result.Why = valueOf(Result.OwnSpec, R.Kind, /*PointerSize=*/8, Result.Own); Result.Why != Reason::None)
    return Result;
  auto [It, IsNew] = Remaining.try_emplace(R.Type);
  if (IsNew)
    It->second = All.find(Own, R.Type);
  resolveAmong(R, It->second, Result);
  return Result;
}

//===----------------------------------------------------------------------===//
// Instructions (bpf_core_patch_insn)
//===----------------------------------------------------------------------===//

static void poison(Instruction &I, Instruction &Second) {
  constexpr int32_t BadRelocation = 0xbad2310; // the verifier's "invalid func unknown#195896080"
  Instruction Call;
  Call.Code = 0x85;
  Call.Imm = BadRelocation;
  if (I.isWide())
    Second = Call;
  I = Call;
}

static uint64_t extended(int32_t Value) {
  return static_cast<uint64_t>(static_cast<int64_t>(Value));
}

static Reason patchConstant(Instruction &I, const Resolution &R) {
  if (I.usesRegister())
    return Reason::Instruction;
  if (R.Own.MustBeInCode && extended(I.Imm) != R.Own.Value)
    return Reason::OtherValue;
  I.Imm = static_cast<int32_t>(R.New.Value);
  return Reason::None;
}

static Reason patchWide(Instruction &I, Instruction &Second, const Resolution &R) {
  if (!I.isWide() || I.Src || I.Offset || Second.Code || Second.Dst || Second.Src || Second.Offset)
    return Reason::Instruction;
  if (R.Own.MustBeInCode && I.wideImm(Second) != R.Own.Value)
    return Reason::OtherValue;
  I.Imm = static_cast<int32_t>(R.New.Value);
  Second.Imm = static_cast<int32_t>(R.New.Value >> 32);
  return Reason::None;
}

static Reason patchAccess(Instruction &I, Instruction &Second, const Resolution &R) {
  if (R.Own.MustBeInCode && extended(I.Offset) != R.Own.Value)
    return Reason::OtherValue;
  if (R.New.Value > INT16_MAX)
    return Reason::TooLarge;
  if (R.CannotResize) {
    poison(I, Second);
    return Reason::OtherSize;
  }
  uint8_t Code = I.Code;
  if (R.New.Size != R.Own.Size) {
    if (I.width() != R.Own.Size)
      return Reason::UnexpectedSize;
    const auto *Width = find(Instruction::Widths, R.New.Size);
    if (Width == std::end(Instruction::Widths))
      return Reason::UnexpectedSize;
    Code = static_cast<uint8_t>((I.Code & ~0x18) | (Width - Instruction::Widths) << 3);
  }
  I.Offset = static_cast<int16_t>(R.New.Value);
  I.Code = Code;
  return Reason::None;
}

Reason patch(Instruction &I, Instruction &Second, const Resolution &R) {
  if (R.refusesObject())
    return R.Why;
  if (R.IsPoisoned) {
    poison(I, Second);
    return R.Why;
  }
  Reason Why = I.isAlu()                                 ? patchConstant(I, R)
               : I.instructionClass() == Instruction::Ld ? patchWide(I, Second, R)
               : I.isLoad() || I.isStore()               ? patchAccess(I, Second, R)
                                                         : Reason::Instruction;
  return Why == Reason::None ? R.Why : Why;
}

} // namespace bpfbuild::core
