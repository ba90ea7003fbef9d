//===- MapRules.cpp - what kernels accept as a map ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Kernel/MapRules.h"
#include "Kernel/SpecialFields.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace bpfbuild {

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

namespace {
constexpr int Invalid = 22, TooBig = 7, NotSupported = 524, OutOfRange = 34, Denied = 13, NotForThis = 95;

using namespace map_flags;

using M = MapType;
using F = MapField;
using T = MapTest;
using Q = Quantity;
using Set = MapTypeSet;

constexpr Set PercpuHashes{M::PercpuHash, M::LruPercpuHash};
constexpr Set LruHashes{M::LruHash, M::LruPercpuHash};
constexpr Set Hashes{M::Hash, PercpuHashes, LruHashes, M::HashOfMaps};
constexpr Set FdArrays{M::ProgArray, M::PerfEventArray, M::CgroupArray, M::ArrayOfMaps};
constexpr Set Arrays{M::Array, M::PercpuArray, M::ReuseportSockarray, FdArrays};
constexpr Set Devmaps{M::Devmap, M::DevmapHash};
constexpr Set Sockmaps{M::Sockmap, M::Sockhash};
constexpr Set CgroupStorages{M::CgroupStorage, M::PercpuCgroupStorage};
constexpr Set Queues{M::Queue, M::Stack};

/// struct htab_elem, and what an LPM trie's node and a local storage's element have besides the value.
constexpr int64_t HashElement = 48, TrieNode = 280, StorageElement = 128;

/// A trie's node before Linux 6.13, without its data; and what locked memory could be, while maps counted as that.
constexpr int64_t OldTrieNode = 40, MaxLockedMemory = UINT32_MAX - 4096ll - 1;

constexpr MapRule Rules[] = {
    // What map_create() itself asks.
    {Set::all() - Set{M::BloomFilter, M::Arena}, F::Extra, T::Is, 0, 0, Invalid, "map_create"},
    {Set::all() - Set{M::StructOps}, F::KernelType, T::NotGiven, 0, 0, Invalid, "map_create"},
    {Set::all(), F::KeyType, T::OnlyWithValue, 0, 0, Invalid, "map_create"},
    {Set::all(), F::Flags, T::NotBoth, User, 0, Invalid, "bpf_get_file_flag"},
    {Set::all(), F::Type, T::IsKnown, 0, 0, Invalid, "map_create"},

    // Hash tables.
    {M::HashOfMaps, F::ValueSize, T::Is, 4, 0, Invalid, "htab_of_maps_map_alloc_check"},
    {Set{M::Hash, M::HashOfMaps}, F::Flags, T::Only, NoPrealloc | NumaNode | Access | ZeroSeed, 0, Invalid,
     "htab_map_alloc_check"},
    {M::PercpuHash, F::Flags, T::Only, NoPrealloc | NumaNode | Access | ZeroSeed, 0, Invalid, "htab_map_alloc_check"},
    {LruHashes, F::Flags, T::Only, NoPrealloc | NoCommonLru | NumaNode | Access | ZeroSeed, 0, Invalid,
     "htab_map_alloc_check"},
    {Hashes, F::Flags, T::NotBoth, Prog, 0, Invalid, "bpf_map_flags_access_ok"},
    {LruHashes, F::Flags, T::Without, NoPrealloc, 0, NotSupported, "htab_map_alloc_check"},
    {PercpuHashes, F::Flags, T::NoNode, NumaNode, 0, Invalid, "htab_map_alloc_check"},
    {M::LruHash, F::Flags, T::NoNode, NumaNode, 0, Invalid, "htab_map_alloc_check", NoCommonLru},
    {Hashes, F::MaxEntries, T::AtLeast, 1, 0, Invalid, "htab_map_alloc_check"},
    {Hashes, F::KeySize, T::AtLeast, 1, 0, Invalid, "htab_map_alloc_check"},
    {Hashes, F::ValueSize, T::AtLeast, 1, 0, Invalid, "htab_map_alloc_check"},
    {Hashes, F::KeySize, T::AtMost, 512, 0, TooBig, "htab_map_alloc_check", 0, 0, {}, {5, 11}},
    {Hashes,
     F::ValueSize,
     T::AtMost,
     Q(Q::MaxAllocation, -512 - HashElement - 1),
     0,
     TooBig,
     "htab_map_alloc_check",
     0,
     0,
     {},
     {5, 11}},
    {Hashes, F::KeyAndValueSize, T::AtMost, Q(Q::MaxAllocation, -HashElement - 1), 0, TooBig, "htab_map_alloc_check"},
    {PercpuHashes, F::ValueSlot, T::AtMost, Q::PercpuUnit, 0, TooBig, "htab_map_alloc_check"},
    {M::HashOfMaps, F::InnerMap, T::Given, 0, 0, Invalid, "bpf_map_meta_alloc"},
    {Hashes, F::MaxEntries, T::AtMost, 1ll << 31, 0, TooBig, "htab_map_alloc"},

    // BPF_F_TOKEN_FD is the loader's, with its token.
    {Set::all(), F::Flags, T::Without, TokenFd, 0, Invalid, "bpf_token_get_from_fd"},

    // Arrays.
    {FdArrays, F::ValueSize, T::Is, 4, 0, Invalid, "fd_array_map_alloc_check"},
    {M::ReuseportSockarray, F::ValueSize, T::OneOf, 4, 8, Invalid, "reuseport_array_alloc_check"},
    {Arrays, F::MaxEntries, T::AtLeast, 1, 0, Invalid, "array_map_alloc_check"},
    {Arrays, F::KeySize, T::Is, 4, 0, Invalid, "array_map_alloc_check"},
    {Set{M::Array, M::PercpuArray}, F::ValueSize, T::AtLeast, 1, 0, Invalid, "array_map_alloc_check"},
    {M::Array, F::Flags, T::Only, NumaNode | Access | Mmapable | InnerMap, 0, Invalid, "array_map_alloc_check"},
    {Set{M::PercpuArray, M::ReuseportSockarray}, F::Flags, T::Only, NumaNode | Access, 0, Invalid,
     "array_map_alloc_check"},
    {M::PerfEventArray, F::Flags, T::Only, NumaNode | User | PreserveElems, 0, Invalid, "array_map_alloc_check"},
    {FdArrays - Set{M::PerfEventArray}, F::Flags, T::Only, NumaNode | User, 0, Invalid, "fd_array_map_alloc_check"},
    {Arrays, F::Flags, T::NotBoth, Prog, 0, Invalid, "bpf_map_flags_access_ok"},
    {M::PercpuArray, F::Flags, T::NoNode, NumaNode, 0, Invalid, "array_map_alloc_check"},
    {Set{M::Array, M::PercpuArray},
     F::ValueSize,
     T::AtMost,
     Q::MaxAllocation,
     0,
     TooBig,
     "array_map_alloc_check",
     0,
     0,
     {},
     {6, 0}},
    {M::Array, F::ValueSize, T::AtMost, INT32_MAX, 0, TooBig, "array_map_alloc_check"},
    {M::PercpuArray, F::ValueSize, T::AtMost, INT32_MAX, 0, TooBig, "array_map_alloc_check"},
    {M::PercpuArray, F::ValueSlot, T::AtMost, Q::PercpuUnit, 0, TooBig, "array_map_alloc_check"},
    {M::ArrayOfMaps, F::InnerMap, T::Given, 0, 0, Invalid, "bpf_map_meta_alloc"},

    // Stack traces: 8 bytes a frame, or 32 with build ids.
    {M::StackTrace, F::Flags, T::Only, NumaNode | User | StackBuildId, 0, Invalid, "stack_map_alloc"},
    {M::StackTrace, F::MaxEntries, T::AtLeast, 1, 0, Invalid, "stack_map_alloc"},
    {M::StackTrace, F::KeySize, T::Is, 4, 0, Invalid, "stack_map_alloc"},
    {M::StackTrace, F::ValueSize, T::AtLeast, 8, 0, Invalid, "stack_map_alloc"},
    {M::StackTrace, F::ValueSize, T::MultipleOf, 8, 0, Invalid, "stack_map_alloc"},
    {M::StackTrace, F::ValueSize, T::AtMost, Q(Q::MaxStackDepth, 0, 8), 0, Invalid, "stack_map_alloc", 0, StackBuildId},
    {M::StackTrace, F::ValueSize, T::MultipleOf, 32, 0, Invalid, "stack_map_alloc", StackBuildId},
    {M::StackTrace, F::ValueSize, T::AtMost, Q(Q::MaxStackDepth, 0, 32), 0, Invalid, "stack_map_alloc", StackBuildId},
    {M::StackTrace, F::MaxEntries, T::AtMost, 1ll << 31, 0, TooBig, "stack_map_alloc"},

    // LPM tries: a key is 4 bytes of prefix length and 1 to 256 of data.
    {M::LpmTrie, F::MaxEntries, T::AtLeast, 1, 0, Invalid, "trie_alloc"},
    {M::LpmTrie, F::Flags, T::With, NoPrealloc, 0, Invalid, "trie_alloc"},
    {M::LpmTrie, F::Flags, T::Only, NoPrealloc | NumaNode | Access, 0, Invalid, "trie_alloc"},
    {M::LpmTrie, F::Flags, T::NotBoth, Prog, 0, Invalid, "bpf_map_flags_access_ok"},
    {M::LpmTrie, F::KeySize, T::AtLeast, 5, 0, Invalid, "trie_alloc"},
    {M::LpmTrie, F::KeySize, T::AtMost, 260, 0, Invalid, "trie_alloc"},
    {M::LpmTrie, F::ValueSize, T::AtLeast, 1, 0, Invalid, "trie_alloc"},
    {M::LpmTrie,
     F::ValueSize,
     T::AtMost,
     Q(Q::MaxAllocation, -TrieNode - 16),
     0,
     Invalid,
     "trie_alloc",
     0,
     0,
     {},
     {6, 13}},
    {M::LpmTrie, F::ValueSize, T::AtMost, Q(Q::MaxAllocation, -TrieNode), 0, Invalid, "trie_alloc"},
    {M::LpmTrie, F::TrieSize, T::AtMost, MaxLockedMemory, 0, TooBig, "bpf_map_charge_init", 0, 0, {}, {5, 11}},

    // Devices, CPUs and sockets: an index, and from some kernel on a program or cookie with it.
    {Devmaps, F::MaxEntries, T::AtLeast, 1, 0, Invalid, "dev_map_alloc_check"},
    {Devmaps, F::KeySize, T::Is, 4, 0, Invalid, "dev_map_alloc_check"},
    {Devmaps, F::ValueSize, T::Is, 4, 0, Invalid, "dev_map_init_map", 0, 0, {}, {5, 8}},
    {Devmaps, F::ValueSize, T::OneOf, 4, 8, Invalid, "dev_map_alloc_check", 0, 0, {5, 8}},
    {Devmaps, F::Flags, T::Only, NumaNode | User, 0, Invalid, "dev_map_alloc_check"},
    {M::DevmapHash, F::MaxEntries, T::AtMost, 1ll << 31, 0, Invalid, "dev_map_alloc_check"},
    {Set{M::Sockmap, M::Xskmap, M::Cpumap}, F::MaxEntries, T::AtLeast, 1, 0, Invalid, "sock_map_alloc"},
    {Set{M::Sockmap, M::Xskmap, M::Cpumap}, F::KeySize, T::Is, 4, 0, Invalid, "sock_map_alloc"},
    {M::Sockhash, F::MaxEntries, T::AtLeast, 1, 0, Invalid, "sock_hash_alloc"},
    {M::Sockhash, F::KeySize, T::AtLeast, 1, 0, Invalid, "sock_hash_alloc"},
    {Sockmaps, F::ValueSize, T::Is, 4, 0, Invalid, "sock_map_alloc", 0, 0, {}, {5, 7}},
    {Sockmaps, F::ValueSize, T::OneOf, 4, 8, Invalid, "sock_map_alloc", 0, 0, {5, 7}},
    {Set{Sockmaps, M::Xskmap}, F::Flags, T::Only, NumaNode | User, 0, Invalid, "sock_map_alloc"},
    {M::Sockhash, F::KeySize, T::AtMost, 512, 0, TooBig, "sock_hash_alloc"},
    {M::Xskmap, F::ValueSize, T::Is, 4, 0, Invalid, "xsk_map_alloc"},
    {M::Cpumap, F::ValueSize, T::Is, 4, 0, Invalid, "cpu_map_alloc", 0, 0, {}, {5, 9}},
    {M::Cpumap, F::ValueSize, T::OneOf, 4, 8, Invalid, "cpu_map_alloc", 0, 0, {5, 9}},
    {M::Cpumap, F::Flags, T::Only, NumaNode, 0, Invalid, "cpu_map_alloc"},
    {M::Cpumap, F::MaxEntries, T::AtMost, Q::MaxCpus, 0, TooBig, "cpu_map_alloc"},

    // The storage of one cgroup and attach type, or of one cgroup.
    {CgroupStorages, F::KeySize, T::Is, 16, 0, Invalid, "cgroup_storage_map_alloc", 0, 0, {}, {5, 9}},
    {CgroupStorages, F::KeySize, T::OneOf, 8, 16, Invalid, "cgroup_storage_map_alloc", 0, 0, {5, 9}},
    {CgroupStorages, F::ValueSize, T::AtLeast, 1, 0, Invalid, "cgroup_storage_map_alloc"},
    {CgroupStorages, F::ValueSize, T::AtMost, Q::PageSize, 0, TooBig, "cgroup_storage_map_alloc", 0, 0, {}, {5, 15}},
    {M::CgroupStorage, F::ValueSize, T::AtMost, UINT16_MAX - StorageElement, 0, TooBig, "cgroup_storage_map_alloc"},
    {M::PercpuCgroupStorage, F::ValueSize, T::AtMost, Q::PercpuUnit, 0, TooBig, "cgroup_storage_map_alloc"},
    {CgroupStorages, F::Flags, T::Only, NumaNode | Access, 0, Invalid, "cgroup_storage_map_alloc"},
    {CgroupStorages, F::Flags, T::NotBoth, Prog, 0, Invalid, "bpf_map_flags_access_ok"},
    {CgroupStorages, F::MaxEntries, T::Is, 0, 0, Invalid, "cgroup_storage_map_alloc"},

    // Queues and stacks have no keys.
    {Queues, F::MaxEntries, T::AtLeast, 1, 0, Invalid, "queue_stack_map_alloc_check"},
    {Queues, F::KeySize, T::Is, 0, 0, Invalid, "queue_stack_map_alloc_check"},
    {Queues, F::ValueSize, T::AtLeast, 1, 0, Invalid, "queue_stack_map_alloc_check"},
    {Queues, F::Flags, T::Only, NumaNode | Access, 0, Invalid, "queue_stack_map_alloc_check"},
    {Queues, F::Flags, T::NotBoth, Prog, 0, Invalid, "bpf_map_flags_access_ok"},
    {Queues, F::ValueSize, T::AtMost, Q::MaxAllocation, 0, TooBig, "queue_stack_map_alloc_check"},

    // The storage of a socket, inode, task or cgroup: its file descriptor is the key.
    {LocalStorages, F::Flags, T::Only, NoPrealloc | Clone, 0, Invalid, "bpf_local_storage_map_alloc_check"},
    {LocalStorages, F::Flags, T::With, NoPrealloc, 0, Invalid, "bpf_local_storage_map_alloc_check"},
    {LocalStorages, F::MaxEntries, T::Is, 0, 0, Invalid, "bpf_local_storage_map_alloc_check"},
    {LocalStorages, F::KeySize, T::Is, 4, 0, Invalid, "bpf_local_storage_map_alloc_check"},
    {LocalStorages, F::ValueSize, T::AtLeast, 1, 0, Invalid, "bpf_local_storage_map_alloc_check"},
    {LocalStorages, F::KeyType, T::Given, 0, 0, Invalid, "bpf_local_storage_map_alloc_check"},
    {LocalStorages, F::ValueType, T::Given, 0, 0, Invalid, "bpf_local_storage_map_alloc_check"},
    {LocalStorages, F::ValueSize, T::AtMost, UINT16_MAX - StorageElement, 0, TooBig,
     "bpf_local_storage_map_alloc_check"},

    // Made by the loader from variables in .struct_ops.
    {M::StructOps, F::KeySize, T::Is, 4, 0, Invalid, "bpf_struct_ops_map_alloc_check"},
    {M::StructOps, F::MaxEntries, T::Is, 1, 0, Invalid, "bpf_struct_ops_map_alloc_check"},
    {M::StructOps, F::Flags, T::Only, Link | ValueTypeFd, 0, Invalid, "bpf_struct_ops_map_alloc_check"},
    {M::StructOps, F::KernelType, T::Given, 0, 0, Invalid, "bpf_struct_ops_map_alloc_check"},
    {M::StructOps, F::Flags, T::Without, ValueTypeFd, 0, Invalid, "bpf_struct_ops_map_alloc"},
    {M::StructOps, F::ValueSize, T::KernelSize, 0, 0, Invalid, "bpf_struct_ops_map_alloc"},

    {M::Ringbuf, F::Flags, T::Only, NumaNode | RingbufOverwrite, 0, Invalid, "ringbuf_map_alloc"},
    {M::UserRingbuf, F::Flags, T::Only, NumaNode, 0, Invalid, "ringbuf_map_alloc"},
    {Ringbufs, F::KeySize, T::Is, 0, 0, Invalid, "ringbuf_map_alloc"},
    {Ringbufs, F::ValueSize, T::Is, 0, 0, Invalid, "ringbuf_map_alloc"},
    {Ringbufs, F::MaxEntries, T::AtLeast, 1, 0, Invalid, "ringbuf_map_alloc"},
    {Ringbufs, F::MaxEntries, T::PowerOfTwo, 0, 0, Invalid, "ringbuf_map_alloc"},
    {Ringbufs, F::MaxEntries, T::MultipleOf, Q::PageSize, 0, Invalid, "ringbuf_map_alloc"},

    // Bloom filters: map_extra is the number of hash functions, 0 for 5.
    {M::BloomFilter, F::ValueSize, T::AtMost, Q::MaxAllocation, 0, TooBig, "bloom_map_alloc_check"},
    {M::BloomFilter, F::KeySize, T::Is, 0, 0, Invalid, "bloom_map_alloc"},
    {M::BloomFilter, F::ValueSize, T::AtLeast, 1, 0, Invalid, "bloom_map_alloc"},
    {M::BloomFilter, F::MaxEntries, T::AtLeast, 1, 0, Invalid, "bloom_map_alloc"},
    {M::BloomFilter, F::Flags, T::Only, NumaNode | ZeroSeed | Access, 0, Invalid, "bloom_map_alloc"},
    {M::BloomFilter, F::Flags, T::NotBoth, Prog, 0, Invalid, "bpf_map_flags_access_ok"},
    {M::BloomFilter, F::Extra, T::AtMost, 15, 0, Invalid, "bloom_map_alloc"},

    // Arenas: max_entries is a number of pages, map_extra where user space maps it.
    {M::Arena, F::KeySize, T::Is, 0, 0, Invalid, "arena_map_alloc"},
    {M::Arena, F::ValueSize, T::Is, 0, 0, Invalid, "arena_map_alloc"},
    {M::Arena, F::MaxEntries, T::AtLeast, 1, 0, Invalid, "arena_map_alloc"},
    {M::Arena, F::Flags, T::With, Mmapable, 0, Invalid, "arena_map_alloc"},
    {M::Arena, F::Flags, T::Only, Mmapable | SegvOnFault | NoUserConv, 0, Invalid, "arena_map_alloc"},
    {M::Arena, F::Extra, T::MultipleOf, Q::PageSize, 0, Invalid, "arena_map_alloc"},
    {M::Arena, F::Pages, T::AtMost, 1ll << 32, 0, TooBig, "arena_map_alloc"},
    {M::Arena, F::ArenaEnd, T::SameWindow, 0, 0, OutOfRange, "arena_map_alloc"},

    // Types of keys and values, where they are given.
    {Set::all(), F::KeyType, T::Fits, 0, 0, Invalid, "map_check_btf"},
    {Set{Hashes - Set{M::HashOfMaps}, M::ProgArray, M::ReuseportSockarray, Queues, Ringbufs}, F::KeyType,
     T::GivenWithValue, 0, 0, Invalid, "map_check_btf"},
    {Set::all(), F::ValueType, T::Fits, 0, 0, Invalid, "map_check_btf"},
    {Set::all(), F::SpecialFields, T::Writable, Prog, 0, Denied, "map_check_btf"},
    {Set::all(), F::SpecialFields, T::LockAllowed, 0, 0, NotSupported, "map_check_btf", 0, 0, {}, {6, 2}},
    {Set::all(), F::SpecialFields, T::Allowed, 0, 0, NotForThis, "map_check_btf"},
    {M::TaskStorage, F::SpecialFields, T::TargetAtLeast, 1, 0, Invalid, "btf_check_and_fixup_fields"},
    {M::TaskStorage, F::SpecialFields, T::TargetAtMost, Q::PageSize, 0, TooBig, "btf_check_and_fixup_fields"},
    {Set{M::PerfEventArray, M::CgroupArray, M::ArrayOfMaps, M::HashOfMaps, M::StackTrace, Devmaps, Sockmaps, M::Cpumap,
         M::Xskmap, M::Arena},
     F::ValueType, T::NotGiven, 0, 0, NotSupported, "map_check_no_btf"},
    {M::Array, F::KeyType, T::Int32OrSection, 0, 0, Invalid, "array_map_check_btf"},
    {Set{M::PercpuArray, LocalStorages}, F::KeyType, T::Int32, 0, 0, Invalid, "array_map_check_btf"},
    {M::LpmTrie, F::KeyType, T::Struct, 0, 0, Invalid, "trie_check_btf"},
    {CgroupStorages, F::KeyType, T::CgroupKey, 0, 0, Invalid, "cgroup_storage_check_btf"},
    {M::BloomFilter, F::KeyType, T::NotGiven, 0, 0, Invalid, "bloom_map_check_btf"},
};

constexpr MapFlag Flags[] = {
    {"BPF_F_NO_PREALLOC", NoPrealloc, {4, 6}},
    {"BPF_F_NO_COMMON_LRU", NoCommonLru, {4, 10}},
    {"BPF_F_NUMA_NODE", NumaNode, {4, 14}},
    {"BPF_F_RDONLY", ReadOnly, {4, 15}},
    {"BPF_F_WRONLY", WriteOnly, {4, 15}},
    {"BPF_F_STACK_BUILD_ID", StackBuildId, {4, 17}},
    {"BPF_F_ZERO_SEED", ZeroSeed, {5, 0}},
    {"BPF_F_RDONLY_PROG", ReadOnlyProg, {5, 2}},
    {"BPF_F_WRONLY_PROG", WriteOnlyProg, {5, 2}},
    {"BPF_F_CLONE", Clone, {5, 4}},
    {"BPF_F_MMAPABLE", Mmapable, {5, 5}},
    {"BPF_F_PRESERVE_ELEMS", PreserveElems, {5, 10}},
    {"BPF_F_INNER_MAP", InnerMap, {5, 10}},
    {"BPF_F_LINK", Link, {6, 4}},
    {"BPF_F_VTYPE_BTF_OBJ_FD", ValueTypeFd, {6, 9}},
    {"BPF_F_TOKEN_FD", TokenFd, {6, 9}},
    {"BPF_F_SEGV_ON_FAULT", SegvOnFault, {6, 9}},
    {"BPF_F_NO_USER_CONV", NoUserConv, {6, 9}},
    {"BPF_F_RB_OVERWRITE", RingbufOverwrite, {6, 19}},
};

/// By the number of the type.
constexpr KernelVersion FirstKernels[] = {
    {},      {3, 19}, {3, 19}, {4, 2},  {4, 3},  {4, 6},  {4, 6},  {4, 6},  {4, 8},  {4, 10}, {4, 10}, {4, 11},
    {4, 12}, {4, 12}, {4, 14}, {4, 14}, {4, 15}, {4, 18}, {4, 18}, {4, 19}, {4, 19}, {4, 20}, {4, 20}, {4, 20},
    {5, 2},  {5, 4},  {5, 6},  {5, 8},  {5, 10}, {5, 11}, {5, 16}, {6, 1},  {6, 2},  {6, 9},  {6, 19},
};
} // namespace

