//===- MapTypes.h - the map types that kernels know -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_MAPTYPES_H
#define BPFBUILD_KERNEL_MAPTYPES_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>

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

/// "BPF_MAP_TYPE_HASH", as sources write it.
std::string mapTypeEnumerator(MapType Type);

/// A set of map types.
class MapTypeSet {
public:
  template <typename... Ts> constexpr MapTypeSet(Ts... Types) : Bits((uint64_t(0) | ... | bitsOf(Types))) {}
  constexpr bool contains(MapType Type) const {
    auto Number = static_cast<uint32_t>(Type);
    return Number < 64 ? Bits >> Number & 1 : isAll(); // numbers that no kernel has are in the set of all alone
  }
  constexpr MapTypeSet operator-(MapTypeSet Other) const {
    MapTypeSet Result;
    Result.Bits = Bits & ~Other.Bits;
    return Result;
  }
  constexpr bool isAll() const { return Bits == ~uint64_t(0); }
  static constexpr MapTypeSet all() {
    MapTypeSet Result;
    Result.Bits = ~uint64_t(0);
    return Result;
  }

private:
  static constexpr uint64_t bitsOf(MapType Type) { return uint64_t(1) << static_cast<uint32_t>(Type); }
  static constexpr uint64_t bitsOf(MapTypeSet Set) { return Set.Bits; }
  uint64_t Bits = 0;
};

/// Sets that more than one place asks for.
inline constexpr MapTypeSet MapsOfMaps{MapType::ArrayOfMaps, MapType::HashOfMaps};
inline constexpr MapTypeSet LocalStorages{MapType::SkStorage, MapType::InodeStorage, MapType::TaskStorage,
                                          MapType::CgrpStorage};
inline constexpr MapTypeSet Ringbufs{MapType::Ringbuf, MapType::UserRingbuf};

} // namespace bpfbuild

#endif
