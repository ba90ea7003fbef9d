//===- Parts.h - two inputs in one ------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Four bytes with the size of the first, little-endian; the first; the second. make_corpus.py makes them of files.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_FUZZ_PARTS_H
#define BPFBUILD_FUZZ_PARTS_H

#include "Mutator.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Error.h"
#include <string>

namespace bpfbuild::fuzz {

/// Both in memory of their own, aligned as files are.
struct Parts {
  std::string First, Second;

  Parts(const uint8_t *Data, size_t Size) {
    llvm::StringRef Bytes(reinterpret_cast<const char *>(Data), Size);
    if (Size < SizeBytes)
      return;
    First = Bytes.substr(SizeBytes, llvm::support::endian::read32le(Data)).str();
    Second = Bytes.drop_front(SizeBytes + First.size()).str();
  }

  static constexpr size_t SizeBytes = 4;
};

using Mutation = void (*)(uint8_t *Data, size_t Size, Random &Seed);

/// Changes one of the two parts, each in its own way.
template <Mutation OfFirst, Mutation OfSecond> void mutateParts(uint8_t *Data, size_t Size, Random &Seed) {
  if (Size < Parts::SizeBytes)
    return;
  size_t Rest = Size - Parts::SizeBytes, First = llvm::support::endian::read32le(Data);
  First = First < Rest ? First : Rest;
  if (Seed() / 2 % 2)
    OfFirst(Data + Parts::SizeBytes, First, Seed);
  else
    OfSecond(Data + Parts::SizeBytes + First, Rest - First, Seed);
}

template <typename T> bool isError(llvm::Expected<T> &Result) {
  if (Result)
    return false;
  llvm::consumeError(Result.takeError());
  return true;
}

} // namespace bpfbuild::fuzz

#endif
