//===- ObjectFuzzer.cpp - any bytes as a BPF object -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything that reads an object: the ELF and BTF views, the map definitions, the checks and their places, the
// skeleton's model and text.
//===----------------------------------------------------------------------===//
#include "Object/DebugPlaces.h"
#include "Programs/Check.h"
#include "Skeleton/SkeletonEmitter.h"

using namespace bpfbuild;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  llvm::StringRef Bytes(reinterpret_cast<const char *>(Data), Size);
  llvm::Expected<BPFObject> Object = BPFObject::parse(Bytes, "fuzz.o");
  if (!Object) {
    llvm::consumeError(Object.takeError());
    return 0;
  }
  std::vector<Diagnostic> Diagnostics = checkObject(*Object, {});
  fillPlaces(*Object, Diagnostics);
  llvm::Expected<SkeletonModel> Model = buildSkeletonModel(*Object, "fuzz", "a::b");
  if (!Model) {
    llvm::consumeError(Model.takeError());
    return 0;
  }
  emitSkeleton(*Model, ObjectPlacement::Incbin, Bytes);
  return 0;
}
