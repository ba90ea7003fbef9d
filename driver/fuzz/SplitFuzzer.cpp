//===- SplitFuzzer.cpp - any bytes as a base and a module -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A base and a module. What is distilled is BTF, and what is relocated too.
//===----------------------------------------------------------------------===//
#include "CoRe/SplitBTF.h"
#include "Object/BTFSections.h"
#include "Parts.h"

using namespace bpfbuild;
using namespace bpfbuild::fuzz;

static void relocate(const btf::BTF &Distilled, const btf::BTF &Base) {
  llvm::Expected<std::string> Relocated = core::relocate(Distilled, Base, "fuzz");
  if (isError(Relocated))
    return;
  llvm::Expected<btf::BTF> Parsed = btf::BTF::parse(*Relocated, "fuzz", &Base, btf::BTF::Nesting::Unchecked);
  if (isError(Parsed))
    __builtin_trap();
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *Data, size_t Size, size_t MaxSize, unsigned Seed) {
  return mutateForFuzzer(Data, Size, MaxSize, Seed, mutateParts<mutateBTF, mutateBTF>);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  Parts Bytes(Data, Size);
  llvm::Expected<btf::BTF> Base = btf::BTF::parse(Bytes.First, "fuzz.base");
  if (isError(Base))
    return 0;
  llvm::Expected<btf::BTF> Module = btf::BTF::parse(Bytes.Second, "fuzz", &*Base);
  if (isError(Module))
    return 0;
  relocate(*Module, *Base); // as if it were distilled
  llvm::Expected<core::DistilledBTF> Distilled = core::distill(*Module, "fuzz");
  if (isError(Distilled))
    return 0;
  llvm::Expected<btf::BTF> NewBase = btf::BTF::parse(Distilled->Base, "fuzz.base");
  if (isError(NewBase))
    __builtin_trap();
  llvm::Expected<btf::BTF> Split = btf::BTF::parse(Distilled->Split, "fuzz", &*NewBase);
  if (isError(Split))
    __builtin_trap();
  relocate(*Split, *Base);
  llvm::Expected<std::string> File = withBTF("", Distilled->Split, Distilled->Base, "fuzz");
  if (isError(File))
    __builtin_trap();
  return 0;
}
