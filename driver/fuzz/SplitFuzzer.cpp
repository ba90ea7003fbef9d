//===- SplitFuzzer.cpp - any bytes as a base and a module -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Four bytes with the size of the base, the base, the module. What is distilled is BTF, and what is relocated too.
//===----------------------------------------------------------------------===//
#include "CoRe/SplitBTF.h"
#include "Object/BTFSections.h"
#include "llvm/Support/Endian.h"

using namespace bpfbuild;

template <typename T> static bool isError(llvm::Expected<T> &Result) {
  if (Result)
    return false;
  llvm::consumeError(Result.takeError());
  return true;
}

static void relocate(const btf::BTF &Distilled, const btf::BTF &Base) {
  llvm::Expected<std::string> Relocated = core::relocate(Distilled, Base, "fuzz");
  if (isError(Relocated))
    return;
  llvm::Expected<btf::BTF> Parsed = btf::BTF::parse(*Relocated, "fuzz", &Base, btf::BTF::Nesting::Unchecked);
  if (isError(Parsed))
    __builtin_trap();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  llvm::StringRef Bytes(reinterpret_cast<const char *>(Data), Size);
  if (Size < 4)
    return 0;
  llvm::StringRef BaseBytes = Bytes.substr(4, llvm::support::endian::read32le(Data));
  llvm::Expected<btf::BTF> Base = btf::BTF::parse(BaseBytes, "fuzz.base");
  if (isError(Base))
    return 0;
  llvm::Expected<btf::BTF> Module = btf::BTF::parse(Bytes.drop_front(4 + BaseBytes.size()), "fuzz", &*Base);
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
