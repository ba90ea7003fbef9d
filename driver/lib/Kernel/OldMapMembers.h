//===- OldMapMembers.h - struct bpf_map_def and its kin ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loaders read the variables of SEC("maps") as structs of 32-bit words. There are many copies of these structs, with
// other names and more words; the names tell what a word says.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_OLDMAPMEMBERS_H
#define BPFBUILD_KERNEL_OLDMAPMEMBERS_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <utility>

namespace bpfbuild {

enum class MapRole {
  Unknown,
  Type,
  KeySize,
  ValueSize,
  MaxEntries,
  Flags,
  NumaNode,
  Id,            ///< bpf_elf_map: a number by which others name this map
  Pinning,       ///< PIN_*, or a number of /etc/iproute2/bpf_pinning
  InnerId,       ///< bpf_elf_map: the id of the map that values are made like
  InnerIndex,    ///< bpf_elf_map: the slot that this map has in the one whose inner_id is its id
  InnerMapIndex, ///< samples/bpf: the number, in the section, of the map that values are made like
  Namespace,     ///< gobpf: a folder
};

/// What the member \p Name of such a struct says.
MapRole mapRole(llvm::StringRef Name);

/// True for the sections that loaders before BTF read maps from: "maps", and gobpf's "maps/NAME".
bool isOldMapSection(llvm::StringRef Section);

/// The id and index of a program that iproute2 puts into a prog_array: "7/0" (bpf_fill_prog_arrays()).
std::optional<std::pair<uint64_t, uint64_t>> tailCallSection(llvm::StringRef Section);

} // namespace bpfbuild

#endif
