//===- VmlinuxHeader.cpp - vmlinux.h, whole or sliced ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Vmlinux/VmlinuxHeader.h"
#include "Support/Error.h"
#include "Vmlinux/BTFSlice.h"

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
  Expected<std::string> Path = Source == "kernel" ? btf::findKernelBTF() : Source.str();
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
  Expected<btf::BTFFile> Types = btf::BTFFile::read(std::move(*Bytes), *Path);
  if (!Types)
    return Types.takeError();
  VmlinuxHeader Result;
  Result.Path = *Path;
  Result.Types = std::move(*Types);
  return std::move(Result);
}

Expected<std::string> VmlinuxHeader::whole(const ProgramNames &Names) const {
  return Types ? printBTF(Types->types(), Path, Names.Declared) : Text->getBuffer().str();
}

std::optional<std::string> VmlinuxHeader::directives() const {
  if (Types)
    return directivesOfBTF();
  return Split ? std::optional(Split->directives()) : std::nullopt;
}

Expected<std::string> VmlinuxHeader::slice(const ProgramNames &Names) const {
  return Types ? sliceBTF(Types->types(), Path, Names) : Split->slice(Names);
}

} // namespace bpfbuild
