//===- BTF.cpp - a checked view of BTF ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One pass over the words of the type section finds where each type begins and the largest name and id that anything
// refers to, by the numbers that a kind has in a table: how many words always follow a type of it, how many follow for
// each of its vlen items, and which of them are names and ids. There are no branches on the kind, as in BTF no kind
// foretells the next. Only when the largest are too large does a second pass look for the type that has them. Nesting
// is checked by a depth-first walk without recursion.
//===----------------------------------------------------------------------===//
#include "BTF/BTF.h"
#include "BTF/Shape.h"
#include "BTF/Walk.h"
#include "Support/Error.h"
#include "llvm/Support/DataExtractor.h"
#include "llvm/Support/SwapByteOrder.h"

using namespace llvm;

namespace bpfbuild::btf {

namespace {

/// A shape for a loop without branches: in bytes, and with masks that make 0, which every BTF has, of what is neither a
/// name nor an id.
struct Stride {
  constexpr explicit Stride(const Shape &S)
      : Fixed(4 * (3 + S.FixedWords)), Item(4 * S.ItemWords), VlenMask(S.ItemWords ? 0xffff : 0),
        RefMask(S.HasRef ? ~0u : 0), ItemNameMask(S.NameInItem < 0 ? 0 : ~0u), ItemRefMask(S.RefInItem < 0 ? 0 : ~0u),
        ItemName(S.NameInItem < 0 ? 0 : 4 * S.NameInItem), ItemRef(S.RefInItem < 0 ? 0 : 4 * S.RefInItem) {}
  uint32_t Fixed, Item, VlenMask, RefMask, ItemNameMask, ItemRefMask;
  uint8_t ItemName, ItemRef;
};

constexpr uint32_t LastKind = std::size(Shapes) - 1;

constexpr auto Strides = []<size_t... Kinds>(std::index_sequence<Kinds...>) {
  return std::array{Stride(Shapes[Kinds])...};
}(std::make_index_sequence<std::size(Shapes)>());

/// The largest name and id that a type refers to.
struct Largest {
  uint32_t Name = 0, Ref = 0;

  /// Takes in the record at \p Record, of \p Count items, which must lie within the bytes.
  inline void add(const char *Record, const Stride &S, uint32_t Count) {
    Name = std::max(Name, word(Record));
    Ref = std::max(Ref, word(Record, 2) & S.RefMask);
    if (kindOf(Record) == Kind::Array)
      Ref = std::max({Ref, word(Record, 3), word(Record, 4)});
    for (const char *Item = Record + S.Fixed; Count; --Count, Item += S.Item) {
      Name = std::max(Name, word(Item + S.ItemName) & S.ItemNameMask);
      Ref = std::max(Ref, word(Item + S.ItemRef) & S.ItemRefMask);
    }
  }
};

} // namespace

StringRef toString(Kind K) {
  return Shapes[static_cast<unsigned>(K)].Name;
}

/// Fills a BTF from bytes.
class Parser {
public:
  Parser(BTF &Into, StringRef Bytes, StringRef Name) : Into(Into), Bytes(Bytes), Name(Name) {}
  Error parse();
  Error checkNesting() const;

private:
  Error readHeader();
  Error readTypes();
  void convert();
  Error explain() const;

  template <typename... Ts> Error fail(const char *Format, Ts &&...Args) const {
    std::string What = formatv(Format, std::forward<Ts>(Args)...).str();
    return makeError("'{0}': BTF: {1}", Name, What);
  }

