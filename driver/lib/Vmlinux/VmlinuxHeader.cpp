//===- VmlinuxHeader.cpp - vmlinux.h, whole or sliced ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Vmlinux/VmlinuxHeader.h"
#include "BTF/KernelImage.h"
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
  Expected<std::unique_ptr<MemoryBuffer>> Bytes = btf::readDecompressed(*Path);
  if (!Bytes)
    return Bytes.takeError();
  StringRef Content = (*Bytes)->getBuffer();
  if (!btf::isRawBTF(Content) && !btf::isELF(Content) && !btf::isKernelImage(Content)) {
    if (Content.contains('\0'))
      return makeError("'{0}' is neither BTF, nor an ELF file, nor a C header", *Path);
    VmlinuxHeader Result = fromText(std::move(*Bytes));
    Result.Path = *Path;
    return std::move(Result);
  }
  Expected<btf::BTFFile> File = btf::BTFFile::read(std::move(*Bytes), *Path);
  if (!File)
    return File.takeError();
  VmlinuxHeader Result;
  Result.Path = std::move(*Path);
  Result.Slicer.emplace(File->types(), Result.Path); // the types stay where they are when the file moves
  Result.Types.emplace(std::move(*File));
  return std::move(Result);
}

Expected<std::string> VmlinuxHeader::whole(const ProgramNames &Names) const {
  return Slicer ? Slicer->whole(Names) : Text->getBuffer().str();
}

std::string VmlinuxHeader::directives() const {
  return Slicer ? directivesOfBTF() : Split->directives();
}

Expected<std::string> VmlinuxHeader::slice(const ProgramNames &Names) const {
  return Slicer ? Slicer->slice(Names) : Split->slice(Names);
}

} // namespace bpfbuild
