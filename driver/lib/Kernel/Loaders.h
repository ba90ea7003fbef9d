//===- Loaders.h - who loads an object --------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loaders differ in which section names and map definitions they read. The kernel's rules are the same for all.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_LOADERS_H
#define BPFBUILD_KERNEL_LOADERS_H

#include "Kernel/MapTypes.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace bpfbuild {

enum class Loader {
  Libbpf,
  EbpfGo,   ///< github.com/cilium/ebpf
  Iproute2, ///< tc and ip, with their own loader
  Aya,      ///< Rust's
};

/// "libbpf", "ebpf-go", "iproute2" or "aya".
std::optional<Loader> parseLoader(llvm::StringRef Name);
llvm::StringRef toString(Loader L);

/// True if the loader tells a program's type by that section name, or does not ask for it: libbpf's sec_def_matches(),
/// ebpf-go's matchSectionName() in elf_sections.go, aya's ProgramSection::from_str(). A leading '?' is skipped.
bool knowsSection(Loader L, llvm::StringRef Section);

/// True if it reads struct bpf_map_def or bpf_elf_map in SEC("maps").
bool readsLegacyMaps(Loader L);

/// True if the loader itself sets the sizes of keys and values of such a map, so that the definition may say there what
/// is sent through it.
bool setsSizes(Loader L, MapType Type);

} // namespace bpfbuild

#endif
