//===- TypeModel.cpp - BTF types as C++ types -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The layout algorithm: members are declared in order, and a cursor follows where the host's compiler (SysV and AAPCS64
// alike) puts each. A record in which a member lies where its alignment forbids is packed. Where a member lies behind
// the cursor's natural place, members of uint8_t fill the gap, down to single bits, which neither move nor align
// anything else. What no sequence of members can give (overlaps, members behind the end) is declared as bytes of the
// right size.
//===----------------------------------------------------------------------===//
#include "Skeleton/TypeModel.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace bpfbuild {

using btf::Kind;

/// Where the next member of a record goes.
struct TypeModelBuilder::Layout {
  uint64_t Bit = 0; ///< the first bit that is free
};

void addPadding(RecordModel &Record, NameScope &Members, uint64_t Bit, uint64_t Bytes, unsigned Bits) {
  FieldModel F;
  F.Name = Members.add("_pad" + std::to_string(Bit / 8));
  F.Type.Name = "std::uint8_t";
  if (Bytes)
    F.Type.Dimensions.push_back(Bytes);
  F.BitWidth = Bits;
  F.Offset = Bit / 8;
  F.IsPadding = true;
  Record.Fields.push_back(std::move(F));
}

/// Fills the bits from \p From to \p To: the rest of a byte, whole bytes, the beginning of a byte.
static void fillGap(RecordModel &Record, NameScope &Members, uint64_t From, uint64_t To) {
  if (From % 8 && To > From) {
    uint64_t End = std::min(To, alignTo(From, 8));
    addPadding(Record, Members, From, 0, End - From);
    From = End;
  }
  if (To / 8 > From / 8) {
    addPadding(Record, Members, From, To / 8 - From / 8, 0);
    From = To / 8 * 8;
  }
  if (To > From)
    addPadding(Record, Members, From, 0, To - From);
}

CppType TypeModelBuilder::integerOf(const btf::Type &T) const {
  CppType Result;
  Result.Alignment = T.Size;
  if (T.IsBool || T.Name == "_Bool" || T.Name == "bool")
    Result.Name = "bool";
  else if (T.Size == 1 && (T.Name == "char" || T.IsChar))
    Result.Name = "char";
  else
    Result.Name = formatv("std::{0}int{1}_t", T.IsSigned ? "" : "u", T.Size * 8);
  return Result;
}

CppType TypeModelBuilder::typeOf(uint32_t Id, const std::string &Hint) {
  // The innermost typedef's name is that of an anonymous record.
  std::string Name = Hint;
  while (Types.resolve(Id) != Id) {
    if (Types.type(Id).TypeKind == Kind::Typedef)
      Name = Types.type(Id).Name.str();
    Id = Types.type(Id).Ref;
  }
  btf::Type T = Types.type(Id);
  switch (T.TypeKind) {
  case Kind::Int:
    if (T.Size == 1 || T.Size == 2 || T.Size == 4 || T.Size == 8)
      return integerOf(T);
    // __int128: no standard type; bytes keep size and contents, and alignment is made up for by padding.
    return {"std::uint8_t", {T.Size}, 1, T.Name.str(), ""};
  case Kind::Float:
    if (T.Size == 4 || T.Size == 8)
      return {T.Size == 4 ? "float" : "double", {}, T.Size, "", ""};
    return {"std::uint8_t", {T.Size}, 1, T.Name.str(), ""};
  case Kind::Ptr: {
    btf::Type Pointee = Types.resolved(T.Ref);
    StringRef Keyword = Pointee.TypeKind == Kind::Struct ? "struct " : Pointee.TypeKind == Kind::Union ? "union " : "";
    std::string Comment = isIdentifier(Pointee.Name.str()) ? Keyword.str() + Pointee.Name.str() + " *" : "pointer";
    return {"std::uint64_t", {}, 8, Comment, ""};
  }
  case Kind::Array: {
    CppType Element = typeOf(T.Ref, Name);
    Element.Dimensions.insert(Element.Dimensions.begin(), T.ElementCount);
    return Element;
  }
  case Kind::Struct:
  case Kind::Union:
    return recordOf(Id, T.Name.empty() ? Name : T.Name.str());
  case Kind::Enum:
  case Kind::Enum64:
    return enumOf(Id, T.Name.empty() ? Name : T.Name.str());
  default:
    return {"std::uint8_t", {Types.sizeOf(Id).value_or(1)}, 1, "", ""};
  }
}

