//===- Forwards.cpp - forward declarations in one order -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Object/Forwards.h"
#include "BTF/BTF.h"
#include "BTF/Shape.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/Endian.h"
#include <vector>

using namespace llvm;

namespace bpfbuild {

using btf::Kind;

namespace {
/// A section of the object, whose words are in the object's byte order and are changed in place.
class Words {
public:
  Words() = default;
  Words(MutableArrayRef<char> Bytes, endianness Order) : Bytes(Bytes), Order(Order) {}

  /// The word at the byte \p At; 0 behind the end.
  uint32_t get(size_t At) const {
    return At + 4 <= Bytes.size() ? support::endian::read32(Bytes.data() + At, Order) : 0;
  }
  void set(size_t At, uint32_t Value) {
    if (At + 4 <= Bytes.size())
      support::endian::write32(Bytes.data() + At, Value, Order);
  }

  MutableArrayRef<char> Bytes;

private:
  endianness Order = endianness::little;
};

/// A type of the section.
struct Record {
  size_t At; ///< where it begins
  Kind K;
  uint32_t Info;  ///< its second word
  uint32_t Count; ///< of items

  const btf::Shape &shape() const { return btf::Shapes[static_cast<unsigned>(K)]; }
  /// Where a word of an item is.
  size_t item(uint32_t Index, uint32_t Word) const {
    return fixed(shape().FixedWords) + 4 * (size_t(Index) * shape().ItemWords + Word);
  }
  /// Where a word behind the first three is, and the items behind the last.
  size_t fixed(uint32_t Word) const { return At + 12 + 4 * size_t(Word); }
  size_t end() const { return item(Count, 0); }
};

struct Forward {
  uint32_t Name; ///< its place among the strings
  StringRef Text;
  uint32_t Info; ///< the second word of its record
  uint32_t OldId;
};

class Sorter {
public:
  Sorter(Words BTF, Words Ext) : BTF(BTF), Ext(Ext) {}
  void run();

private:
  static constexpr uint32_t HeaderSize = 24;

  /// The parts of .BTF.ext, by where its header has their offset and size.
  static constexpr size_t FuncInfo = 8, LineInfo = 16, Relocations = 24;

  bool readHeader();
  bool findForwards();
  std::optional<uint32_t> endOfOtherStrings() const;
  bool layStrings();
  void rename(Words &Where, size_t At) {
    if (uint32_t Id = Where.get(At); Id >= FirstId && Id - FirstId < NewIds.size())
      Where.set(At, NewIds[Id - FirstId]);
  }
  void renameAll();

  /// Calls \p Visit(where it is, the name of its section) for each record of a part. False if the part is not whole.
  template <typename Visitor> bool forEachExtRecord(size_t Part, Visitor Visit) const {
    uint64_t Header = Ext.get(4), At = Header + Ext.get(Part), End = At + Ext.get(Part + 4);
    if (At == End || Header < Part + 8)
      return true; // there is none
    uint32_t Size = Ext.get(At);
    if (End > Ext.Bytes.size() || Size < 8 || (Part != FuncInfo && Size < 16))
      return false;
    for (At += 4; At < End;) {
      uint32_t Name = Ext.get(At);
      uint64_t Count = Ext.get(At + 4);
      At += 8;
      if (At > End || Count > (End - At) / Size)
        return false;
      for (; Count > 0; --Count, At += Size)
        Visit(At, Name);
    }
    return true;
  }

