//===- LinkFuzzer.cpp - any two objects into one --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What libbpf's linker is given has been checked before; what it makes can be read.
//===----------------------------------------------------------------------===//
#include "Link/Link.h"
#include "Parts.h"

using namespace bpfbuild;
using namespace bpfbuild::fuzz;

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *Data, size_t Size, size_t MaxSize, unsigned Seed) {
  return mutateForFuzzer(Data, Size, MaxSize, Seed, mutateParts<mutateObject, mutateObject>);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  Parts Bytes(Data, Size);
  std::vector<BPFObject> Objects;
  for (const std::string *Part : {&Bytes.First, &Bytes.Second}) {
    llvm::Expected<BPFObject> Object = BPFObject::parse(*Part, Objects.empty() ? "first.o" : "second.o");
    if (isError(Object))
      return 0;
    Objects.push_back(std::move(*Object));
  }
  llvm::Expected<std::string> Linked = linkObjects(Objects);
  if (isError(Linked))
    return 0;
  if (llvm::Expected<BPFObject> Again = BPFObject::parse(*Linked, "linked.o"); !Again)
    llvm::report_fatal_error(Again.takeError());
  return 0;
}
