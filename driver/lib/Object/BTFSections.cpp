//===- BTFSections.cpp - BTF in ELF files ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Object/BTFSections.h"
#include "BTF/BTFFile.h"
#include "Support/Error.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/ObjCopy/ConfigManager.h"
#include "llvm/ObjCopy/ObjCopy.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace bpfbuild {

/// An ELF header, and behind it the one section header that there must be.
static std::string emptyELF(bool IsLittleEndian) {
  constexpr size_t HeaderSize = 64, SectionHeaderSize = 64;
  std::string Bytes(HeaderSize + 2 * SectionHeaderSize + 16, '\0');
  auto Order = IsLittleEndian ? endianness::little : endianness::big;
  auto Put16 = [&](size_t At, uint16_t Value) { support::endian::write16(&Bytes[At], Value, Order); };
  auto Put32 = [&](size_t At, uint32_t Value) { support::endian::write32(&Bytes[At], Value, Order); };
  auto Put64 = [&](size_t At, uint64_t Value) { support::endian::write64(&Bytes[At], Value, Order); };
  Bytes.replace(0, 4, "\x7f\x45LF");
  Bytes[4] = ELF::ELFCLASS64;
  Bytes[5] = static_cast<char>(IsLittleEndian ? ELF::ELFDATA2LSB : ELF::ELFDATA2MSB);
  Bytes[6] = ELF::EV_CURRENT;
  Put16(16, ELF::ET_REL);
  Put16(18, ELF::EM_BPF);
  Put32(20, ELF::EV_CURRENT);
  Put64(40, HeaderSize); // of the section headers
  Put16(52, HeaderSize);
  Put16(58, SectionHeaderSize);
  Put16(60, 2);
  Put16(62, 1); // the names of sections are in the second
  size_t Names = HeaderSize + SectionHeaderSize, At = HeaderSize + 2 * SectionHeaderSize;
  StringRef Text("\0.shstrtab", 11);
  Bytes.replace(At, Text.size(), Text.str());
  Put32(Names, 1);
  Put32(Names + 4, ELF::SHT_STRTAB);
  Put64(Names + 24, At);
  Put64(Names + 32, Text.size());
  Put64(Names + 48, 1);
  return Bytes;
}

Expected<std::string> withBTF(StringRef Module, StringRef Split, StringRef Base, StringRef Path) {
  std::string Empty = Module.empty() ? emptyELF(Split.starts_with("\x9f")) : std::string();
  StringRef Into = Module.empty() ? StringRef(Empty) : Module;
  auto Object = object::ObjectFile::createObjectFile(MemoryBufferRef(Into, Path));
  if (!Object)
    return makeError("'{0}': {1}", Path, toString(Object.takeError()));
  objcopy::ConfigManager Config;
  Config.Common.OutputFilename = Path;
  for (auto [Name, Bytes] : {std::pair(StringRef(".BTF"), Split), {".BTF.base", Base}}) {
    Expected<std::optional<StringRef>> Known = btf::findELFSection(Into, Name, Path);
    if (!Known)
      return Known.takeError();
    auto &Where = *Known ? Config.Common.UpdateSection : Config.Common.AddSection;
    Where.emplace_back(Name, MemoryBuffer::getMemBufferCopy(Bytes, Name));
  }
  SmallString<0> Result;
  raw_svector_ostream OS(Result);
  if (Error E = objcopy::executeObjcopyOnBinary(Config, **Object, OS))
    return makeError("'{0}': {1}", Path, toString(std::move(E)));
  return Result.str().str();
}

} // namespace bpfbuild
