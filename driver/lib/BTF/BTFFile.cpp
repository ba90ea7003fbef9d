//===- BTFFile.cpp - where BTF comes from ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "BTF/BTFFile.h"
#include "BTF/KernelImage.h"
#include "Support/Decompress.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include <sys/utsname.h>

using namespace llvm;

namespace bpfbuild::btf {

bool isRawBTF(StringRef Bytes) {
  return Bytes.starts_with("\x9f\xeb") || Bytes.starts_with("\xeb\x9f");
}

bool isELF(StringRef Bytes) {
  return Bytes.starts_with("\x7f\x45LF");
}

Expected<std::unique_ptr<MemoryBuffer>> readDecompressed(StringRef Path) {
  Expected<std::unique_ptr<MemoryBuffer>> File = readFile(Path);
  if (!File || !isCompressed((*File)->getBuffer()))
    return File;
  return decompress((*File)->getBuffer(), Path);
}

Expected<std::string> findKernelBTF() {
  utsname Machine{};
  uname(&Machine);
  static constexpr const char *Patterns[] = {"/sys/kernel/btf/vmlinux",
                                             "/boot/vmlinux-*",
                                             "/lib/modules/*/vmlinux-*",
                                             "/lib/modules/*/build/vmlinux",
                                             "/usr/lib/modules/*/kernel/vmlinux",
                                             "/usr/lib/debug/boot/vmlinux-*",
                                             "/usr/lib/debug/boot/vmlinux-*.debug",
                                             "/usr/lib/debug/lib/modules/*/vmlinux"};
  for (const char *Pattern : Patterns)
    if (std::string Path = join(split(StringRef(Pattern), '*'), Machine.release); sys::fs::exists(Path))
      return Path;
  return makeError(
      "the running kernel shows no BTF (/sys/kernel/btf/vmlinux); pass --vmlinux=FILE with a BTF file, an ELF "
      "file that has .BTF, or a vmlinux.h");
}

Expected<std::string> findSource(StringRef Source) {
  return Source == "kernel" ? findKernelBTF() : Source.str();
}

Expected<std::optional<StringRef>> findELFSection(StringRef Bytes, StringRef Wanted, StringRef Path) {
  Expected<std::unique_ptr<object::ObjectFile>> File =
      object::ObjectFile::createELFObjectFile(MemoryBufferRef(Bytes, Path), false);
  if (!File)
    return makeError("'{0}': {1}", Path, toString(File.takeError()));
  for (const object::SectionRef &Section : (*File)->sections()) {
    Expected<StringRef> Name = Section.getName();
    if (!Name) {
      consumeError(Name.takeError());
      continue;
    }
    if (*Name != Wanted)
      continue;
    Expected<StringRef> Contents = Section.getContents();
    if (!Contents)
      return makeError("'{0}': section {1}: {2}", Path, Wanted, toString(Contents.takeError()));
    return std::optional(*Contents);
  }
  return std::optional<StringRef>();
}

/// True for BTF that continues another: its strings do not begin with the empty one.
static bool isSplit(StringRef Section) {
  if (Section.size() < 24 || !isRawBTF(Section))
    return false;
  auto Order = Section.front() == '\x9f' ? endianness::little : endianness::big;
  auto Word = [&](size_t At) { return uint64_t(support::endian::read32(Section.data() + At, Order)); };
  uint64_t Strings = Word(4) + Word(16);
  return Word(20) > 0 && Strings < Section.size() && Section[Strings] != 0;
}

Expected<BTFFile> BTFFile::read(std::unique_ptr<MemoryBuffer> Bytes, StringRef Path, const BTF *Base,
                                BTF::Nesting Values) {
  if (isKernelImage(Bytes->getBuffer())) {
    Expected<std::unique_ptr<MemoryBuffer>> Kernel = extractKernel(Bytes->getBuffer(), Path);
    if (!Kernel)
      return Kernel.takeError();
    Bytes = std::move(*Kernel);
  }
  StringRef Section = Bytes->getBuffer();
  if (isELF(Section)) {
    Expected<std::optional<StringRef>> Found = findELFSection(Section, ".BTF", Path);
    if (!Found)
      return Found.takeError();
    if (!*Found)
      return makeError("'{0}' has no section .BTF; is it built with CONFIG_DEBUG_INFO_BTF, or with clang -g?", Path);
    Section = **Found;
  } else if (!isRawBTF(Section)) {
    if (StringRef Found = findRawBTF(Section); !Found.empty())
      Section = Found;
  }
  if (Section.starts_with("BTFA"))
    return makeError("'{0}' is an archive of minimal BTF, which is for --embed-btf=; expected BTF", Path);
  if (!Base && isSplit(Section))
    return makeError("'{0}': BTF that continues another, as a module's does; it needs that of its kernel as its base",
                     Path);
  Expected<BTF> Types = BTF::parse(Section, Path, Base, Values);
  if (!Types)
    return Types.takeError();
  BTFFile Result;
  Result.Path = Path.str();
  Result.Bytes = std::move(Bytes);
  Result.Types = std::make_unique<BTF>(std::move(*Types));
  return std::move(Result);
}

Expected<BTFFile> BTFFile::open(StringRef Path, const BTF *Base, BTF::Nesting Values) {
  Expected<std::unique_ptr<MemoryBuffer>> Bytes = readDecompressed(Path);
  return Bytes ? read(std::move(*Bytes), Path, Base, Values) : Bytes.takeError();
}

} // namespace bpfbuild::btf
