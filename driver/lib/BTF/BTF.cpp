//===- BTF.cpp - a checked model of BTF -----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decoding goes over the types in order, one function a group of kinds; the ids that they name and the depth of what
// contains what are checked afterwards, when all types are known.
//===----------------------------------------------------------------------===//
#include "BTF/BTF.h"
#include "Support/Error.h"
#include "llvm/Support/DataExtractor.h"

using namespace llvm;

namespace bpfbuild::btf {

static constexpr StringLiteral KindNames[] = {
    "void",  "int",      "pointer", "array",      "struct", "union",   "enum",  "fwd",      "typedef",  "volatile",
    "const", "restrict", "func",    "func_proto", "var",    "datasec", "float", "decl_tag", "type_tag", "enum64"};

StringRef toString(Kind K) {
  return KindNames[static_cast<unsigned>(K)];
}

namespace {

class Decoder {
public:
  Decoder(StringRef Bytes, StringRef Name) : Bytes(Bytes), Name(Name) {}
  Expected<std::vector<Type>> decode();

private:
  Error readHeader();
  Error readType();
  Error readKind(Type &T, uint32_t Count, uint32_t SizeOrType);
  void readInt(Type &T);
  void readMembers(Type &T, uint32_t Count);
  void readEnumerators(Type &T, uint32_t Count);
  void readParameters(Type &T, uint32_t Count);
  void readVariables(Type &T, uint32_t Count);
  void checkIds(const Type &T);
  Error checkDepths();

  uint32_t u32() { return Data->getU32(Cursor); }
  StringRef string(uint32_t Offset);
  void need(uint32_t Id) { MaxId = std::max(MaxId, Id); }

  template <typename... Ts> Error fail(const char *Format, Ts &&...Args) const {
    std::string What = formatv(Format, std::forward<Ts>(Args)...).str();
    return makeError("'{0}': BTF: {1}", Name, What);
  }

