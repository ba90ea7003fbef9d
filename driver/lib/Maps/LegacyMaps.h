//===- LegacyMaps.h - map definitions before BTF ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SEC("maps") holds the values of struct bpf_map_def (libbpf before 1.0, samples/bpf) or struct bpf_elf_map (iproute2):
// a list of 32-bit words for each map. libbpf reads neither any longer.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MAPS_LEGACYMAPS_H
#define BPFBUILD_MAPS_LEGACYMAPS_H

#include "Maps/MapDef.h"

namespace bpfbuild {

/// The maps of \p Object's section maps, in its order; none without such a section. For each an error is added that
/// shows the same map as a BTF-defined one.
std::vector<MapDef> readLegacyMaps(const BPFObject &Object, std::vector<Diagnostic> &Diagnostics);

} // namespace bpfbuild

#endif
