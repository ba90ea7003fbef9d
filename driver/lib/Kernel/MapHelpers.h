//===- MapHelpers.h - which helpers take which maps -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_MAPHELPERS_H
#define BPFBUILD_KERNEL_MAPHELPERS_H

#include "Kernel/MapTypes.h"

namespace bpfbuild {

/// A helper that takes a map. Arguments are counted from 1; 0: it has none of that kind.
struct MapHelper {
  uint32_t Id; ///< BPF_FUNC_*
  uint8_t Map, Key = 0, Value = 0;
  MapTypeSet Types; ///< that it takes: check_map_func_compatibility() of the kernel
};

/// Null for a helper that takes no map, or that this table does not know.
const MapHelper *findMapHelper(uint32_t Id);

} // namespace bpfbuild

#endif
