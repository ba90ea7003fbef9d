//===- Mutator.cpp - objects and BTF, changed as what they are ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// It reads as little as it can, and trusts nothing: what it is given has been changed before.
//===----------------------------------------------------------------------===//
#include "Mutator.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"
#include <algorithm>
#include <cstring>
#include <vector>

extern "C" size_t LLVMFuzzerMutate(uint8_t *Data, size_t Size, size_t MaxSize);

using namespace llvm;
using support::endian::read16le;
using support::endian::read32le;
using support::endian::read64le;
using support::endian::write32le;

namespace bpfbuild::fuzz {

namespace {
using Bytes = MutableArrayRef<uint8_t>;

/// A section of an object: its bytes, and where its header is.
struct Section {
  uint32_t Type;
  Bytes Contents;
  size_t Header;
};
} // namespace

static size_t below(size_t Limit, Random &Seed) {
  return Limit == 0 ? 0 : std::uniform_int_distribution<size_t>(0, Limit - 1)(Seed);
}

/// The part of \p Of that is inside it.
static Bytes part(Bytes Of, uint64_t Offset, uint64_t Size) {
  if (Offset > Of.size())
    return {};
  return Of.slice(Offset, std::min<uint64_t>(Size, Of.size() - Offset));
}

/// Another value for the number of \p Width bytes at \p At: one that is at an edge, near to what it was, or some other
/// of the same kind, as \p Alike gives.
static void changeNumber(Bytes In, size_t At, size_t Width, ArrayRef<uint64_t> Alike, Random &Seed) {
  if (Width == 0 || Width > sizeof(uint64_t) || At > In.size() || In.size() - At < Width)
    return;
  uint64_t Value = 0;
  std::memcpy(&Value, &In[At], Width);
  const uint64_t Edges[] = {0, 1, 2, 0x7f, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, ~uint64_t(0)};
  switch (below(6, Seed)) {
  case 0:
    Value = Edges[below(std::size(Edges), Seed)];
    break;
  case 1:
    Value += 1;
    break;
  case 2:
    Value -= 1;
    break;
  case 3:
    Value ^= uint64_t(1) << below(8 * Width, Seed);
    break;
  default:
    Value = Alike.empty() ? Value * 2 : Alike[below(Alike.size(), Seed)];
  }
  std::memcpy(&In[At], &Value, Width);
}

//===----------------------------------------------------------------------===//
// BTF
//===----------------------------------------------------------------------===//

/// The bytes that follow a type's three words: btf_type_size() of the kernel.
static size_t tailOf(uint32_t Info) {
  size_t Count = Info & 0xffff;
  switch (Info >> 24 & 0x1f) {
  case 1:  // int
  case 14: // var
  case 17: // decl_tag
    return 4;
  case 3: // array
    return 12;
  case 4:  // struct
  case 5:  // union
  case 15: // datasec
  case 19: // enum64
    return 12 * Count;
  case 6:  // enum
  case 13: // func_proto
    return 8 * Count;
  default:
    return 0;
  }
}

static void changeType(Bytes Types, ArrayRef<size_t> Starts, Random &Seed) {
  size_t Index = below(Starts.size(), Seed), At = Starts[Index];
  uint32_t Info = read32le(&Types[At + 4]);
  uint64_t Last = Starts.size();
  const uint64_t Ids[] = {Index + 1, Index, Index + 2, Last, Last + 1, 1 + below(Last, Seed), 1 + below(Last, Seed)};
  switch (below(5, Seed)) {
  case 0: // another kind, which reads what follows in another way
    return write32le(&Types[At + 4], (Info & 0xe0ffffff) | uint32_t(below(21, Seed)) << 24);
  case 1: { // another number of members, or bit-fields or not
    uint32_t Changed = below(2, Seed) ? Info ^ 0x80000000 : (Info & ~0xffffu) | ((Info + below(3, Seed) - 1) & 0xffff);
    return write32le(&Types[At + 4], Changed);
  }
  case 2: { // the place of another type of the same length
    size_t Other = Starts[below(Starts.size(), Seed)], Length = 12 + tailOf(Info);
    if (Length == 12 + tailOf(read32le(&Types[Other + 4])) && std::max(At, Other) + Length <= Types.size() &&
        (At + Length <= Other || Other + Length <= At))
      std::swap_ranges(&Types[At], &Types[At] + Length, &Types[Other]);
    return;
  }
  default: { // a word: the name, the size or what it refers to, a member's name, type or place
    size_t Words = 3 + tailOf(Info) / 4, Word = below(Words, Seed);
    return changeNumber(Types, At + 4 * Word, 4, Ids, Seed);
  }
  }
}

void mutateBTF(uint8_t *Data, size_t Size, Random &Seed) {
  constexpr size_t HeaderSize = 24;
  Bytes All(Data, Size);
  if (Size < HeaderSize || read16le(Data) != 0xeb9f)
    return;
  uint32_t HeaderLength = read32le(Data + 4);
  Bytes Types = part(All, uint64_t(HeaderLength) + read32le(Data + 8), read32le(Data + 12));
  Bytes Strings = part(All, uint64_t(HeaderLength) + read32le(Data + 16), read32le(Data + 20));
  std::vector<size_t> Starts;
  for (size_t At = 0; At + 12 <= Types.size(); At += 12 + tailOf(read32le(&Types[At + 4])))
    Starts.push_back(At);
  size_t What = below(16, Seed);
  if (What == 0)
    return changeNumber(All, 4 * (1 + below(5, Seed)), 4, {Size, Types.size(), Strings.size()}, Seed);
  if (What == 1 && !Strings.empty()) {
    Strings[below(Strings.size(), Seed)] = uint8_t(below(256, Seed));
    return;
  }
  if (!Starts.empty())
    changeType(Types, Starts, Seed);
}

//===----------------------------------------------------------------------===//
// Objects
//===----------------------------------------------------------------------===//

static std::vector<Section> sectionsOf(Bytes File) {
  constexpr size_t HeaderSize = 64;
  std::vector<Section> Sections;
  uint64_t Table = read64le(&File[40]);
  uint16_t Count = read16le(&File[60]);
  for (uint64_t I = 0; I < Count; ++I) {
    Bytes Header = part(File, Table + I * HeaderSize, HeaderSize);
    if (Table > File.size() || Header.size() < HeaderSize)
      break;
    uint32_t Type = read32le(&Header[4]);
    Bytes Contents = Type == ELF::SHT_NOBITS ? Bytes() : part(File, read64le(&Header[24]), read64le(&Header[32]));
    Sections.push_back({Type, Contents, size_t(Table + I * HeaderSize)});
  }
  return Sections;
}

/// A field of a table's record, by their widths.
static void changeRecord(Bytes Table, ArrayRef<size_t> Widths, ArrayRef<uint64_t> Alike, Random &Seed) {
  size_t Length = 0;
  for (size_t Width : Widths)
    Length += Width;
  if (Table.size() < Length)
    return;
  size_t At = below(Table.size() / Length, Seed) * Length, Field = below(Widths.size(), Seed);
  for (size_t I = 0; I < Field; ++I)
    At += Widths[I];
  changeNumber(Table, At, Widths[Field], Alike, Seed);
}

static void changeSection(Section &S, ArrayRef<uint64_t> Alike, Random &Seed) {
  if (S.Contents.empty())
    return;
  if (S.Contents.size() >= 24 && read16le(S.Contents.data()) == 0xeb9f && below(8, Seed))
    return mutateBTF(S.Contents.data(), S.Contents.size(), Seed); // .BTF.ext has the same beginning
  switch (S.Type) {
  case ELF::SHT_SYMTAB:
    return changeRecord(S.Contents, {4, 1, 1, 2, 8, 8}, Alike, Seed);
  case ELF::SHT_REL:
    return changeRecord(S.Contents, {8, 4, 4}, Alike, Seed);
  case ELF::SHT_PROGBITS:
    return changeRecord(S.Contents, {1, 1, 2, 4}, Alike, Seed); // instructions; other data has words too
  default:
    S.Contents[below(S.Contents.size(), Seed)] = uint8_t(below(256, Seed));
  }
}

void mutateObject(uint8_t *Data, size_t Size, Random &Seed) {
  constexpr size_t HeaderSize = 64;
  Bytes File(Data, Size);
  if (Size < HeaderSize || std::memcmp(Data,
                                       "\x7f"
                                       "ELF\2",
                                       5))
    return;
  std::vector<Section> Sections = sectionsOf(File);
  const uint64_t Alike[] = {Sections.size(), Size, Size - 1, below(Size, Seed), below(Sections.size(), Seed)};
  size_t What = below(16, Seed);
  if (What == 0)
    return changeRecord(File.take_front(HeaderSize), {4, 1, 1, 2, 8, 2, 2, 4, 8, 8, 8, 4, 2, 2, 2, 2, 2, 2}, Alike,
                        Seed);
  if (Sections.empty())
    return;
  Section &S = Sections[below(Sections.size(), Seed)];
  if (What < 4)
    return changeRecord(part(File, S.Header, 64), {4, 4, 8, 8, 8, 8, 4, 4, 8, 8}, Alike, Seed);
  changeSection(S, Alike, Seed);
}

size_t mutateForFuzzer(uint8_t *Data, size_t Size, size_t MaxSize, unsigned Seed,
                       void (*Mutate)(uint8_t *Data, size_t Size, Random &Seed)) {
  Random Numbers(Seed + 1);
  if (below(4, Numbers) == 0)
    return LLVMFuzzerMutate(Data, Size, MaxSize);
  for (size_t Times = 1 + below(3, Numbers); Times; --Times)
    Mutate(Data, Size, Numbers);
  return Size;
}

} // namespace bpfbuild::fuzz
