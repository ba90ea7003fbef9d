//===- Spec.cpp - what a CO-RE relocation asks for ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/Spec.h"
#include "BTF/Spelling.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild::core {

using btf::BTF;
using btf::Kind;
using btf::Type;

StringRef toString(CoreKind K) {
  static constexpr StringLiteral Names[] = {"byte_off",    "byte_sz",    "field_exists",   "signed",
                                            "lshift_u64",  "rshift_u64", "local_type_id",  "target_type_id",
                                            "type_exists", "type_size",  "enumval_exists", "enumval_value",
                                            "type_matches"};
  auto Number = static_cast<uint32_t>(K);
  return Number < std::size(Names) ? Names[Number] : StringLiteral("unknown");
}

StringRef toString(Reason R) {
  static constexpr StringLiteral Names[] = {
      "",           "no-type",    "no-member",    "other-member", "no-array",    "short-array", "no-enumerator",
      "other-type", "other-size", "ambiguous",    "malformed",    "anonymous",   "too-deep",    "bit-field",
      "no-size",    "element",    "unknown-kind", "instruction",  "other-value", "too-large",   "unexpected-size"};
  return Names[static_cast<unsigned>(R)];
}

unsigned pointerSize(const BTF &Types) {
  static constexpr StringLiteral Longs[] = {"long",
                                            "long int",
                                            "int long",
                                            "unsigned long",
                                            "long unsigned",
                                            "unsigned long int",
                                            "unsigned int long",
                                            "long unsigned int",
                                            "long int unsigned",
                                            "int unsigned long",
                                            "int long unsigned"};
  for (uint32_t Id = 1; Id < Types.size(); ++Id) {
    const char *Record = Types.rawRecord(Id);
    uint32_t Size = btf::word(Record, 2);
    if (btf::kindOf(Record) == Kind::Int && (Size == 4 || Size == 8) &&
        is_contained(Longs, Types.string(btf::word(Record)).ref()))
      return Size;
  }
  return 8;
}

bool isOldBitField(const BTF &Types, uint32_t Id) {
  return btf::word(Types.rawRecord(Id), 3) >> 16 & 0xff;
}

bool isFlexibleArray(const BTF &Types, const Accessor &Parent, const Type &Array) {
  return Parent.IsMember && Array.ElementCount == 0 && Parent.Index + 1 == Types.type(Parent.Type).members().size();
}

/// The numbers of "0:1:2".
static Reason parseIndices(StringRef Access, SmallVectorImpl<uint32_t> &Indices) {
  if (Access.ends_with(":"))
    return Reason::Malformed;
  do {
    StringRef Number;
    std::tie(Number, Access) = Access.split(':');
    uint32_t Index;
    if (Number.getAsInteger(10, Index) || Index > INT32_MAX)
      return Reason::Malformed;
    if (Indices.size() == Spec::MaxSteps)
      return Reason::TooDeep;
    Indices.push_back(Index);
  } while (!Access.empty());
  return Reason::None;
}

/// One step into the record \p Id; true if it has such a member.
static bool enterMember(const BTF &Types, uint32_t &Id, uint32_t Index, Spec &S) {
  auto Members = Types.type(Id).members();
  if (Index >= Members.size())
    return false;
  btf::Member M = Members[Index];
  S.BitOffset += M.BitOffset;
  if (!M.Name.empty())
    S.Accessors.push_back({Id, Index, true, M.Name.ref()});
  Id = M.Type;
  return true;
}

static Reason enterElement(const BTF &Types, unsigned PointerSize, uint32_t &Id, uint32_t Index, Spec &S) {
  Type Array = Types.type(Id);
  Id = Types.resolve(Array.Ref);
  if (Index >= Array.ElementCount && !isFlexibleArray(Types, S.Accessors.back(), Array))
    return Reason::Malformed;
  S.Accessors.push_back({Id, Index, false, {}});
  std::optional<uint64_t> Size = Types.sizeOf(Id, PointerSize);
  if (!Size)
    return Reason::NoSize;
  S.BitOffset += static_cast<uint32_t>(Index * *Size * 8);
  return Reason::None;
}

static Reason parseField(const BTF &Types, uint32_t Id, Spec &S) {
  unsigned PointerSize = 8; // of BPF
  std::optional<uint64_t> Size = Types.sizeOf(Id, PointerSize);
  if (!Size)
    return Reason::NoSize;
  S.Accessors.push_back({Id, S.Indices[0], false, {}});
  S.BitOffset = static_cast<uint32_t>(S.Indices[0] * *Size * 8);
  for (uint32_t Index : drop_begin(S.Indices)) {
    Id = Types.resolve(Id);
    Type T = Types.type(Id);
    Reason Why = T.isRecord()                ? enterMember(Types, Id, Index, S) ? Reason::None : Reason::Malformed
                 : T.TypeKind == Kind::Array ? enterElement(Types, PointerSize, Id, Index, S)
                                             : Reason::Malformed;
    if (Why != Reason::None)
      return Why;
  }
  return Reason::None;
}

static Reason parseEnumerator(const BTF &Types, uint32_t Id, Spec &S) {
  Type T = Types.type(Id);
  if (!T.isEnum() || S.Indices.size() > 1 || S.Indices[0] >= T.enumerators().size())
    return Reason::Malformed;
  S.Accessors.push_back({Id, S.Indices[0], false, T.enumerators()[S.Indices[0]].Name.ref()});
  return Reason::None;
}

Spec parseSpec(const BTF &Types, const CoreRelocation &R, Reason &Why) {
  Spec S;
  S.Types = &Types;
  S.Root = R.Type;
  if (R.Kind > CoreKind::TypeMatches)
    Why = Reason::UnknownKind;
  else if (isAboutType(R.Kind))
    Why = R.Access == "0" ? Reason::None : Reason::Malformed;
  else if (Why = parseIndices(R.Access, S.Indices); Why == Reason::None)
    Why = isAboutField(R.Kind) ? parseField(Types, Types.resolve(R.Type), S)
                               : parseEnumerator(Types, Types.resolve(R.Type), S);
  return Why == Reason::None ? S : Spec();
}

std::string spell(const Spec &S) {
  std::string Text = btf::spellDeclaration(*S.Types, S.Root);
  for (const auto &[Number, A] : enumerate(S.Accessors)) {
    if (!A.Name.empty())
      (Text += '.') += A.Name;
    else if (Number || A.Index)
      Text += formatv("[{0}]", A.Index);
  }
  return Text;
}

} // namespace bpfbuild::core
