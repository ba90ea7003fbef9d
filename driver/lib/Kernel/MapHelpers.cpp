//===- MapHelpers.cpp - which helpers take which maps ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Kernel/MapHelpers.h"
#include "llvm/ADT/STLExtras.h"

namespace bpfbuild {

using M = MapType;
using Set = MapTypeSet;

/// Maps that one or a few helpers of their own serve. What newer kernels made as generic as hashes counts as such.
static constexpr Set PerCpu{M::PercpuHash, M::LruPercpuHash, M::PercpuArray};
static constexpr Set Redirects{M::Devmap, M::DevmapHash, M::Cpumap, M::Xskmap};
static constexpr Set Sockmaps{M::Sockmap, M::Sockhash};
static constexpr Set CgroupStorages{M::CgroupStorage, M::PercpuCgroupStorage};
static constexpr Set Queues{M::Queue, M::Stack};
static constexpr Set NotLookedUp{M::ProgArray,   M::PerfEventArray, Ringbufs,       M::StackTrace,
                                 M::CgroupArray, CgroupStorages,    M::Cpumap,      M::ReuseportSockarray,
                                 Queues,         LocalStorages,     M::BloomFilter, M::InsnArray};
static constexpr Set NotUpdated{NotLookedUp, Redirects, MapsOfMaps};

static constexpr MapHelper Helpers[] = {
    {1, 1, 2, 0, Set::all() - NotLookedUp},              // map_lookup_elem
    {2, 1, 2, 3, Set::all() - NotUpdated},               // map_update_elem
    {3, 1, 2, 0, Set::all() - NotUpdated},               // map_delete_elem
    {12, 2, 0, 0, M::ProgArray},                         // tail_call
    {22, 1, 0, 0, M::PerfEventArray},                    // perf_event_read
    {25, 2, 0, 0, M::PerfEventArray},                    // perf_event_output
    {27, 2, 0, 0, M::StackTrace},                        // get_stackid
    {33, 2, 0, 0, M::CgroupArray},                       // skb_under_cgroup
    {37, 1, 0, 0, M::CgroupArray},                       // current_task_under_cgroup
    {51, 1, 0, 0, Redirects},                            // redirect_map
    {52, 2, 0, 0, M::Sockmap},                           // sk_redirect_map
    {53, 2, 3, 0, M::Sockmap},                           // sock_map_update
    {55, 1, 0, 0, M::PerfEventArray},                    // perf_event_read_value
    {60, 2, 0, 0, M::Sockmap},                           // msg_redirect_map
    {70, 2, 3, 0, M::Sockhash},                          // sock_hash_update
    {71, 2, 3, 0, M::Sockhash},                          // msg_redirect_hash
    {72, 2, 3, 0, M::Sockhash},                          // sk_redirect_hash
    {81, 1, 0, 0, CgroupStorages},                       // get_local_storage
    {82, 2, 3, 0, Set{M::ReuseportSockarray, Sockmaps}}, // sk_select_reuseport
    {87, 1, 0, 2, Set{Queues, M::BloomFilter}},          // map_push_elem
    {88, 1, 0, 2, Queues},                               // map_pop_elem
    {89, 1, 0, 2, Set{Queues, M::BloomFilter}},          // map_peek_elem
    {107, 1, 0, 0, M::SkStorage},                        // sk_storage_get
    {108, 1, 0, 0, M::SkStorage},                        // sk_storage_delete
    {111, 2, 0, 0, M::PerfEventArray},                   // skb_output
    {121, 2, 0, 0, M::PerfEventArray},                   // xdp_output
    {130, 1, 0, 0, M::Ringbuf},                          // ringbuf_output
    {131, 1, 0, 0, M::Ringbuf},                          // ringbuf_reserve
    {134, 1, 0, 0, M::Ringbuf},                          // ringbuf_query
    {145, 1, 0, 0, M::InodeStorage},                     // inode_storage_get
    {146, 1, 0, 0, M::InodeStorage},                     // inode_storage_delete
    {156, 1, 0, 0, M::TaskStorage},                      // task_storage_get
    {157, 1, 0, 0, M::TaskStorage},                      // task_storage_delete
    {195, 1, 2, 0, PerCpu},                              // map_lookup_percpu_elem
    {198, 1, 0, 0, M::Ringbuf},                          // ringbuf_reserve_dynptr
    {209, 1, 0, 0, M::UserRingbuf},                      // user_ringbuf_drain
    {210, 1, 0, 0, M::CgrpStorage},                      // cgrp_storage_get
    {211, 1, 0, 0, M::CgrpStorage},                      // cgrp_storage_delete
};

const MapHelper *findMapHelper(uint32_t Id) {
  const auto *It = llvm::find_if(Helpers, [Id](const MapHelper &H) { return H.Id == Id; });
  return It == std::end(Helpers) ? nullptr : It;
}

} // namespace bpfbuild