CppType TypeModelBuilder::recordOf(uint32_t Id, const std::string &Name) {
  bool IsShared = Shared.contains(Name);
  if (!Names.count(Id)) {
    // Taken first: the record's members see the name.
    std::string Chosen = IsShared ? "::" + Name : Scope.add(Name.empty() ? "unnamed" + std::to_string(Id) : Name);
    Names[Id] = Chosen;
    NameScope Members;
    RecordModel Record = declareRecord(Id, Chosen, Members);
    Record.IsShared = IsShared;
    Alignments[Id] = Record.Alignment;
    Declarations.push_back({std::make_shared<RecordModel>(std::move(Record)), nullptr});
  }
  StringRef Keyword = IsShared ? "" : Types.type(Id).TypeKind == Kind::Union ? "union" : "struct";
  return {Names[Id], {}, Alignments[Id], "", Keyword.str()};
}

CppType TypeModelBuilder::enumOf(uint32_t Id, const std::string &Name) {
  btf::Type T = Types.type(Id);
  bool IsOddSize = T.Size != 1 && T.Size != 2 && T.Size != 4 && T.Size != 8;
  std::string Underlying = formatv("std::{0}int{1}_t", T.IsSigned ? "" : "u", IsOddSize ? 32 : T.Size * 8);
  if (IsOddSize)
    return {"std::uint8_t", {T.Size}, 1, "", ""};
  if (Shared.contains(Name)) {
    if (Names.try_emplace(Id, "::" + Name).second) {
      auto Enum = std::make_shared<EnumModel>();
      Enum->Name = Names[Id];
      Enum->IsShared = true;
      Enum->Size = T.Size;
      Declarations.push_back({nullptr, std::move(Enum)});
    }
    return {Names[Id], {}, T.Size, "", ""};
  }
  if (!Names.count(Id)) {
    auto Enum = std::make_shared<EnumModel>();
    Enum->Name = Names[Id] = Name.empty() ? "" : Scope.add(Name);
    Enum->Underlying = Underlying;
    Enum->IsSigned = T.IsSigned;
    NameScope Own; // two enums of C have no enumerator in common: this one is an enum class of C++
    Enum->IsScoped = !Name.empty() && any_of(T.enumerators(), [&](const btf::Enumerator &E) {
      return Enumerators.contains(E.Name.str());
    });
    for (btf::Enumerator E : T.enumerators()) {
      Enum->Enumerators.push_back({(Enum->IsScoped ? Own : Scope).add(E.Name.str()), E.Value});
      if (!Enum->IsScoped)
        Enumerators.insert(E.Name.str());
    }
    Declarations.push_back({nullptr, std::move(Enum)});
  }
  if (Names[Id].empty())
    return {Underlying, {}, T.Size, "", ""};
  return {Names[Id], {}, T.Size, "", "enum"};
}

/// The alignment that the host's compiler gives the type as we declare it.
uint64_t TypeModelBuilder::alignmentOf(uint32_t Id) {
  Id = Types.resolve(Id);
  btf::Type T = Types.type(Id);
  if (T.TypeKind == Kind::Array)
    return alignmentOf(T.Ref);
  if (T.isEnum()) // which typeOf() would declare, without the name that a typedef gives it
    return T.Size == 1 || T.Size == 2 || T.Size == 4 || T.Size == 8 ? T.Size : 1;
  if (!T.isRecord())
    return typeOf(Id).Alignment;
  if (auto It = Alignments.find(Id); It != Alignments.end())
    return It->second;
  uint64_t Alignment = 1;
  if (!isPacked(T))
    for (btf::Member M : T.members())
      if (Types.sizeOf(M.Type).value_or(0))
        Alignment = std::max(Alignment, alignmentOf(M.Type));
  return Alignments[Id] = Alignment;
}

