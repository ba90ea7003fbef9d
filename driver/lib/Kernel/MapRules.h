//===- MapRules.h - what kernels accept as a map ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules by which BPF_MAP_CREATE answers, as one table in the order in which a kernel asks (map_create(), the map
// types' map_alloc_check() and map_alloc(), map_check_btf()). A rule says which map types it is for, what of the
// request it looks at, what that must be, and the error otherwise; where kernels differ, since when or until when. The
// first rule that is broken is the kernel's answer.
//
// To add a kernel: its new rows with Since, an Until for those that it ended, NewestKernel, and the agreement test.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_MAPRULES_H
#define BPFBUILD_KERNEL_MAPRULES_H

#include "BTF/BTF.h"
#include "Kernel/KernelVersion.h"
#include "Kernel/MapTypes.h"
#include "llvm/ADT/ArrayRef.h"

namespace bpfbuild {

/// The bits of map_flags, BPF_F_* of include/uapi/linux/bpf.h.
namespace map_flags {
enum : uint32_t {
  NoPrealloc = 1 << 0,
  NoCommonLru = 1 << 1,
  NumaNode = 1 << 2,
  ReadOnly = 1 << 3,
  WriteOnly = 1 << 4,
  StackBuildId = 1 << 5,
  ZeroSeed = 1 << 6,
  ReadOnlyProg = 1 << 7,
  WriteOnlyProg = 1 << 8,
  Clone = 1 << 9,
  Mmapable = 1 << 10,
  PreserveElems = 1 << 11,
  InnerMap = 1 << 12,
  Link = 1 << 13,
  ValueTypeFd = 1 << 15,
  TokenFd = 1 << 16,
  SegvOnFault = 1 << 17,
  NoUserConv = 1 << 18,
  RingbufOverwrite = 1 << 19,

  User = ReadOnly | WriteOnly,
  Prog = ReadOnlyProg | WriteOnlyProg,
  Access = User | Prog,
};
} // namespace map_flags

/// What of a machine decides which maps its kernel accepts. The defaults are those of most; what varies (CPUs, sysctls)
/// has the largest value that there is, so that nothing is refused that some machine takes.
struct Machine {
  KernelVersion Kernel = NewestKernel;
  uint64_t PageSize = 4096;                   ///< bytes
  uint64_t MaxAllocation = uint64_t(4) << 20; ///< KMALLOC_MAX_SIZE, bytes
  uint64_t PercpuUnit = 32 << 10;             ///< PCPU_MIN_UNIT_SIZE, bytes
  uint64_t MaxCpus = 8192;                    ///< CONFIG_NR_CPUS
  uint64_t MaxStackDepth = 640 << 10;         ///< sysctl kernel.perf_event_max_stack, frames
};

/// What BPF_MAP_CREATE is asked for: the members of union bpf_attr, sizes in bytes.
struct MapRequest {
  MapType Type = MapType::Unspec;
  uint64_t KeySize = 0, ValueSize = 0, MaxEntries = 0, Flags = 0;
  uint64_t Extra = 0;           ///< map_extra
  int32_t NumaNode = 0;         ///< counts only with BPF_F_NUMA_NODE; -1: any
  bool HasInnerMap = false;     ///< inner_map_fd
  uint64_t KernelValueSize = 0; ///< of the kernel type that btf_vmlinux_value_type_id names; 0: none is named

