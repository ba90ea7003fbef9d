//===- ArchiveFuzzer.cpp - any bytes as an archive of BTF -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Both readers: that of the driver, and that of the programs which carry an archive.
//===----------------------------------------------------------------------===//
#include "CoRe/Archive.h"
#include "llvm/ADT/StringRef.h"
#include <bpfbuild/btf_archive.hpp>

using namespace bpfbuild;

static void readInProgram(const uint8_t *Data, size_t Size) {
  detail::btf_archive Archive(Data, Size);
  if (!Archive.is_whole())
    return;
  char Names[768];
  detail::name_kernels(Archive, Names, sizeof(Names));
  static const detail::running_system System;
  for (uint32_t Index = 0; Index < Archive.kernels() && Index < 16; ++Index) {
    detail::btf_archive::kernel Kernel = Archive.at(Index);
    detail::fitness(Kernel, System);
    if (int Fd = Archive.extract(Kernel.btf); Fd >= 0)
      ::close(Fd);
  }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  llvm::StringRef Bytes(reinterpret_cast<const char *>(Data), Size);
  readInProgram(Data, Size);
  llvm::Expected<core::Archive> Archive = core::readArchive(Bytes, "fuzz.btfa");
  if (!Archive) {
    llvm::consumeError(Archive.takeError());
    return 0;
  }
  std::vector<core::ArchivedBTF> Kernels;
  size_t Total = 0; // many kernels can have one BTF
  for (const core::Archive::Entry &E : Archive->Kernels)
    if ((Total += E.Size) < (1 << 24))
      Kernels.push_back({E.Kernel, Archive->bytesOf(E).str()});
  llvm::Expected<std::string> Again = core::writeArchive(std::move(Kernels), Archive->Uses);
  if (!Again) { // two kernels of one name
    llvm::consumeError(Again.takeError());
    return 0;
  }
  if (!core::readArchive(*Again, "again.btfa"))
    __builtin_trap();
  return 0;
}