/// True if a member of \p T lies where its alignment would not have put it, or the size is no multiple of the alignment
/// (libbpf's btf_is_struct_packed).
bool TypeModelBuilder::isPacked(const btf::Type &T) {
  uint64_t Largest = 1;
  for (btf::Member M : T.members()) {
    uint64_t Size = Types.sizeOf(M.Type).value_or(0);
    if (!Size)
      continue;
    uint64_t Alignment = alignmentOf(M.Type);
    Largest = std::max(Largest, Alignment);
    if (M.BitSize ? M.BitOffset % (Size * 8) + M.BitSize > Size * 8 : M.BitOffset % (Alignment * 8) != 0)
      return true;
  }
  return T.Size % Largest != 0;
}

/// A record of which only the size is known to be right.
RecordModel TypeModelBuilder::asBytes(uint32_t Id, std::string Name) const {
  btf::Type T = Types.type(Id);
  RecordModel Record;
  Record.Name = std::move(Name);
  Record.Size = T.Size;
  Record.Comment = "its members overlap or lie behind its end: given as bytes";
  FieldModel Bytes;
  Bytes.Name = "bytes";
  Bytes.Type = {"std::uint8_t", {std::max(T.Size, 1u)}, 1, "", ""};
  Record.Fields.push_back(std::move(Bytes));
  return Record;
}

/// Adds \p M at its offset, with what fills the gap before it. False if it cannot lie there.
bool TypeModelBuilder::addField(RecordModel &Record, NameScope &Members, Layout &At, const btf::Member &M) {
  if (FieldsLeft == 0)
    return false;
  --FieldsLeft;
  btf::Type T = Types.resolved(M.Type);
  uint64_t Size = Types.sizeOf(M.Type).value_or(0);
  if (!Size) { // a flexible array, or something empty
    if (!M.Name.empty())
      Record.Comment =
          formatv("{0} begins at {1}; its length is not in the type", toIdentifier(M.Name.str()), M.BitOffset / 8);
    return true;
  }
  uint64_t Bits = M.BitSize ? M.BitSize : Size * 8;
  uint64_t Start = Record.IsUnion ? 0 : At.Bit;
  if (M.BitOffset < Start || M.BitOffset + Bits > Record.Size * 8 || (!M.BitSize && M.BitOffset % 8) ||
      (M.BitSize && T.TypeKind != Kind::Int && !T.isEnum()) || M.BitSize > Size * 8)
    return false;
  fillGap(Record, Members, Start, M.BitOffset);
  At.Bit = M.BitOffset + Bits;

  FieldModel F;
  F.Offset = M.BitOffset / 8;
  F.Size = Size;
  F.BitWidth = M.BitSize;
  if (T.isRecord() && T.Name.empty() && Types.type(M.Type).TypeKind != Kind::Typedef) {
    NameScope Own;
    F.Inline = std::make_shared<RecordModel>(declareRecord(Types.resolve(M.Type), "", M.Name.empty() ? Members : Own));
    F.Type.Alignment = F.Inline->Alignment;
  } else {
    F.Type = typeOf(M.Type, (Record.Name.empty() ? "" : Record.Name + "_") + M.Name.str());
  }
  if (!M.Name.empty())
    F.Name = Members.add(M.Name.str());
  else if (!F.Inline)
    F.Name = Members.add("_unnamed" + std::to_string(F.Offset));
  Record.Alignment = std::max(Record.Alignment, Record.IsPacked ? 1 : F.Type.Alignment);
  Record.Fields.push_back(std::move(F));
  return true;
}