  const btf::BTF *Types = nullptr; ///< btf_fd; its nesting must be checked
  uint32_t KeyType = 0,
           ValueType = 0; ///< btf_key_type_id, btf_value_type_id; ids that Types does not have count as void
};

/// What a rule looks at.
enum class MapField : uint8_t {
  Type,
  KeySize,
  ValueSize,
  KeyAndValueSize, ///< their sum
  ValueSlot,       ///< the value's size rounded up to 8, as each CPU's copy has it
  MaxEntries,
  Pages,    ///< max_entries times the page size, in bytes
  TrieSize, ///< of an LPM trie with max_entries nodes, in bytes
  Flags,
  Extra,
  ArenaEnd,
  InnerMap,
  KernelType, ///< btf_vmlinux_value_type_id
  KeyType,
  ValueType,
  SpecialFields, ///< locks, timers, kptrs and others in the value's type
};

/// The number that \p Request has there; only for fields that are numbers.
uint64_t numberOf(const MapRequest &Request, MapField Field, const Machine &M);

/// What that must be.
enum class MapTest : uint8_t {
  IsKnown, ///< the type, to the kernel
  Is,      ///< A
  OneOf,   ///< A or B
  AtLeast,
  AtMost,
  MultipleOf,
  PowerOfTwo,
  Only,    ///< of flags: no others than those in A
  With,    ///< all of A
  Without, ///< none of A
  NotBoth, ///< not all of A
  NoNode,  ///< no NUMA node is asked for
  Given,
  NotGiven,
  OnlyWithValue,  ///< a key's type, if the value's is given too
  GivenWithValue, ///< a key's type, because the value's is given
  SameWindow,     ///< an arena lies within one 4 GiB window
  KernelSize,     ///< the size of the kernel's type
  Fits,           ///< a BTF type has the size that was asked for
  Int32,          ///< a BTF integer of 32 bits
  Int32OrSection, ///< or none, if the map has one entry and the value is a data section
  Struct,
  CgroupKey,     ///< struct bpf_cgroup_storage_key or a 64-bit integer
  Writable,      ///< special fields only where BPF programs can write
  LockAllowed,   ///< a lock only in map types that take it
  Allowed,       ///< special fields only in map types that take them
  TargetAtLeast, ///< what a uptr points to has so many bytes
  TargetAtMost,
};

/// A number that a rule compares with: Constant + Factor × what it is Of.
struct Quantity {
  enum Parameter : uint8_t { Nothing, PageSize, MaxAllocation, PercpuUnit, MaxCpus, MaxStackDepth };

  constexpr Quantity(int64_t Constant = 0) : Constant(Constant) {}
  constexpr Quantity(Parameter Of, int64_t Constant = 0, int64_t Factor = 1)
      : Of(Of), Constant(Constant), Factor(Factor) {}

  uint64_t on(const Machine &M) const;

  Parameter Of = Nothing;
  int64_t Constant = 0, Factor = 1;
};

struct MapRule {
  MapTypeSet Types;
  MapField Field;
  MapTest Test;
  Quantity A, B;
  int Errno;                  ///< of a kernel that refuses
  llvm::StringLiteral Source; ///< the kernel's function that has it
  uint32_t If = 0;            ///< flags with which it counts; 0: always
  uint32_t Unless = 0;        ///< flags with which it does not
  /// The kernels that have it: Until is the first that does not, 0.0 if there is none.
  KernelVersion Since = {}, Until = {};
};

/// The table, in the order in which a kernel asks.
llvm::ArrayRef<MapRule> mapRules();

/// The rules that \p Request breaks on \p M, in order; none if the kernel creates the map.
std::vector<const MapRule *> brokenRules(const MapRequest &Request, const Machine &M);

/// The errno with which \p M answers \p Request; 0 where it creates the map.
int judge(const MapRequest &Request, const Machine &M);

/// A flag of map_flags (BPF_F_*) and the first kernel that knows it.
struct MapFlag {
  llvm::StringLiteral Name;
  uint32_t Bit;
  KernelVersion Since;
};
llvm::ArrayRef<MapFlag> mapFlags();

/// The bits of the flags that \p Kernel has.
uint32_t knownFlags(KernelVersion Kernel);

/// "BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE"; unknown bits as one number.
std::string flagNames(uint64_t Flags);

/// The first kernel with the type; {0, 0} for a number that no kernel knows yet.
KernelVersion firstKernel(MapType Type);

} // namespace bpfbuild

#endif
