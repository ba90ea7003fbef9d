//===- BTFFuzzer.cpp - any bytes as BTF -----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The view, every type's references and size, the whole header and a slice of it; then the same bytes once more as
// split BTF over themselves.
//===----------------------------------------------------------------------===//
#include "BTF/Walk.h"
#include "Mutator.h"
#include "Vmlinux/BTFSlice.h"

using namespace bpfbuild;
using namespace bpfbuild::fuzz;

/// Every third name is named, every other member accessed.
static ProgramNames someNames(const btf::BTF &Types) {
  ProgramNames Names;
  for (uint32_t Id = 1; Id < Types.size(); ++Id) {
    btf::Type T = Types.type(Id);
    if (Id % 3)
      Names.Names[T.Name.ref()] = Id % 2 ? ProgramNames::Named : ProgramNames::Mentioned;
    for (btf::Member M : T.members())
      if (M.Type % 2)
        Names.Accessed.insert(M.Name.ref());
    for (btf::Enumerator E : T.enumerators())
      Names.Names[E.Name.ref()] = ProgramNames::Named;
  }
  return Names;
}

static void consume(llvm::Expected<std::string> Text) {
  if (!Text)
    llvm::consumeError(Text.takeError());
}

static void use(const btf::BTF &Types) {
  for (uint32_t Id = 1; Id < Types.size(); ++Id) {
    btf::forEachReference(Types.rawRecord(Id), [&](uint32_t Ref) { Types.type(Ref); });
    Types.sizeOf(Types.resolve(Id));
  }
  BTFSlicer Slicer(Types, "fuzz.btf");
  consume(Slicer.whole());
  consume(Slicer.slice(someNames(Types)));
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *Data, size_t Size, size_t MaxSize, unsigned Seed) {
  return mutateForFuzzer(Data, Size, MaxSize, Seed, mutateBTF);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  llvm::StringRef Bytes(reinterpret_cast<const char *>(Data), Size);
  llvm::Expected<btf::BTF> Types = btf::BTF::parse(Bytes, "fuzz.btf");
  if (!Types) {
    llvm::consumeError(Types.takeError());
    return 0;
  }
  use(*Types);
  llvm::Expected<btf::BTF> Split = btf::BTF::parse(Bytes, "fuzz.btf", &*Types);
  if (Split)
    use(*Split);
  else
    llvm::consumeError(Split.takeError());
  return 0;
}
