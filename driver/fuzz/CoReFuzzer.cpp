//===- CoReFuzzer.cpp - any object against any kernel's BTF ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An object and a BTF. Beyond that nothing crashes: with the minimal BTF every relocation gives the same instruction as
// with the whole, but for the numbers of types.
//===----------------------------------------------------------------------===//
#include "CoRe/Diff.h"
#include "CoRe/MinimalBTF.h"
#include "CoRe/Report.h"
#include "Parts.h"

using namespace bpfbuild;
using namespace bpfbuild::fuzz;
using namespace bpfbuild::core;

static llvm::Expected<KernelTypes> kernelOf(llvm::StringRef Bytes) {
  return KernelTypes::read(llvm::MemoryBuffer::getMemBufferCopy(Bytes, "kernel"), "6.1");
}

static void compare(const std::vector<ObjectRecord> &Whole, const std::vector<ObjectRecord> &Minimal) {
  bool IsRefused =
      llvm::any_of(Whole[0].Relocations, [](const RelocationRecord &R) { return refusesObject(R.Decisions[0].Why); });
  for (const auto &[A, B] : llvm::zip_equal(Whole[0].Relocations, Minimal[0].Relocations))
    if (!IsRefused && A.Relocation.Kind != CoreKind::TypeIdTarget && A.Decisions[0].Code != B.Decisions[0].Code)
      __builtin_trap();
}

static void use(const BPFObject &Object, llvm::StringRef Bytes) {
  llvm::Expected<ObjectToResolve> Input = prepare(Object);
  if (isError(Input))
    return;
  std::vector<KernelTypes> Kernels;
  llvm::Expected<KernelTypes> Kernel = kernelOf(Bytes);
  if (isError(Kernel))
    return;
  Kernels.push_back(std::move(*Kernel));
  std::vector<ObjectRecord> Records = resolveAll(*Input, Kernels);
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  printText(OS, {Records, Kernels});
  printJSON(OS, {Records, Kernels});
  printHTML(OS, {Records, Kernels});
  llvm::Expected<KernelTypes> Minimal = kernelOf(minimizeBTF(Kernels.front(), *Input));
  if (isError(Minimal))
    __builtin_trap();
  std::vector<KernelTypes> Reduced;
  Reduced.push_back(std::move(*Minimal));
  compare(Records, resolveAll(*Input, Reduced));
  Uses Only = usesOf(*Input);
  printText(OS, compareKernels(Kernels.front(), Reduced.front(), nullptr));
  printJSON(OS, compareKernels(Reduced.front(), Kernels.front(), &Only));
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *Data, size_t Size, size_t MaxSize, unsigned Seed) {
  return mutateForFuzzer(Data, Size, MaxSize, Seed, mutateParts<mutateObject, mutateBTF>);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  Parts Bytes(Data, Size);
  llvm::Expected<BPFObject> Object = BPFObject::parse(Bytes.First, "fuzz.o");
  if (!isError(Object))
    use(*Object, Bytes.Second);
  return 0;
}