ArrayRef<MapRule> mapRules() {
  return Rules;
}

ArrayRef<MapFlag> mapFlags() {
  return Flags;
}

uint32_t knownFlags(KernelVersion Kernel) {
  uint32_t Known = 0;
  for (const MapFlag &F : Flags)
    if (F.Since <= Kernel)
      Known |= F.Bit;
  return Known;
}

std::string flagNames(uint64_t Bits) {
  std::string Result;
  auto Add = [&Result](const Twine &Name) { Result += ((Result.empty() ? "" : " | ") + Name).str(); };
  for (const MapFlag &F : Flags)
    if (Bits & F.Bit) {
      Add(F.Name);
      Bits &= ~uint64_t(F.Bit);
    }
  if (Bits)
    Add(formatv("{0:x}", Bits).str());
  return Result.empty() ? "0" : Result;
}

KernelVersion firstKernel(MapType Type) {
  auto Number = static_cast<uint32_t>(Type);
  return Number < std::size(FirstKernels) ? FirstKernels[Number] : KernelVersion();
}

//===----------------------------------------------------------------------===//
// Judging
//===----------------------------------------------------------------------===//

uint64_t Quantity::on(const Machine &M) const {
  uint64_t Base = Of == PageSize        ? M.PageSize
                  : Of == MaxAllocation ? M.MaxAllocation
                  : Of == PercpuUnit    ? M.PercpuUnit
                  : Of == MaxCpus       ? M.MaxCpus
                  : Of == MaxStackDepth ? M.MaxStackDepth
                                        : 0;
  return Constant + Factor * Base;
}

