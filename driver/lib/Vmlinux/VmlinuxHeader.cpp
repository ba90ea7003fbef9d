//===- VmlinuxHeader.cpp - vmlinux.h, whole or sliced ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Vmlinux/VmlinuxHeader.h"
#include "Support/Error.h"

using namespace llvm;

namespace bpfbuild {

VmlinuxHeader VmlinuxHeader::fromText(std::unique_ptr<MemoryBuffer> Bytes) {
  VmlinuxHeader Result;
  Result.Path = Bytes->getBufferIdentifier().str();
  Result.Split = TextHeader::split(Bytes->getBuffer());
  Result.Text = std::move(Bytes);
  return Result;
}

Expected<VmlinuxHeader> VmlinuxHeader::open(StringRef Source) {
  Expected<std::string> Path = btf::findSource(Source);
  if (!Path)
    return Path.takeError();
  Expected<std::unique_ptr<MemoryBuffer>> Bytes = btf::readFile(*Path);
  if (!Bytes)
    return Bytes.takeError();
  StringRef Content = (*Bytes)->getBuffer();
  if (!btf::isRawBTF(Content) && !btf::isELF(Content)) {
    if (Content.contains('\0'))
      return makeError("'{0}' is neither BTF, nor an ELF file, nor a C header", *Path);
    VmlinuxHeader Result = fromText(std::move(*Bytes));
    Result.Path = *Path;
    return std::move(Result);
  }
  return fromBTF(std::move(*Bytes), *Path);
}

VmlinuxHeader VmlinuxHeader::fromBTF(std::unique_ptr<MemoryBuffer> Bytes, StringRef Path) {
  VmlinuxHeader Result;
  Result.Path = Path.str();
  Result.IsBTF = true;
  auto Read = [](std::unique_ptr<MemoryBuffer> Bytes, std::string Path) -> Expected<std::unique_ptr<ReadTypes>> {
    Expected<btf::BTFFile> File = btf::BTFFile::read(std::move(Bytes), Path);
    if (!File)
      return File.takeError();
    BTFSlicer Slicer(File->types(), Path); // the types stay where they are when the file moves
    return std::make_unique<ReadTypes>(ReadTypes{std::move(*File), std::move(Slicer)});
  };
  Result.Pending = std::async(std::launch::async, Read, std::move(Bytes), Result.Path);
  return Result;
}

Expected<const BTFSlicer *> VmlinuxHeader::slicer() const {
  if (Pending.valid()) {
    Expected<std::unique_ptr<ReadTypes>> Done = Pending.get();
    if (Done)
      Types = std::move(*Done);
    else
      Failure = toString(Done.takeError());
  }
  return Types ? Expected<const BTFSlicer *>(&Types->Slicer) : makeError("{0}", Failure);
}

Expected<std::string> VmlinuxHeader::whole(const ProgramNames &Names) const {
  if (!IsBTF)
    return Text->getBuffer().str();
  Expected<const BTFSlicer *> Slicer = slicer();
  return Slicer ? (*Slicer)->whole(Names.Declared) : Slicer.takeError();
}

std::string VmlinuxHeader::directives() const {
  return IsBTF ? directivesOfBTF() : Split->directives();
}

Expected<std::string> VmlinuxHeader::slice(const ProgramNames &Names) const {
  if (!IsBTF)
    return Split->slice(Names);
  Expected<const BTFSlicer *> Slicer = slicer();
  return Slicer ? (*Slicer)->slice(Names) : Slicer.takeError();
}

} // namespace bpfbuild
