//===- MapTypes.h - the map types that kernels know -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_MAPTYPES_H
#define BPFBUILD_KERNEL_MAPTYPES_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace bpfbuild {

/// enum bpf_map_type of include/uapi/linux/bpf.h; the number is what a map definition's __uint(type, …) holds.
enum class MapType : uint32_t {
  Unspec = 0,
  Hash = 1,
  Array = 2,
  ProgArray = 3,
  PerfEventArray = 4,
  PercpuHash = 5,
  PercpuArray = 6,
  StackTrace = 7,
  CgroupArray = 8,
  LruHash = 9,
  LruPercpuHash = 10,
  LpmTrie = 11,
  ArrayOfMaps = 12,
  HashOfMaps = 13,
  Devmap = 14,
  Sockmap = 15,
  Cpumap = 16,
  Xskmap = 17,
  Sockhash = 18,
  CgroupStorage = 19,
  ReuseportSockarray = 20,
  PercpuCgroupStorage = 21,
  Queue = 22,
  Stack = 23,
  SkStorage = 24,
  DevmapHash = 25,
  StructOps = 26,
  Ringbuf = 27,
  InodeStorage = 28,
  TaskStorage = 29,
  BloomFilter = 30,
  UserRingbuf = 31,
  CgrpStorage = 32,
  Arena = 33,
  InsnArray = 34,
};

/// "hash" for BPF_MAP_TYPE_HASH, as bpftool writes it; empty for a number that no kernel knows yet.
llvm::StringRef mapTypeName(MapType Type);

} // namespace bpfbuild

#endif
