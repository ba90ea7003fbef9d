//===- SplitBTF.cpp - bpfbuild distill, bpfbuild relocate ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/SplitBTF.h"
#include "Machine/KernelBTF.h"
#include "Object/BTFSections.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"

using namespace llvm;

namespace bpfbuild {

/// The base and the file that distill and relocate take.
struct Arguments {
  core::KernelTypes Base;
  std::string Path;
  std::unique_ptr<MemoryBuffer> Bytes;
};

static Expected<Arguments> readArguments(const opt::InputArgList &Args, StringRef Stage, StringRef What) {
  std::vector<std::string> Inputs = Args.getAllArgValues(OPT_INPUT);
  if (Inputs.size() != 1 || !Args.hasArg(OPT_base_EQ) || !Args.hasArg(OPT_o))
    return makeError("{0} takes --base=VMLINUX, {1}, and -o FILE", Stage, What);
  Expected<std::vector<core::KernelTypes>> Base = openKernels(Args.getLastArgValue(OPT_base_EQ).str());
  if (!Base)
    return Base.takeError();
  Expected<std::unique_ptr<MemoryBuffer>> Bytes = btf::readDecompressed(Inputs.front());
  if (!Bytes)
    return Bytes.takeError();
  return Arguments{std::move(Base->front()), Inputs.front(), std::move(*Bytes)};
}

Error runDistill(const opt::InputArgList &Args) {
  Expected<Arguments> Given = readArguments(Args, "distill", "a module or its BTF");
  if (!Given)
    return Given.takeError();
  StringRef Bytes = Given->Bytes->getBuffer(), Section = Bytes;
  if (btf::isELF(Bytes)) {
    Expected<std::optional<StringRef>> Found = btf::findELFSection(Bytes, ".BTF", Given->Path);
    if (!Found || !*Found)
      return Found ? makeError("'{0}' has no section .BTF", Given->Path) : Found.takeError();
    Section = **Found;
  }
  Expected<btf::BTF> Module = btf::BTF::parse(Section, Given->Path, &Given->Base.vmlinux());
  if (!Module)
    return Module.takeError();
  Expected<core::DistilledBTF> Distilled = core::distill(*Module, Given->Path);
  if (!Distilled)
    return Distilled.takeError();
  StringRef Into = btf::isELF(Bytes) ? Bytes : StringRef();
  Expected<std::string> Result = withBTF(Into, Distilled->Split, Distilled->Base, Given->Path);
  return Result ? write(Args, std::move(*Result)) : Result.takeError();
}

Error runRelocate(const opt::InputArgList &Args) {
  Expected<Arguments> Given =
      readArguments(Args, "relocate", "what distill wrote, or a module with a section .BTF.base");
  if (!Given)
    return Given.takeError();
  StringRef Bytes = Given->Bytes->getBuffer();
  if (!btf::isELF(Bytes))
    return makeError("'{0}' is not an ELF file: expected what distill wrote, or a module", Given->Path);
  StringRef Sections[2];
  for (auto [Name, Into] : zip_equal(std::array<StringRef, 2>{".BTF.base", ".BTF"}, Sections)) {
    Expected<std::optional<StringRef>> Found = btf::findELFSection(Bytes, Name, Given->Path);
    if (!Found || !*Found)
      return Found ? makeError("'{0}' has no section {1}; distill it first, by the base that it was built with",
                               Given->Path, Name)
                   : Found.takeError();
    Into = **Found;
  }
  Expected<btf::BTF> Base = btf::BTF::parse(Sections[0], Given->Path);
  if (!Base)
    return Base.takeError();
  Expected<btf::BTF> Module = btf::BTF::parse(Sections[1], Given->Path, &*Base);
  if (!Module)
    return Module.takeError();
  Expected<std::string> Result = core::relocate(*Module, Given->Base.vmlinux(), Given->Path);
  return Result ? write(Args, std::move(*Result)) : Result.takeError();
}

} // namespace bpfbuild
