//===- BTFExt.cpp - lines and CO-RE relocations of an object --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Object/BTFExt.h"
#include "Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/DataExtractor.h"

using namespace llvm;

namespace bpfbuild {

namespace {
/// Where a kind of records lies in the section.
struct Part {
  StringRef What;
  uint32_t Offset = 0, Size = 0; ///< in bytes, from the end of the header
};

class ExtReader {
public:
  ExtReader(const BPFObject &Object, StringRef Bytes)
      : Object(Object), Bytes(Bytes), Words(Bytes, Object.isLittleEndian(), 8) {}

  Expected<BTFExt> read();

private:
  /// Takes one record, whose first words are given in this machine's order.
  using TakeRecord = function_ref<Error(uint32_t Section, ArrayRef<uint32_t> Record)>;

  Error readPart(const Part &P, unsigned MinWords, TakeRecord Take);
  Expected<uint32_t> findSection(uint32_t Name) const;
  Expected<StringRef> string(uint32_t Offset) const;
  uint32_t word(uint64_t At) const { return Words.getU32(&At); }

  template <typename... Ts> Error fail(const char *Format, Ts &&...Values) const {
    return makeError("'{0}': .BTF.ext: {1}", Object.name(), formatv(Format, std::forward<Ts>(Values)...).str());
  }

  const BPFObject &Object;
  StringRef Bytes;
  DataExtractor Words;
  uint64_t HeaderSize = 0;
};
} // namespace

Expected<StringRef> ExtReader::string(uint32_t Offset) const {
  if (Offset >= Object.types()->stringsEnd())
    return fail("a name at {0}, but the strings of .BTF have only {1} bytes", Offset, Object.types()->stringsEnd());
  return StringRef(Object.types()->string(Offset));
}

Expected<uint32_t> ExtReader::findSection(uint32_t Name) const {
  Expected<StringRef> Text = string(Name);
  if (!Text)
    return Text.takeError();
  const Section *S = Object.findSection(*Text);
  return S ? S - Object.sections().data() : 0; // of a section that was dropped
}

/// A part is the size of its records, then for each section its name, a count and the records.
Error ExtReader::readPart(const Part &P, unsigned MinWords, TakeRecord Take) {
  uint64_t At = HeaderSize + P.Offset, End = At + P.Size;
  if (P.Size == 0)
    return Error::success();
  if (End > Bytes.size() || P.Size < 4)
    return fail("{0} at {1} has {2} bytes, but the section ends at {3}", P.What, At, P.Size, Bytes.size());
  uint32_t RecordSize = word(At);
  At += 4;
  if (RecordSize < 4 * MinWords || RecordSize % 4 || RecordSize > 256)
    return fail("records of {0} have {1} bytes, expected at least {2}", P.What, RecordSize, 4 * MinWords);
  while (At < End) {
    if (End - At < 8)
      return fail("{0} is truncated", P.What);
    Expected<uint32_t> Section = findSection(word(At));
    if (!Section)
      return Section.takeError();
    uint64_t Count = word(At + 4);
    At += 8;
    if (Count > (End - At) / RecordSize)
      return fail("{0} has {1} records for section {2}, but bytes for {3}", P.What, Count, *Section,
                  (End - At) / RecordSize);
    for (uint64_t I = 0; I < Count; ++I, At += RecordSize) {
      SmallVector<uint32_t, 4> Record;
      for (unsigned W = 0; W < MinWords; ++W)
        Record.push_back(word(At + 4 * W));
      if (*Section)
        if (Error E = Take(*Section, Record))
          return E;
    }
  }
  return Error::success();
}

Expected<BTFExt> ExtReader::read() {
  BTFExt Result;
  constexpr uint64_t MinHeader = 24;
  uint64_t At = 0;
  if (Bytes.size() < MinHeader || Words.getU16(&At) != 0xeb9f)
    return fail("not BTF extensions");
  HeaderSize = word(4);
  if (HeaderSize < MinHeader || HeaderSize > Bytes.size())
    return fail("a header of {0} bytes, expected {1} to {2}", HeaderSize, MinHeader, Bytes.size());
  Part Lines{"line information", word(16), word(20)};
  Part Relocations{"CO-RE relocations"};
  if (HeaderSize >= MinHeader + 8)
    Relocations = {"CO-RE relocations", word(24), word(28)};
  auto TakeLine = [&](uint32_t Section, ArrayRef<uint32_t> R) -> Error {
    Expected<StringRef> File = string(R[1]);
    if (!File)
      return File.takeError();
    Expected<StringRef> Text = string(R[2]);
    if (!Text)
      consumeError(Text.takeError()); // it only helps
    Result.Lines.push_back({Section, R[0], *File, R[3] >> 10, R[3] & 0x3ff, Text ? *Text : StringRef()});
    return Error::success();
  };
  auto TakeRelocation = [&](uint32_t Section, ArrayRef<uint32_t> R) -> Error {
    Expected<StringRef> Access = string(R[2]);
    if (!Access)
      return Access.takeError();
    if (R[1] >= Object.types()->size())
      return fail("a relocation names type {0}, but .BTF has only {1}", R[1], Object.types()->size());
    bool IsFirst = Result.Relocations.empty() || Result.Relocations.back().Section != Section;
    uint32_t Number = IsFirst ? 0 : Result.Relocations.back().Number + 1;
    uint32_t Order = Result.Relocations.size();
    Result.Relocations.push_back({Section, R[0], R[1], *Access, CoreKind(R[3]), Number, Order});
    return Error::success();
  };
  if (Error E = readPart(Lines, 4, TakeLine))
    return std::move(E);
  if (Error E = readPart(Relocations, 4, TakeRelocation))
    return std::move(E);
  llvm::sort(Result.Lines, [](const LineInfo &A, const LineInfo &B) {
    return std::tuple(A.Section, A.Offset, A.Line, A.Column) < std::tuple(B.Section, B.Offset, B.Line, B.Column);
  });
  llvm::sort(Result.Relocations, [](const CoreRelocation &A, const CoreRelocation &B) {
    return std::tuple(A.Section, A.Offset, A.Type) < std::tuple(B.Section, B.Offset, B.Type);
  });
  return Result;
}

Expected<BTFExt> BTFExt::read(const BPFObject &Object) {
  const Section *S = Object.findSection(".BTF.ext");
  if (!S || !Object.types())
    return BTFExt();
  return ExtReader(Object, S->Bytes).read();
}

const LineInfo *BTFExt::findLine(uint32_t Section, uint64_t Offset) const {
  auto It = partition_point(Lines, [&](const LineInfo &L) {
    return std::pair<uint64_t, uint64_t>(L.Section, L.Offset) <= std::pair<uint64_t, uint64_t>(Section, Offset);
  });
  return It != Lines.begin() && std::prev(It)->Section == Section ? &*std::prev(It) : nullptr;
}

} // namespace bpfbuild
