//===- ObjectFuzzer.cpp - any bytes as a BPF object -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything that reads an object: the ELF, BTF and BTF.ext views, the map definitions, the checks and their places,
// the skeleton's model and text; and what puts forward declarations in order. The object's types stand for the kernel's
// too.
//===----------------------------------------------------------------------===//
#include "Mutator.h"
#include "Object/DebugPlaces.h"
#include "Object/Forwards.h"
#include "Programs/Check.h"
#include "Skeleton/CSkeletonEmitter.h"
#include "Skeleton/SkeletonEmitter.h"

using namespace bpfbuild;
using namespace bpfbuild::fuzz;

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *Data, size_t Size, size_t MaxSize, unsigned Seed) {
  return mutateForFuzzer(Data, Size, MaxSize, Seed, mutateObject);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  llvm::StringRef Bytes(reinterpret_cast<const char *>(Data), Size);
  std::string Sorted = Bytes.str();
  sortForwards(Sorted);
  llvm::Expected<BPFObject> Object = BPFObject::parse(Bytes, "fuzz.o");
  if (!Object) {
    llvm::consumeError(Object.takeError());
    return 0;
  }
  if (llvm::Expected<BPFObject> Again = BPFObject::parse(Sorted, "sorted.o"); !Again)
    llvm::report_fatal_error(Again.takeError()); // what could be read still can
  CheckTarget Target{.Oldest = KernelVersion{4, 4}, .AbsentHelpers = {1, 181}, .Headers = {4, 4}};
  Target.Types = Object->types();
  Target.TypesPath = "kernel.btf";
  std::vector<Diagnostic> Diagnostics = checkObject(*Object, Target);
  fillPlaces(*Object, Diagnostics);
  llvm::Expected<SkeletonModel> Model = buildSkeletonModel(*Object, "fuzz", "a::b");
  if (!Model) {
    llvm::consumeError(Model.takeError());
    return 0;
  }
  for (SkeletonStyle Style : {SkeletonStyle::Cxx, SkeletonStyle::CxxSub, SkeletonStyle::C, SkeletonStyle::CSub}) {
    if (!isCxx(Style))
      Model->Namespace.clear();
    ObjectPlacement Placement = Style == SkeletonStyle::Cxx ? ObjectPlacement::Source : ObjectPlacement::Incbin;
    llvm::Expected<SkeletonText> Text = emitSkeleton(*Model, *Object, Style, Placement, {});
    if (!Text)
      llvm::consumeError(Text.takeError());
  }
  return 0;
}
