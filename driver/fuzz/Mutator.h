//===- Mutator.h - objects and BTF, changed as what they are ----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random bytes are refused at the first check. These changes keep the rest whole: one field of one record gets another
// value, of those that find mistakes (0, one more, one less, the last, one behind it, one bit, another record's). The
// same seed gives the same change.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_FUZZ_MUTATOR_H
#define BPFBUILD_FUZZ_MUTATOR_H

#include <cstddef>
#include <cstdint>
#include <random>

namespace bpfbuild::fuzz {

using Random = std::minstd_rand;

/// Changes a BTF section: a word of a type or of what belongs to it, the header, a string; two types change places, or
/// one becomes another. Bytes that are no BTF stay as they are.
void mutateBTF(uint8_t *Data, size_t Size, Random &Seed);

/// Changes an ELF object: a field of its header, of a section's header, of a symbol or relocation, its BTF, its
/// BTF.ext, an instruction, or the bytes of any section. Bytes that are no 64-bit ELF file stay as they are.
void mutateObject(uint8_t *Data, size_t Size, Random &Seed);

/// What LLVMFuzzerCustomMutator() calls with its arguments: one time in four libFuzzer's own change, else one to
/// three of \p Mutate's.
size_t mutateForFuzzer(uint8_t *Data, size_t Size, size_t MaxSize, unsigned Seed,
                       void (*Mutate)(uint8_t *Data, size_t Size, Random &Seed));

} // namespace bpfbuild::fuzz

#endif