  StringRef Bytes, Name, Strings;
  std::optional<DataExtractor> Data; ///< the type section
  DataExtractor::Cursor Cursor{0};
  std::vector<Type> Types;
  uint32_t MaxId = 0;
  bool HasBadName = false;
};

} // namespace

/// struct btf_header: magic, version, flags, hdr_len, type_off, type_len, str_off, str_len; longer ones are newer.
Error Decoder::readHeader() {
  if (Bytes.size() < 24)
    return fail("{0} bytes are too few for a header of 24", Bytes.size());
  bool IsLittle = Bytes.starts_with("\x9f\xeb");
  if (!IsLittle && !Bytes.starts_with("\xeb\x9f"))
    return fail("no magic 0xeb9f at its start");
  DataExtractor Header(Bytes, IsLittle, 8);
  uint64_t Offset = 2;
  uint8_t Version = Header.getU8(&Offset);
  Header.getU8(&Offset);
  uint64_t HeaderSize = Header.getU32(&Offset);
  uint64_t TypeOffset = Header.getU32(&Offset), TypeSize = Header.getU32(&Offset);
  uint64_t StringOffset = Header.getU32(&Offset), StringSize = Header.getU32(&Offset);
  if (Version != 1)
    return fail("version {0}, expected 1", Version);
  if (HeaderSize < 24 || HeaderSize > Bytes.size())
    return fail("header of {0} bytes in {1}, expected 24 or more", HeaderSize, Bytes.size());
  uint64_t Room = Bytes.size() - HeaderSize;
  if (TypeOffset % 4 || TypeOffset + TypeSize > Room)
    return fail("type section at {0} of {1} bytes, expected aligned to 4 and within {2}", TypeOffset, TypeSize, Room);
  if (StringOffset + StringSize > Room)
    return fail("string section at {0} of {1} bytes, expected within {2}", StringOffset, StringSize, Room);
  Strings = Bytes.substr(HeaderSize + StringOffset, StringSize);
  if (Strings.empty() || Strings.front() || Strings.back())
    return fail("string section must begin and end with a NUL");
  Data.emplace(Bytes.substr(HeaderSize + TypeOffset, TypeSize), IsLittle, 8);
  return Error::success();
}

StringRef Decoder::string(uint32_t Offset) {
  if (Offset < Strings.size())
    return Strings.data() + Offset;
  HasBadName = true;
  return {};
}

void Decoder::readInt(Type &T) {
  uint32_t Encoding = u32();
  T.IntBits = Encoding & 0xff;
  T.IsSigned = Encoding & (1u << 24);
  T.IsChar = Encoding & (2u << 24);
  T.IsBool = Encoding & (4u << 24);
}

void Decoder::readMembers(Type &T, uint32_t Count) {
  for (uint32_t I = 0; I < Count && Cursor; ++I) {
    Member M;
    M.Name = string(u32());
    M.Type = u32();
    uint32_t Offset = u32();
    M.BitOffset = T.KindFlag ? Offset & 0xffffff : Offset;
    M.BitSize = T.KindFlag ? Offset >> 24 : 0;
    T.Members.push_back(M);
  }
}

void Decoder::readEnumerators(Type &T, uint32_t Count) {
  T.IsSigned = T.KindFlag;
  for (uint32_t I = 0; I < Count && Cursor; ++I) {
    Enumerator E;
    E.Name = string(u32());
    uint32_t Low = u32();
    if (T.TypeKind == Kind::Enum64)
      E.Value = Low | uint64_t(u32()) << 32;
    else
      E.Value = T.IsSigned ? uint64_t(int64_t(int32_t(Low))) : Low;
    T.Enumerators.push_back(E);
  }
}

void Decoder::readParameters(Type &T, uint32_t Count) {
  for (uint32_t I = 0; I < Count && Cursor; ++I) {
    StringRef ParameterName = string(u32());
    T.Parameters.push_back({ParameterName, u32()});
  }
}

void Decoder::readVariables(Type &T, uint32_t Count) {
  for (uint32_t I = 0; I < Count && Cursor; ++I) {
    SectionVariable V;
    V.Type = u32();
    V.Offset = u32();
    V.Size = u32();
    T.Variables.push_back(V);
  }
}

Error Decoder::readKind(Type &T, uint32_t Count, uint32_t SizeOrType) {
  switch (T.TypeKind) {
  case Kind::Int:
    T.Size = SizeOrType;
    readInt(T);
    return Error::success();
  case Kind::Array:
    T.Ref = u32();
    need(u32()); // the index type says nothing to anyone
    T.ElementCount = u32();
    return Error::success();
  case Kind::Struct:
  case Kind::Union:
    T.Size = SizeOrType;
    readMembers(T, Count);
    return Error::success();
  case Kind::Enum:
  case Kind::Enum64:
    T.Size = SizeOrType;
    readEnumerators(T, Count);
    return Error::success();
  case Kind::FuncProto:
    T.Ref = SizeOrType;
    readParameters(T, Count);
    return Error::success();
  case Kind::Var:
    T.Ref = SizeOrType;
    T.Link = static_cast<Linkage>(u32());
    return Error::success();
  case Kind::Func:
    T.Ref = SizeOrType;
    T.Link = static_cast<Linkage>(Count);
    return Error::success();
  case Kind::DataSec:
    T.Size = SizeOrType;
    readVariables(T, Count);
    return Error::success();
  case Kind::Float:
    T.Size = SizeOrType;
    return Error::success();
  case Kind::DeclTag:
    T.Ref = SizeOrType;
    T.Component = static_cast<int32_t>(u32());
    return Error::success();
  case Kind::Ptr:
  case Kind::Typedef:
  case Kind::Volatile:
  case Kind::Const:
  case Kind::Restrict:
  case Kind::TypeTag:
    T.Ref = SizeOrType;
    return Error::success();
  case Kind::Fwd:
    return Error::success();
  case Kind::Void:
    break;
  }
  return fail("type [{0}] has kind 0, expected 1 to 19", Types.size());
}

Error Decoder::readType() {
  uint32_t Id = Types.size();
  Type T;
  T.Name = string(u32());
  uint32_t Info = u32(), SizeOrType = u32();
  uint32_t KindNumber = Info >> 24 & 0x1f;
  if (KindNumber > static_cast<uint32_t>(Kind::Enum64))
    return fail("type [{0}] has kind {1}, expected 1 to 19: it is from a newer compiler", Id, KindNumber);
  T.TypeKind = static_cast<Kind>(KindNumber);
  T.KindFlag = Info >> 31;
  if (Error E = Cursor ? readKind(T, Info & 0xffff, SizeOrType) : Error::success())
    return E;
  if (!Cursor) {
    consumeError(Cursor.takeError());
    return fail("type [{0}] runs over the end of the type section", Id);
  }
  if (HasBadName)
    return fail("type [{0}] has a name outside the {1} bytes of strings", Id, Strings.size());
  checkIds(T);
  Types.push_back(std::move(T));
  return Error::success();
}

/// Notes the ids that \p T names; whether they exist is known at the end.
void Decoder::checkIds(const Type &T) {
  need(T.Ref);
  for (const Member &M : T.Members)
    need(M.Type);
  for (const Parameter &P : T.Parameters)
    need(P.Type);
  for (const SectionVariable &V : T.Variables)
    need(V.Type);
}

/// True if a \p K stands for, or contains by value, the type that its Ref names.
static bool containsRef(Kind K) {
  switch (K) {
  case Kind::Array:
  case Kind::Typedef:
  case Kind::Volatile:
  case Kind::Const:
  case Kind::Restrict:
  case Kind::TypeTag:
  case Kind::Var:
    return true;
  default:
    return false;
  }
}

/// Refuses types that contain themselves or are nested too deep: a depth-first walk along by-value edges, without
/// recursion.
Error Decoder::checkDepths() {
  std::vector<uint8_t> Height(Types.size(), 0); // 0: unseen, 1: on the way, otherwise 1 + the height
  struct Frame {
    uint32_t Id;
    size_t NextMember;
    uint8_t Height;
  };
  for (uint32_t Root = 1; Root < Types.size(); ++Root) {
    if (Height[Root])
      continue;
    std::vector<Frame> Stack = {{Root, 0, 1}};
    Height[Root] = 1;
    while (!Stack.empty()) {
      Frame &F = Stack.back();
      const Type &T = Types[F.Id];
      size_t Edges = T.isRecord() ? T.Members.size() : containsRef(T.TypeKind);
      if (F.NextMember == Edges) {
        uint8_t Done = Height[F.Id] = F.Height + 1;
        if (Done > BTF::MaxDepth)
          return fail("type [{0}] '{1}' is nested deeper than {2}", F.Id, T.Name, BTF::MaxDepth);
        Stack.pop_back();
        if (!Stack.empty())
          Stack.back().Height = std::max(Stack.back().Height, Done);
        continue;
      }
      uint32_t Next = T.isRecord() ? T.Members[F.NextMember].Type : T.Ref;
      ++F.NextMember;
      if (Height[Next] == 1)
        return fail("type [{0}] '{1}' contains itself", Next, Types[Next].Name);
      if (Height[Next]) {
        F.Height = std::max(F.Height, Height[Next]);
      } else if (Next) {
        Height[Next] = 1;
        Stack.push_back({Next, 0, 1});
      }
    }
  }
  return Error::success();
}

Expected<std::vector<Type>> Decoder::decode() {
  if (Error E = readHeader())
    return std::move(E);
  Types.emplace_back(); // void
  while (!Data->eof(Cursor))
    if (Error E = readType())
      return std::move(E);
  if (Error E = Cursor.takeError())
    return std::move(E);
  if (MaxId >= Types.size())
    return fail("type id {0} is named, but there are only {1} types", MaxId, Types.size());
  if (Error E = checkDepths())
    return std::move(E);
  return std::move(Types);
}

Expected<BTF> BTF::parse(StringRef Bytes, StringRef Name) {
  Expected<std::vector<Type>> Types = Decoder(Bytes, Name).decode();
  if (!Types)
    return Types.takeError();
  BTF Result;
  Result.Types = std::move(*Types);
  return Result;
}

uint32_t BTF::resolve(uint32_t Id) const {
  for (;;) {
    switch (Types[Id].TypeKind) {
    case Kind::Typedef:
    case Kind::Volatile:
    case Kind::Const:
    case Kind::Restrict:
    case Kind::TypeTag:
      Id = Types[Id].Ref;
      break;
    default:
      return Id;
    }
  }
}

std::optional<uint64_t> BTF::sizeOf(uint32_t Id) const {
  const Type &T = resolved(Id);
  switch (T.TypeKind) {
  case Kind::Int:
  case Kind::Float:
  case Kind::Struct:
  case Kind::Union:
  case Kind::Enum:
  case Kind::Enum64:
  case Kind::DataSec:
    return T.Size;
  case Kind::Ptr:
    return 8;
  case Kind::Var:
    return sizeOf(T.Ref);
  case Kind::Array: {
    std::optional<uint64_t> Element = sizeOf(T.Ref);
    if (!Element || *Element * T.ElementCount > UINT32_MAX)
      return std::nullopt;
    return *Element * T.ElementCount;
  }
  default:
    return std::nullopt;
  }
}

uint32_t BTF::find(StringRef TypeName, Kind K) const {
  for (uint32_t Id = 1; Id < Types.size(); ++Id)
    if (Types[Id].TypeKind == K && Types[Id].Name == TypeName)
      return Id;
  return 0;
}

} // namespace bpfbuild::btf
