//===- MapTypes.cpp - the map types that kernels know ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Kernel/MapTypes.h"
#include <iterator>

using namespace llvm;

namespace bpfbuild {

/// In the order of the numbers.
static constexpr StringLiteral Names[] = {"unspec",
                                          "hash",
                                          "array",
                                          "prog_array",
                                          "perf_event_array",
                                          "percpu_hash",
                                          "percpu_array",
                                          "stack_trace",
                                          "cgroup_array",
                                          "lru_hash",
                                          "lru_percpu_hash",
                                          "lpm_trie",
                                          "array_of_maps",
                                          "hash_of_maps",
                                          "devmap",
                                          "sockmap",
                                          "cpumap",
                                          "xskmap",
                                          "sockhash",
                                          "cgroup_storage",
                                          "reuseport_sockarray",
                                          "percpu_cgroup_storage",
                                          "queue",
                                          "stack",
                                          "sk_storage",
                                          "devmap_hash",
                                          "struct_ops",
                                          "ringbuf",
                                          "inode_storage",
                                          "task_storage",
                                          "bloom_filter",
                                          "user_ringbuf",
                                          "cgrp_storage",
                                          "arena",
                                          "insn_array"};

StringRef mapTypeName(MapType Type) {
  auto Number = static_cast<uint32_t>(Type);
  return Number < std::size(Names) ? StringRef(Names[Number]) : StringRef();
}

std::string mapTypeEnumerator(MapType Type) {
  return "BPF_MAP_TYPE_" + mapTypeName(Type).upper();
}

} // namespace bpfbuild
