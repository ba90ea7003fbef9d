//===- NameTable.cpp - the names that types have in C ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One pass over all definitions with a bit for each string offset finds the names that occur again; only those, some
// hundred in a kernel, are counted.
//===----------------------------------------------------------------------===//
#include "BTF/NameTable.h"
#include "BTF/Walk.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"
#include <bitset>
#include <charconv>

using namespace llvm;

namespace bpfbuild::btf {

static constexpr uint32_t WholeType = ~0u;

namespace {
/// One of C's two spaces of names.
class NameSpace {
public:
  explicit NameSpace(uint32_t StringsEnd) : Seen(StringsEnd / 64 + 1) {}

  /// How often the name at \p Offset has been used, this time included.
  uint32_t use(uint32_t Offset) {
    uint64_t Bit = uint64_t(1) << Offset % 64;
    if (!(Seen[Offset / 64] & Bit)) {
      Seen[Offset / 64] |= Bit;
      return 1;
    }
    return ++Again.try_emplace(Offset, 1).first->second;
  }

private:
  std::vector<uint64_t> Seen;
  DenseMap<uint32_t, uint32_t> Again;
};
} // namespace

/// Whether the first struct or union of each name that \p Announcements has is a union.
static DenseMap<uint32_t, bool> firstKinds(const BTF &Types, ArrayRef<uint32_t> Announcements) {
  DenseMap<uint32_t, bool> Result;
  std::bitset<4096> MayBeWanted;
  DenseSet<uint32_t> Wanted;
  for (uint32_t Id : Announcements) {
    uint32_t Offset = word(Types.rawRecord(Id));
    MayBeWanted[Offset % MayBeWanted.size()] = true;
    Wanted.insert(Offset);
  }
  forEachDefinition(Types, [&](const BTF::Definition &D) {
    bool IsRecord = D.TypeKind == Kind::Struct || D.TypeKind == Kind::Union;
    if (IsRecord && MayBeWanted[D.NameOffset % MayBeWanted.size()] && Wanted.contains(D.NameOffset))
      Result.try_emplace(D.NameOffset, D.TypeKind == Kind::Union);
  });
  return Result;
}

NameTable::NameTable(const BTF &Types) : HasSuffix(Types.size()) {
  NameSpace Tags(Types.stringsEnd()), Ordinary(Types.stringsEnd());
  std::vector<uint32_t> Announcements;
  auto Use = [this](NameSpace &Names, uint32_t Offset, uint32_t Id, uint32_t Index) {
    uint32_t Count = Offset ? Names.use(Offset) : 1;
    if (Count == 1)
      return;
    HasSuffix.set(Id);
    Suffixes[key(Id, Index)] = Count;
  };
  forEachDefinition(Types, [&](const BTF::Definition &D) {
    switch (D.TypeKind) {
    case Kind::Struct:
    case Kind::Union:
      Use(Tags, D.NameOffset, D.Id, WholeType);
      break;
    case Kind::Enum:
    case Kind::Enum64: {
      const char *Record = Types.rawRecord(D.Id);
      uint32_t Count = countOf(Record);
      if (Count) // otherwise it is only announced
        Use(Tags, D.NameOffset, D.Id, WholeType);
      for (uint32_t Index = 0; Index < Count; ++Index)
        Use(Ordinary, enumeratorName(Record, Index), D.Id, Index);
      break;
    }
    case Kind::Typedef:
      Use(Ordinary, D.NameOffset, D.Id, WholeType);
      break;
    case Kind::Fwd:
      Announcements.push_back(D.Id);
      break;
    default:
      break;
    }
  });
  // struct x; beside a union x is another type.
  DenseMap<uint32_t, bool> IsUnion = firstKinds(Types, Announcements);
  for (uint32_t Id : Announcements) {
    Type T = Types.type(Id);
    if (auto It = IsUnion.find(T.NameOffset); It != IsUnion.end() && It->second != T.KindFlag)
      Use(Tags, T.NameOffset, Id, WholeType);
  }
}

namespace {
/// What may stand in an identifier, by character; NUL may not.
struct IdentifierTable {
  constexpr IdentifierTable() {
    for (int C = 'a'; C <= 'z'; ++C)
      Allowed[C] = Allowed[C - 'a' + 'A'] = true;
    for (int C = '0'; C <= '9'; ++C)
      Allowed[C] = true;
    Allowed[uint8_t('_')] = true;
  }
  bool Allowed[256] = {};
};
constexpr IdentifierTable Identifiers;
} // namespace

bool isCIdentifier(StringRef Name) {
  return !Name.empty() && !isDigit(Name.front()) &&
         all_of(Name, [](char C) { return Identifiers.Allowed[uint8_t(C)]; });
}

void appendNumber(std::string &Text, uint64_t Number) {
  char Digits[20];
  if (Number < 10)
    Text += char('0' + Number);
  else
    Text.append(Digits, std::to_chars(Digits, std::end(Digits), Number).ptr);
}

void appendIdentifier(std::string &Text, NameRef Name, uint64_t Number) {
  const char *Begin = Name.data(), *End = Begin;
  while (Identifiers.Allowed[uint8_t(*End)])
    ++End;
  if (!*End && Begin != End && !isDigit(*Begin)) {
    Text.append(Begin, End);
    return;
  }
  Text += '_';
  for (char C : Name.ref())
    Text += isAlnum(C) ? C : '_';
  Text += "___";
  appendNumber(Text, Number);
}

static void appendSuffix(std::string &Text, uint32_t Count) {
  Text += "___";
  appendNumber(Text, Count);
}

void NameTable::appendName(std::string &Text, uint32_t Id, const Type &T) const {
  appendIdentifier(Text, T.Name, Id);
  if (!HasSuffix[Id])
    return;
  if (auto It = Suffixes.find(key(Id, WholeType)); It != Suffixes.end())
    appendSuffix(Text, It->second);
}

void NameTable::appendEnumerator(std::string &Text, uint32_t Id, uint32_t Index, const Enumerator &E) const {
  appendIdentifier(Text, E.Name, key(Id, Index));
  if (!HasSuffix[Id])
    return;
  if (auto It = Suffixes.find(key(Id, Index)); It != Suffixes.end())
    appendSuffix(Text, It->second);
}

} // namespace bpfbuild::btf