uint64_t numberOf(const MapRequest &R, MapField Field, const Machine &M) {
  switch (Field) {
  case F::KeySize:
    return R.KeySize;
  case F::ValueSize:
    return R.ValueSize;
  case F::KeyAndValueSize:
    return R.KeySize + R.ValueSize;
  case F::ValueSlot:
    return alignTo(R.ValueSize, 8);
  case F::MaxEntries:
    return R.MaxEntries;
  case F::Pages:
    return R.MaxEntries * M.PageSize;
  case F::TrieSize:
    return R.MaxEntries * (OldTrieNode + R.KeySize - sizeof(uint32_t) + R.ValueSize);
  case F::Extra:
    return R.Extra;
  default:
    llvm_unreachable("not a number");
  }
}

namespace {
/// One request before one kernel.
class Judge {
public:
  Judge(const MapRequest &Request, const Machine &M) : R(Request), M(M) {}

  bool isBroken(const MapRule &Rule) const;

private:
  bool counts(const MapRule &Rule) const;
  bool holdsForNumber(const MapRule &Rule) const;
  bool holdsForFlags(const MapRule &Rule) const;
  bool holdsForType(const MapRule &Rule) const;
  bool isWriteProtected(const MapRule &Rule, const FoundField &Found) const;
  bool holdsForField(const MapRule &Rule, const FoundField &Found) const;
  bool isGiven(MapField Field) const;
  std::optional<uint64_t> sizeOf(uint32_t Id) const;
  btf::Type resolved(uint32_t Id) const;
  bool isInt(uint32_t Id, unsigned Bits) const;
  bool isCgroupKey() const;
  ArrayRef<FoundField> specialFieldsOfValue() const;

