//===- Archive.cpp - the minimal BTF of many kernels in one file ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/Archive.h"
#include "Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Endian.h"
#include <zlib.h>

using namespace llvm;
using namespace llvm::support::endian;

namespace bpfbuild::core {

static constexpr StringLiteral Magic = "BTFA";
static constexpr uint32_t FormatVersion = 1;
static constexpr size_t HeaderWords = 8, KernelWords = 5, BTFWords = 2, UseWords = 2; // the magic is a word
/// What a hundred thousand kernels' minimal BTF have together; larger archives are neither written nor read.
static constexpr uint64_t MaxData = uint64_t(1) << 28;

Expected<KernelName> kernelNameOf(StringRef RelativePath) {
  SmallVector<StringRef, 4> Parts;
  RelativePath.split(Parts, '/', -1, /*KeepEmpty=*/false);
  StringRef Version = Parts.empty() ? "" : Parts.pop_back_val();
  for (StringRef Suffix : {".xz", ".zst", ".gz", ".tar", ".btf"})
    Version.consume_back(Suffix);
  for (StringRef Prefix : {"vmlinux-", "vmlinuz-"})
    Version.consume_front(Prefix);
  if (Version.empty() || !isDigit(Version.front()))
    return makeError(
        "'{0}' does not name a kernel's release; call the file as uname -r does, such as 6.1.0-40-amd64.btf",
        RelativePath);
  if (Parts.empty())
    return KernelName{"", "", Version.str(), ""};
  if (Parts.size() < 3)
    return makeError("'{0}': expected DISTRIBUTION/RELEASE/ARCHITECTURE/VERSION.btf, or VERSION.btf alone",
                     RelativePath);
  auto [Distribution, Release, Architecture] = std::tuple(Parts.end()[-3], Parts.end()[-2], Parts.end()[-1]);
  StringRef Machine = Architecture == "arm64" ? "aarch64" : Architecture == "amd64" ? "x86_64" : Architecture;
  return KernelName{Distribution.str(), Release.str(), Version.str(), Machine.str()};
}

static void append(std::string &Into, uint32_t Word) {
  char Bytes[4];
  write32le(Bytes, Word);
  Into.append(Bytes, 4);
}

static Expected<std::string> compress(StringRef Data) {
  std::string Result(compressBound(Data.size()), '\0');
  uLongf Size = Result.size();
  if (compress2(reinterpret_cast<Bytef *>(Result.data()), &Size, Data.bytes_begin(), Data.size(), Z_BEST_COMPRESSION) !=
      Z_OK)
    return makeError("no memory to compress {0} bytes", Data.size());
  Result.resize(Size);
  return std::move(Result);
}

/// Kernels that are alike follow each other: by what they are for, then by the numbers in their versions.
static bool isBefore(const ArchivedBTF &A, const ArchivedBTF &B) {
  auto KeyOf = [](const ArchivedBTF &K) {
    return std::tie(K.Kernel.Architecture, K.Kernel.Distribution, K.Kernel.Release);
  };
  if (KeyOf(A) != KeyOf(B))
    return KeyOf(A) < KeyOf(B);
  if (int Order = StringRef(A.Kernel.Version).compare_numeric(B.Kernel.Version))
    return Order < 0;
  return A.Bytes < B.Bytes;
}

Expected<std::string> writeArchive(std::vector<ArchivedBTF> Kernels, ArrayRef<uint64_t> Uses) {
  llvm::sort(Kernels, isBefore);
  std::string Strings(1, '\0'), Data, KernelTable, BTFTable;
  StringMap<uint32_t> StringOffsets, BTFs;
  auto OffsetOf = [&](StringRef Text) -> uint32_t {
    if (Text.empty())
      return 0;
    auto [It, IsNew] = StringOffsets.try_emplace(Text, Strings.size());
    if (IsNew)
      (Strings += Text) += '\0';
    return It->second;
  };
  uint32_t Count = 0;
  for (size_t I = 0; I < Kernels.size(); ++I) {
    const auto &[Name, Bytes] = Kernels[I];
    if (I && Kernels[I - 1].Kernel == Name) {
      if (Kernels[I - 1].Bytes == Bytes)
        continue;
      return makeError("two kernels are called '{0}' and have different BTF; put them into folders "
                       "DISTRIBUTION/RELEASE/ARCHITECTURE",
                       Name.Version);
    }
    auto [It, IsNew] = BTFs.try_emplace(Bytes, BTFs.size());
    if (IsNew) {
      append(BTFTable, static_cast<uint32_t>(Data.size()));
      append(BTFTable, static_cast<uint32_t>(Bytes.size()));
      Data += Bytes;
    }
    for (StringRef Text : {Name.Distribution, Name.Release, Name.Version, Name.Architecture})
      append(KernelTable, OffsetOf(Text));
    append(KernelTable, It->second);
    ++Count;
  }
  if (Data.size() > MaxData)
    return makeError("{0} bytes of BTF are more than an archive can have", Data.size());
  Expected<std::string> Compressed = compress(Data);
  if (!Compressed)
    return Compressed.takeError();
  std::string UseTable;
  for (uint64_t Use : Uses) {
    append(UseTable, static_cast<uint32_t>(Use));
    append(UseTable, static_cast<uint32_t>(Use >> 32));
  }
  std::string Result = Magic.str();
  for (size_t Word : {size_t(FormatVersion), size_t(Count), size_t(BTFs.size()), Uses.size(), Strings.size(),
                      Data.size(), Compressed->size()})
    append(Result, static_cast<uint32_t>(Word));
  return Result + KernelTable + BTFTable + UseTable + Strings + *Compressed;
}

Expected<Archive> readArchive(StringRef Bytes, StringRef Name) {
  auto Word = [&](size_t Index) { return read32le(Bytes.data() + 4 * Index); };
  if (Bytes.size() < 4 * HeaderWords || !Bytes.starts_with(Magic))
    return makeError("'{0}' is no archive of BTF: expected a .btfa file of 'bpfbuild min-btf'", Name);
  if (Word(1) != FormatVersion)
    return makeError("'{0}': an archive of version {1}, expected {2}", Name, Word(1), FormatVersion);
  uint64_t KernelCount = Word(2), BTFCount = Word(3), UseCount = Word(4);
  uint64_t StringSize = Word(5), DataSize = Word(6), CompressedSize = Word(7);
  uint64_t KernelsAt = HeaderWords, BTFsAt = KernelsAt + KernelWords * KernelCount;
  uint64_t UsesAt = BTFsAt + BTFWords * BTFCount, StringsAt = 4 * (UsesAt + UseWords * UseCount);
  if (StringsAt + StringSize + CompressedSize != Bytes.size())
    return makeError("'{0}' has {1} bytes, expected {2}; it is truncated or damaged", Name, Bytes.size(),
                     StringsAt + StringSize + CompressedSize);
  StringRef Strings = Bytes.substr(StringsAt, StringSize), Compressed = Bytes.substr(StringsAt + StringSize);
  constexpr uint64_t MaxRatio = 1032; // of deflate
  if (Strings.empty() || Strings.front() || Strings.back() || DataSize > MaxRatio * CompressedSize ||
      DataSize > MaxData)
    return makeError("'{0}' is damaged: its sizes do not fit together", Name);
  Archive Result;
  Result.Data.resize(DataSize);
  uLongf Size = DataSize;
  if (uncompress(reinterpret_cast<Bytef *>(Result.Data.data()), &Size, Compressed.bytes_begin(), Compressed.size()) !=
          Z_OK ||
      Size != DataSize)
    return makeError("'{0}': its data are damaged", Name);
  for (uint64_t I = 0; I < UseCount; ++I)
    Result.Uses.push_back(Word(UsesAt + UseWords * I) | uint64_t(Word(UsesAt + UseWords * I + 1)) << 32);
  for (uint64_t I = 0; I < KernelCount; ++I) {
    size_t At = KernelsAt + KernelWords * I;
    uint32_t Number = Word(At + 4);
    if (Number >= BTFCount || any_of(seq<size_t>(0, 4), [&](size_t Each) { return Word(At + Each) >= StringSize; }))
      return makeError("'{0}': kernel {1} is damaged", Name, I);
    uint64_t Offset = Word(BTFsAt + BTFWords * Number), Length = Word(BTFsAt + BTFWords * Number + 1);
    if (Offset + Length > DataSize)
      return makeError("'{0}': BTF {1} lies behind the end of the data", Name, Number);
    constexpr size_t MaxName = 256;
    auto Text = [&](size_t Each) {
      const char *From = Strings.data() + Word(At + Each);
      return std::string(From, strnlen(From, MaxName));
    };
    Result.Kernels.push_back({{Text(0), Text(1), Text(2), Text(3)}, uint32_t(Offset), uint32_t(Length)});
  }
  return std::move(Result);
}

} // namespace bpfbuild::core