  BTF &Into;
  StringRef Bytes, Name;
  bool IsForeign = false;
};

/// struct btf_header: magic, version, flags, hdr_len, type_off, type_len, str_off, str_len; longer ones are newer.
Error Parser::readHeader() {
  if (Bytes.size() < 24)
    return fail("{0} bytes are too few for a header of 24", Bytes.size());
  bool IsLittle = Bytes.starts_with("\x9f\xeb");
  if (!IsLittle && !Bytes.starts_with("\xeb\x9f"))
    return fail("no magic 0xeb9f at its start");
  IsForeign = IsLittle != sys::IsLittleEndianHost;
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
  Into.Types = Bytes.substr(HeaderSize + TypeOffset, TypeSize);
  Into.Strings = Bytes.substr(HeaderSize + StringOffset, StringSize);
  // Split BTF may have no strings of its own, and its first need not be the empty one.
  StringRef Strings = Into.Strings;
  if (Into.Base ? !Strings.empty() && Strings.back() : Strings.empty() || Strings.front() || Strings.back())
    return fail("string section must begin and end with a NUL");
  if (uint64_t(Into.FirstString) + Strings.size() > UINT32_MAX)
    return fail("strings of base and BTF are together {0} bytes, expected less than 2^32",
                uint64_t(Into.FirstString) + Strings.size());
  return Error::success();
}

/// Every word of the type section is 32 bits wide, so it can be turned without a look at what it means.
void Parser::convert() {
  size_t Size = Into.Types.size() & ~size_t(3);
  Into.Converted = std::shared_ptr<char[]>(new char[Into.Types.size()]);
  for (size_t At = 0; At < Size; At += 4) {
    uint32_t Word = byteswap(word(Into.Types.data() + At));
    std::memcpy(Into.Converted.get() + At, &Word, 4);
  }
  Into.Types = StringRef(Into.Converted.get(), Size);
}

Error Parser::readTypes() {
  const char *Begin = Into.Types.data();
  size_t Size = Into.Types.size(), At = 0;
  std::vector<uint32_t> Offsets; // not Into's, which would be read again after every write
  Offsets.reserve(Size / 12);    // the most that there can be; no memory is used before it is written to
  Into.Definitions.reserve(Size / 12);
  Largest Seen;
  uint32_t Id = Into.FirstId;
  for (; At < Size; ++Id) {
    const char *Record = Begin + At;
    if (Size - At < 12)
      return fail("type [{0}] runs over the end of the type section", Id);
    Kind K = kindOf(Record);
    uint32_t KindNumber = static_cast<uint32_t>(K);
    if (KindNumber == 0)
      return fail("type [{0}] has kind 0, expected 1 to {1}", Id, LastKind);
    if (KindNumber > LastKind)
      return fail("type [{0}] has kind {1}, expected 1 to {2}: it is from a newer compiler", Id, KindNumber, LastKind);
    Offsets.push_back(At);
    const Stride &S = Strides[KindNumber];
    uint32_t Count = word(Record, 1) & S.VlenMask;
    size_t Length = S.Fixed + size_t(S.Item) * Count;
    if (Size - At < Length)
      return fail("type [{0}] runs over the end of the type section", Id);
    Seen.add(Record, S, Count);
    if (DefinitionKinds & bitOf(K))
      Into.Definitions.push_back({Id, word(Record), K});
    At += Length;
  }
  Into.Offsets = std::move(Offsets);
  return Seen.Name < Into.stringsEnd() && Seen.Ref < Into.size() ? Error::success() : explain();
}

/// The first type with a name or id that does not exist.
Error Parser::explain() const {
  for (uint32_t Id = Into.FirstId; Id < Into.size(); ++Id) {
    const char *Record = Into.record(Id);
    Largest Seen;
    Seen.add(Record, Strides[static_cast<unsigned>(kindOf(Record))], countOf(Record));
    if (Seen.Name >= Into.stringsEnd())
      return fail("type [{0}] has a name outside the {1} bytes of strings", Id, Into.stringsEnd());
    if (Seen.Ref >= Into.size())
      return fail("type [{0}] names type id {1}, but there are only {2} types", Id, Seen.Ref, Into.size());
  }
  llvm_unreachable("called without a reason");
}

Error Parser::checkNesting() const {
  std::vector<uint16_t> Height(Into.size(), 0); // 0: unseen, 1: on the way, otherwise 1 + the height
  struct Frame {
    uint32_t Id;
    uint32_t NextEdge;
    uint16_t Height;
  };
  std::vector<Frame> Stack;
  for (uint32_t Root = Into.FirstId; Root < Into.size(); ++Root) {
    if (Height[Root] || !(ContainerKinds & bitOf(kindOf(Into.rawRecord(Root)))))
      continue;
    Stack.push_back({Root, 0, 1});
    Height[Root] = 1;
    while (!Stack.empty()) {
      Frame &F = Stack.back();
      uint32_t Next = valueReference(Into, F.Id, F.NextEdge++);
      if (Next == NoReference) {
        uint16_t Done = Height[F.Id] = F.Height + 1;
        if (Done > BTF::MaxDepth)
          return fail("type [{0}] '{1}' is nested deeper than {2}", F.Id, Into.type(F.Id).Name, BTF::MaxDepth);
        Stack.pop_back();
        if (!Stack.empty())
          Stack.back().Height = std::max(Stack.back().Height, Done);
      } else if (Next < Into.FirstId) {
        // void, and the base's types, which were checked when it was parsed: their height counts as 1.
      } else if (Height[Next] == 1) {
        return fail("type [{0}] '{1}' contains itself", Next, Into.type(Next).Name);
      } else if (Height[Next] || !(ContainerKinds & bitOf(kindOf(Into.rawRecord(Next))))) {
        F.Height = std::max<uint16_t>({F.Height, Height[Next], 2});
      } else {
        Height[Next] = 1;
        Stack.push_back({Next, 0, 1});
      }
    }
  }
  return Error::success();
}

Error Parser::parse() {
  if (Into.Base) {
    Into.FirstId = Into.Base->size();
    Into.FirstString = Into.Base->stringsEnd();
  }
  if (Error E = readHeader())
    return E;
  if (IsForeign)
    convert();
  return readTypes();
}

Expected<BTF> BTF::parse(StringRef Bytes, StringRef Name, const BTF *Base, Nesting Values) {
  BTF Result;
  Result.Base = Base;
  Parser P(Result, Bytes, Name);
  if (Error E = P.parse())
    return std::move(E);
  if (Values == Nesting::Checked)
    if (Error E = P.checkNesting())
      return std::move(E);
  return std::move(Result);
}

uint32_t BTF::resolve(uint32_t Id) const {
  while (Id) {
    const char *Record = rawRecord(Id);
    if (!(AliasKinds & bitOf(kindOf(Record))))
      break;
    Id = word(Record, 2);
  }
  return Id;
}

std::optional<uint64_t> BTF::sizeOf(uint32_t Id, unsigned PointerSize) const {
  Id = resolve(Id);
  if (Id == 0)
    return std::nullopt;
  const char *Record = rawRecord(Id);
  switch (kindOf(Record)) {
  case Kind::Int:
  case Kind::Float:
  case Kind::Struct:
  case Kind::Union:
  case Kind::Enum:
  case Kind::Enum64:
  case Kind::DataSec:
    return word(Record, 2);
  case Kind::Ptr:
    return PointerSize;
  case Kind::Var:
    return sizeOf(word(Record, 2), PointerSize);
  case Kind::Array: {
    Type T = type(Id);
    std::optional<uint64_t> Element = sizeOf(T.Ref, PointerSize);
    if (!Element || *Element * T.ElementCount > UINT32_MAX)
      return std::nullopt;
    return *Element * T.ElementCount;
  }
  default:
    return std::nullopt;
  }
}

uint32_t BTF::find(StringRef TypeName, Kind K) const {
  for (uint32_t Id = 1; Id < size(); ++Id)
    if (Type T = type(Id); T.TypeKind == K && T.Name == TypeName)
      return Id;
  return 0;
}

} // namespace bpfbuild::btf