  const MapRequest &R;
  const Machine &M;
  mutable std::optional<FieldScan> Scan; ///< of the value, once a rule has asked
};
} // namespace

bool Judge::counts(const MapRule &Rule) const {
  if (!Rule.Types.contains(R.Type) || M.Kernel < Rule.Since ||
      (Rule.Until != KernelVersion() && M.Kernel >= Rule.Until))
    return false;
  return (!Rule.If || R.Flags & Rule.If) && !(R.Flags & Rule.Unless);
}

bool Judge::holdsForNumber(const MapRule &Rule) const {
  uint64_t Number = numberOf(R, Rule.Field, M), A = Rule.A.on(M);
  switch (Rule.Test) {
  case T::Is:
    return Number == A;
  case T::OneOf:
    return Number == A || Number == Rule.B.on(M);
  case T::AtLeast:
    return Number >= A;
  case T::AtMost:
    return Number <= A;
  case T::MultipleOf:
    return Number % A == 0;
  case T::PowerOfTwo:
    return isPowerOf2_64(Number);
  case T::KernelSize:
    return Number == R.KernelValueSize;
  default:
    llvm_unreachable("not a test of numbers");
  }
}

bool Judge::holdsForFlags(const MapRule &Rule) const {
  uint64_t A = Rule.A.on(M), Flags = R.Flags;
  switch (Rule.Test) {
  case T::Only:
    return !(Flags & ~((A | TokenFd) & knownFlags(M.Kernel)));
  case T::With:
    return (Flags & A) == A;
  case T::Without:
    return !(Flags & A);
  case T::NotBoth:
    return (Flags & A) != A;
  case T::NoNode:
    return !(Flags & A) || R.NumaNode == -1;
  default:
    llvm_unreachable("not a test of flags");
  }
}