  Words BTF, Ext;
  size_t Types = 0, TypesEnd = 0, Strings = 0, StringsEnd = 0; ///< bytes into the section
  std::vector<Record> Records;                                 ///< by their id less 1
  std::vector<Forward> Forwards;
  uint32_t FirstId = 0;
  std::vector<uint32_t> NewIds; ///< of the forwards, by their old id less FirstId
};
} // namespace

/// The places of the types and strings, and where each type begins.
bool Sorter::readHeader() {
  uint64_t Header = BTF.get(4), Size = BTF.Bytes.size();
  if (Size < HeaderSize || Header < HeaderSize || Header > Size)
    return false;
  Types = Header + BTF.get(8);
  TypesEnd = Types + BTF.get(12);
  Strings = Header + BTF.get(16);
  StringsEnd = Strings + BTF.get(20);
  if (TypesEnd > Size || StringsEnd > Size || Strings < TypesEnd || Strings >= StringsEnd || BTF.Bytes[StringsEnd - 1])
    return false;
  for (size_t At = Types; At < TypesEnd; At = Records.back().end()) {
    uint32_t Info = BTF.get(At + 4), Number = Info >> 24 & 0x1f;
    if (Number == 0 || Number >= std::size(btf::Shapes))
      return false;
    uint32_t Count = btf::Shapes[Number].ItemWords ? Info & 0xffff : 0;
    Records.push_back({At, static_cast<Kind>(Number), Info, Count});
    if (Records.back().end() > TypesEnd)
      return false;
  }
  return true;
}

/// The forward declarations at the end of the types.
bool Sorter::findForwards() {
  size_t First = Records.size();
  while (First > 0 && Records[First - 1].K == Kind::Fwd)
    --First;
  FirstId = First + 1;
  for (size_t Index = First; Index < Records.size(); ++Index) {
    uint32_t Name = BTF.get(Records[Index].At);
    if (Name >= StringsEnd - Strings)
      return false;
    Forwards.push_back({Name, BTF.Bytes.data() + Strings + Name, Records[Index].Info, uint32_t(Index + 1)});
  }
  return Forwards.size() > 1;
}

/// Where the strings begin that only the forward declarations have: behind all that types, members and .BTF.ext name.
std::optional<uint32_t> Sorter::endOfOtherStrings() const {
  uint32_t Last = 0;
  for (const Record &R : ArrayRef(Records).take_front(FirstId - 1)) {
    Last = std::max(Last, BTF.get(R.At));
    for (uint32_t Index = 0; R.shape().NameInItem >= 0 && Index < R.Count; ++Index)
      Last = std::max(Last, BTF.get(R.item(Index, R.shape().NameInItem)));
  }
  bool IsRead =
      forEachExtRecord(FuncInfo, [&](size_t, uint32_t Name) { Last = std::max(Last, Name); }) &&
      forEachExtRecord(
          LineInfo,
          [&](size_t At, uint32_t Name) { Last = std::max({Last, Name, Ext.get(At + 4), Ext.get(At + 8)}); }) &&
      forEachExtRecord(Relocations, [&](size_t At, uint32_t Name) { Last = std::max({Last, Name, Ext.get(At + 8)}); });
  if (!IsRead || Last >= StringsEnd - Strings)
    return std::nullopt;
  return Last + StringRef(BTF.Bytes.data() + Strings + Last).size() + 1;
}

/// Orders the names that are at the end of the strings for the forward declarations alone. False if they do not lie as
/// LLVM leaves them: in the order of the declarations, one behind the other.
bool Sorter::layStrings() {
  std::optional<uint32_t> First = endOfOtherStrings();
  if (!First)
    return false;
  std::vector<Forward *> Named;
  uint32_t Begin = StringsEnd - Strings;
  for (Forward &F : reverse(Forwards)) {
    if (F.Name < *First)
      continue;
    if (F.Name + F.Text.size() + 1 != Begin)
      return false;
    Begin = F.Name;
    Named.push_back(&F);
  }
  llvm::sort(Named, [](const Forward *A, const Forward *B) { return A->Text < B->Text; });
  std::vector<std::string> Texts;
  for (const Forward *F : Named)
    Texts.push_back(F->Text.str());
  for (auto [F, Text] : zip(Named, Texts)) {
    F->Name = Begin;
    std::memcpy(BTF.Bytes.data() + Strings + Begin, Text.c_str(), Text.size() + 1);
    Begin += Text.size() + 1;
  }
  for (Forward &F : Forwards)
    F.Text = BTF.Bytes.data() + Strings + F.Name;
  return true;
}

void Sorter::renameAll() {
  for (const Record &R : Records) {
    if (R.shape().HasRef)
      rename(BTF, R.At + 8);
    if (R.K == Kind::Array) // its index is a number
      rename(BTF, R.fixed(0));
    for (uint32_t Index = 0; R.shape().RefInItem >= 0 && Index < R.Count; ++Index)
      rename(BTF, R.item(Index, R.shape().RefInItem));
  }
  forEachExtRecord(Relocations, [&](size_t At, uint32_t) { rename(Ext, At + 4); });
}

void Sorter::run() {
  if (!readHeader() || !findForwards() || !layStrings())
    return;
  llvm::sort(Forwards, [](const Forward &A, const Forward &B) {
    return std::tie(A.Text, A.Info, A.OldId) < std::tie(B.Text, B.Info, B.OldId);
  });
  NewIds.resize(Forwards.size());
  for (auto [Index, F] : enumerate(Forwards)) {
    NewIds[F.OldId - FirstId] = FirstId + Index;
    size_t At = Records[FirstId - 1 + Index].At;
    BTF.set(At, F.Name);
    BTF.set(At + 4, F.Info);
  }
  renameAll();
}

void sortForwards(std::string &Object) {
  Expected<std::unique_ptr<object::ObjectFile>> File =
      object::ObjectFile::createObjectFile(MemoryBufferRef(Object, "object"));
  if (!File)
    return consumeError(File.takeError());
  endianness Order = (*File)->isLittleEndian() ? endianness::little : endianness::big;
  Words BTF, Ext;
  for (const object::SectionRef &S : (*File)->sections()) {
    Expected<StringRef> Name = S.getName(), Bytes = S.getContents();
    if (Name && Bytes && (*Name == ".BTF" || *Name == ".BTF.ext"))
      (*Name == ".BTF" ? BTF : Ext) = Words({Object.data() + (Bytes->data() - Object.data()), Bytes->size()}, Order);
    if (!Name)
      consumeError(Name.takeError());
    if (!Bytes)
      consumeError(Bytes.takeError());
  }
  Sorter(BTF, Ext).run();
}

} // namespace bpfbuild