RecordModel TypeModelBuilder::declareRecord(uint32_t Id, std::string Name, NameScope &Members) {
  btf::Type T = Types.type(Id);
  RecordModel Record;
  Record.Name = Name;
  Record.IsUnion = T.TypeKind == Kind::Union;
  Record.Size = T.Size;
  Record.IsPacked = isPacked(T);
  NameScope Before = Members;
  Layout At;
  for (btf::Member M : T.members())
    if (!addField(Record, Members, At, M)) {
      Members = std::move(Before);
      return asBytes(Id, std::move(Name));
    }
  if (Record.Fields.empty())
    return asBytes(Id, std::move(Name));
  if (!Record.IsUnion)
    fillGap(Record, Members, At.Bit, Record.Size * 8);
  else if (all_of(T.members(), [&](const btf::Member &M) { return Types.sizeOf(M.Type).value_or(0) < T.Size; }))
    addPadding(Record, Members, 0, Record.Size, 0); // the union is larger than any member: aligned by an attribute
  return Record;
}

/// The record that stands for a namespace, of variables which are neighbours and all in it. It must neither begin
/// before
/// \p Begin nor end behind \p Limit.
FieldModel TypeModelBuilder::scopeOf(const std::vector<Variable> &Variables, uint64_t Begin, uint64_t Limit) {
  std::vector<Variable> Inner = Variables;
  uint64_t Alignment = 1;
  for (Variable &V : Inner) {
    V.Scopes.pop_back();
    Alignment = std::max(Alignment, typeOf(V.Type, V.Name + "_type").Alignment);
  }
  FieldModel F;
  F.Offset = alignDown(Inner.front().Offset, Alignment);
  if (F.Offset < Begin)
    F.Offset = Inner.front().Offset;
  for (Variable &V : Inner)
    V.Offset -= F.Offset;
  auto Record = std::make_shared<RecordModel>(sectionOf(Inner, Limit - F.Offset));
  if (F.Offset + Record->Size > Limit || F.Offset % Record->Alignment != 0) {
    Record->IsPacked = true;
    const FieldModel &Last = Record->Fields.back();
    if (Last.IsPadding && F.Offset + Record->Size > Limit) {
      Record->Size = Last.Offset;
      Record->Fields.pop_back();
    }
  }
  F.Type.Alignment = Record->IsPacked ? 1 : Record->Alignment;
  F.Inline = std::move(Record);
  return F;
}

RecordModel TypeModelBuilder::sectionOf(const std::vector<Variable> &All, uint64_t Size) {
  RecordModel Record;
  Record.Size = Size;
  NameScope Members;
  uint64_t End = 0;
  std::vector<Variable> Variables;
  for (const Variable &V : All) {
    uint64_t VariableSize = Types.sizeOf(V.Type).value_or(0);
    if (!VariableSize || V.Offset < End || V.Offset + VariableSize > Size)
      continue; // of unknown size, or another name for the same bytes
    End = V.Offset + VariableSize;
    Variables.push_back(V);
  }
  End = 0;
  for (auto It = Variables.begin(); It != Variables.end();) {
    auto IsNeighbour = [&](const Variable &V) { return !V.Scopes.empty() && V.Scopes.back() == It->Scopes.back(); };
    auto Next = It->Scopes.empty() ? It + 1 : std::find_if_not(It, Variables.end(), IsNeighbour);
    FieldModel F;
    if (It->Scopes.empty()) {
      F.Offset = It->Offset;
      F.Type = typeOf(It->Type, It->Name + "_type");
      F.Name = Members.add(It->Name);
      F.Size = Types.sizeOf(It->Type).value_or(0);
      F.Symbol = It->Symbol;
    } else {
      F = scopeOf(std::vector<Variable>(It, Next), End, Next == Variables.end() ? Size : Next->Offset);
      F.Name = Members.add(It->Scopes.back());
    }
    fillGap(Record, Members, End * 8, F.Offset * 8);
    Record.IsPacked |= F.Offset % F.Type.Alignment != 0;
    Record.Alignment = std::max(Record.Alignment, F.Type.Alignment);
    End = F.Inline ? F.Offset + F.Inline->Size : F.Offset + *Types.sizeOf(It->Type);
    Record.Fields.push_back(std::move(F));
    It = Next;
  }
  // What follows the last variable (string literals, for one) has no name; the record ends before it.
  Record.Size = Record.IsPacked ? End : alignTo(End, Record.Alignment);
  fillGap(Record, Members, End * 8, Record.Size * 8);
  return Record;
}

} // namespace bpfbuild