bool Judge::isGiven(MapField Field) const {
  return Field == F::InnerMap     ? R.HasInnerMap
         : Field == F::KernelType ? R.KernelValueSize != 0
         : Field == F::KeyType    ? R.KeyType != 0
                                  : R.ValueType != 0;
}

std::optional<uint64_t> Judge::sizeOf(uint32_t Id) const {
  return R.Types && Id < R.Types->size() ? R.Types->sizeOf(Id) : std::nullopt;
}

btf::Type Judge::resolved(uint32_t Id) const {
  return R.Types && Id < R.Types->size() ? R.Types->resolved(Id) : btf::Type();
}

/// btf_type_is_i32() and its like: a plain integer of so many bits.
bool Judge::isInt(uint32_t Id, unsigned Bits) const {
  btf::Type Type = resolved(Id);
  return Type.TypeKind == btf::Kind::Int && Type.Size * 8 == Bits && Type.IntBits == Bits;
}

/// cgroup_storage_check_btf().
bool Judge::isCgroupKey() const {
  if (R.KeySize != 16)
    return isInt(R.KeyType, 64);
  btf::Type Key = resolved(R.KeyType);
  if (Key.TypeKind != btf::Kind::Struct || Key.members().size() != 2)
    return false;
  btf::Member Inode = Key.members()[0], Attach = Key.members()[1];
  auto IsMember = [&](const btf::Member &Member, unsigned Offset, unsigned Bits) {
    btf::Type Type = resolved(Member.Type);
    return Member.BitOffset == Offset && !Member.BitSize && Type.TypeKind == btf::Kind::Int && Type.IntBits == Bits;
  };
  return IsMember(Inode, 0, 64) && IsMember(Attach, 64, 32);
}

