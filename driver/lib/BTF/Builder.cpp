//===- Builder.cpp - writing BTF ------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "BTF/Builder.h"
#include "BTF/Shape.h"

using namespace llvm;

namespace bpfbuild::btf {

Builder::Builder(endianness Order, const BTF *Base) : Order(Order) {
  if (!Base) {
    string("");
    return;
  }
  NextId = Base->size();
  FirstString = Base->stringsEnd();
  for (const BTF *Part = Base; Part; Part = Part->base())
    for (size_t At = 0; At < Part->strings().size();) {
      StringRef Text = Part->strings().data() + At;
      Offsets[Text] = Part->firstString() + At;
      At += Text.size() + 1;
    }
}

uint32_t Builder::string(StringRef Text) {
  auto [It, IsNew] = Offsets.try_emplace(Text, FirstString + Strings.size());
  if (IsNew)
    (Strings += Text) += '\0';
  return It->second;
}

uint32_t Builder::begin(Kind K, StringRef Name, uint32_t SizeOrRef, size_t Count, bool Flag) {
  word(string(Name));
  word(uint32_t(Flag) << 31 | static_cast<uint32_t>(K) << 24 | uint32_t(Count & 0xffff));
  word(SizeOrRef);
  return NextId++;
}

uint32_t Builder::addInt(StringRef Name, uint32_t Size, uint32_t Encoding, uint32_t Bits) {
  uint32_t Id = begin(Kind::Int, Name, Size);
  word(Encoding << 24 | ((Bits ? Bits : 8 * Size) & 0xff));
  return Id;
}

uint32_t Builder::addFloat(StringRef Name, uint32_t Size) {
  return begin(Kind::Float, Name, Size);
}

uint32_t Builder::addReference(Kind K, uint32_t Ref, StringRef Name) {
  return begin(K, Name, Ref);
}

uint32_t Builder::addArray(uint32_t Element, uint32_t IndexType, uint32_t Count) {
  uint32_t Id = begin(Kind::Array, "", 0);
  word(Element);
  word(IndexType);
  word(Count);
  return Id;
}

uint32_t Builder::addRecord(Kind K, StringRef Name, uint32_t Size, ArrayRef<NewMember> Members) {
  bool HasBitFields = any_of(Members, [](const NewMember &M) { return M.BitSize != 0; });
  uint32_t Id = begin(K, Name, Size, Members.size(), HasBitFields);
  for (const NewMember &M : Members) {
    word(string(M.Name));
    word(M.Type);
    word(HasBitFields ? M.BitSize << 24 | M.BitOffset : M.BitOffset);
  }
  return Id;
}

uint32_t Builder::addEnum(Kind K, StringRef Name, uint32_t Size, ArrayRef<NewEnumerator> Enumerators, bool IsSigned) {
  uint32_t Id = begin(K, Name, Size, Enumerators.size(), IsSigned);
  for (const NewEnumerator &E : Enumerators) {
    word(string(E.Name));
    word(static_cast<uint32_t>(E.Value));
    if (K == Kind::Enum64)
      word(E.Value >> 32);
  }
  return Id;
}

uint32_t Builder::addForward(StringRef Name, bool IsUnion) {
  return begin(Kind::Fwd, Name, 0, 0, IsUnion);
}

uint32_t Builder::addPrototype(uint32_t Return, ArrayRef<NewParameter> Parameters) {
  uint32_t Id = begin(Kind::FuncProto, "", Return, Parameters.size());
  for (const NewParameter &P : Parameters) {
    word(string(P.Name));
    word(P.Type);
  }
  return Id;
}

uint32_t Builder::addFunction(StringRef Name, uint32_t Prototype, Linkage Link) {
  return begin(Kind::Func, Name, Prototype, static_cast<size_t>(Link));
}

uint32_t Builder::addVariable(StringRef Name, uint32_t Ref, Linkage Link) {
  uint32_t Id = begin(Kind::Var, Name, Ref);
  word(static_cast<uint32_t>(Link));
  return Id;
}

uint32_t Builder::addSection(StringRef Name, uint32_t Size, ArrayRef<SectionVariable> Variables) {
  uint32_t Id = begin(Kind::DataSec, Name, Size, Variables.size());
  for (const SectionVariable &V : Variables) {
    word(V.Type);
    word(V.Offset);
    word(V.Size);
  }
  return Id;
}

uint32_t Builder::addTag(StringRef Name, uint32_t Ref, int32_t Component) {
  uint32_t Id = begin(Kind::DeclTag, Name, Ref);
  word(static_cast<uint32_t>(Component));
  return Id;
}

uint32_t Builder::addCopy(const BTF &From, uint32_t Id, function_ref<uint32_t(uint32_t)> NewId) {
  const char *Record = From.rawRecord(Id);
  const Shape &S = Shapes[static_cast<unsigned>(kindOf(Record))];
  auto Renumbered = [&](uint32_t Ref) { return Ref ? NewId(Ref) : 0; };
  word(string(From.string(btf::word(Record)).ref()));
  word(btf::word(Record, 1));
  word(S.HasRef ? Renumbered(btf::word(Record, 2)) : btf::word(Record, 2));
  bool IsArray = kindOf(Record) == Kind::Array;
  size_t At = 3;
  for (size_t End = At + S.FixedWords; At < End; ++At)
    word(IsArray && At < 5 ? Renumbered(btf::word(Record, At)) : btf::word(Record, At));
  for (uint32_t Count = countOf(Record); Count; --Count)
    for (int Word = 0; Word < S.ItemWords; ++Word, ++At) {
      uint32_t Value = btf::word(Record, At);
      word(Word == S.NameInItem ? string(From.string(Value).ref()) : Word == S.RefInItem ? Renumbered(Value) : Value);
    }
  return NextId++;
}

std::string Builder::finish() const {
  std::string Result;
  auto Append = [&](auto Value) {
    char Bytes[sizeof(Value)];
    support::endian::write(Bytes, Value, Order);
    Result.append(Bytes, sizeof(Bytes));
  };
  Append(uint16_t(0xeb9f));
  Append(uint8_t(1));
  Append(uint8_t(0));
  for (uint32_t W :
       {uint32_t(24), uint32_t(0), uint32_t(4 * Words.size()), uint32_t(4 * Words.size()), uint32_t(Strings.size())})
    Append(W);
  for (uint32_t W : Words)
    Append(W);
  return Result + Strings;
}

} // namespace bpfbuild::btf