ArrayRef<FoundField> Judge::specialFieldsOfValue() const {
  if (!Scan)
    Scan = scanSpecialFields(*R.Types, R.ValueType, M.Kernel);
  return Scan->Fields;
}

/// Before Linux 6.2 locks and timers asked for less: programs may write them, even if they may not read.
bool Judge::isWriteProtected(const MapRule &Rule, const FoundField &Found) const {
  uint64_t Denied = Rule.A.on(M);
  if (M.Kernel < KernelVersion{6, 2} && !Found.Field->IsTag)
    Denied &= ~uint64_t(WriteOnlyProg);
  return R.Flags & Denied;
}

bool Judge::holdsForField(const MapRule &Rule, const FoundField &Found) const {
  if (Rule.Test == T::Allowed || (Rule.Test == T::LockAllowed && Found.Field->Name == "bpf_spin_lock"))
    return typesWith(*Found.Field, M.Kernel).contains(R.Type);
  if (Found.Field->Name != "uptr")
    return true;
  uint64_t Size = sizeOf(Found.Target).value_or(0), A = Rule.A.on(M);
  return Rule.Test == T::TargetAtLeast ? Size >= A : Size <= A;
}

/// What is asked of BTF types, once a value's type is given.
bool Judge::holdsForType(const MapRule &Rule) const {
  bool IsKey = Rule.Field == F::KeyType;
  uint32_t Id = IsKey ? R.KeyType : R.ValueType;
  switch (Rule.Test) {
  case T::OnlyWithValue:
    return !R.KeyType || R.ValueType || R.KernelValueSize;
  case T::Given:
  case T::GivenWithValue:
    return isGiven(Rule.Field);
  case T::NotGiven:
    return !isGiven(Rule.Field);
  case T::Fits:
    return !Id || sizeOf(Id) == (IsKey ? R.KeySize : R.ValueSize);
  case T::Int32:
    return isInt(Id, 32);
  case T::Int32OrSection:
    return Id ? isInt(Id, 32) : R.MaxEntries == 1 && resolved(R.ValueType).TypeKind == btf::Kind::DataSec;
  case T::Struct:
    return Id && resolved(Id).TypeKind == btf::Kind::Struct;
  case T::CgroupKey:
    return Id && isCgroupKey();
  case T::Writable:
    return none_of(specialFieldsOfValue(), [&](const FoundField &Found) { return isWriteProtected(Rule, Found); });
  case T::LockAllowed:
  case T::Allowed:
  case T::TargetAtLeast:
  case T::TargetAtMost:
    return all_of(specialFieldsOfValue(), [&](const FoundField &Found) { return holdsForField(Rule, Found); });
  default:
    llvm_unreachable("not a test of types");
  }
}

bool Judge::isBroken(const MapRule &Rule) const {
  if (!counts(Rule))
    return false;
  switch (Rule.Field) {
  case F::Type:
    return firstKernel(R.Type) == KernelVersion() || firstKernel(R.Type) > M.Kernel;
  case F::Flags:
    return !holdsForFlags(Rule);
  case F::InnerMap:
  case F::KernelType:
    return isGiven(Rule.Field) != (Rule.Test == T::Given);
  case F::KeyType:
  case F::ValueType:
  case F::SpecialFields: {
    bool IsAskedFirst = Rule.Test == T::Given || Rule.Test == T::OnlyWithValue;
    bool AreTypesLookedAt = R.ValueType && !R.KernelValueSize;
    return (IsAskedFirst || AreTypesLookedAt) && !holdsForType(Rule);
  }
  case F::ArenaEnd: {
    uint64_t Last = R.Extra + R.MaxEntries * M.PageSize - 1;
    return R.Extra >> 32 != Last >> 32;
  }
  default:
    return !holdsForNumber(Rule);
  }
}

std::vector<const MapRule *> brokenRules(const MapRequest &Request, const Machine &M) {
  std::vector<const MapRule *> Result;
  Judge J(Request, M);
  for (const MapRule &Rule : Rules)
    if (J.isBroken(Rule))
      Result.push_back(&Rule);
  return Result;
}

int judge(const MapRequest &Request, const Machine &M) {
  Judge J(Request, M);
  const auto *Broken = find_if(Rules, [&](const MapRule &Rule) { return J.isBroken(Rule); });
  return Broken == std::end(Rules) ? 0 : Broken->Errno;
}

} // namespace bpfbuild
