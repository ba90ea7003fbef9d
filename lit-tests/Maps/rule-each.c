// Each rule of the table that a definition can break, beside those of the other rule-*.c, one map a line; with -DFIXED the same maps are
// accepted. What only the loader can break (inner_map_fd, btf_vmlinux_value_type_id) is the kernel-agreement test's.
// RUN: not %bpfcc -Wbpf -ferror-limit=0 -c %s -o %t.o > %t.out 2>&1
// RUN: grep -E ': (error|warning): ' %t.out | FileCheck %s
// RUN: %bpfcc -Wbpf -c %s -o %t.o -DFIXED 2>&1 | count 0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#ifdef FIXED
#define CASE(wrong, right) right
#else
#define CASE(wrong, right) wrong
#endif
#define BPF_MAP_TYPE_ARENA 33 // newer than the UAPI headers of some
enum index { FIRST };
struct prefix { __u32 prefixlen; __u32 data; };
struct nothing {};
struct page { char bytes[4096]; };
struct pages { char bytes[4097]; };
#define __uptr __attribute__((btf_type_tag("uptr")))
struct to_nothing { struct nothing __uptr *p; };
struct to_page { struct page __uptr *p; };
struct to_pages { struct pages __uptr *p; };

// clang-format off
struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(key_size, 4); __uint(value_size, CASE(8, 4)); __uint(max_entries, 1); } hash_of_maps_value SEC(".maps");
// CHECK: :[[@LINE-1]]:79: error: map 'hash_of_maps_value': value size 8, expected 4 for BPF_MAP_TYPE_HASH_OF_MAPS [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_PERCPU_HASH); __type(key, int); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_NO_COMMON_LRU, 0)); } percpu_hash_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:119: error: map 'percpu_hash_flags': BPF_F_NO_COMMON_LRU is not for BPF_MAP_TYPE_PERCPU_HASH, expected BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_ZERO_SEED | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_LRU_HASH); __type(key, int); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_CLONE, BPF_F_NO_COMMON_LRU)); } lru_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:116: error: map 'lru_flags': BPF_F_CLONE is not for BPF_MAP_TYPE_LRU_HASH, expected BPF_F_NO_PREALLOC | BPF_F_NO_COMMON_LRU | BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_ZERO_SEED | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, int); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG, BPF_F_RDONLY_PROG)); } hash_both SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:112: error: map 'hash_both': BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG exclude each other [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_PERCPU_HASH); __type(key, int); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_NUMA_NODE, 0)); } percpu_hash_node SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:119: error: map 'percpu_hash_node': BPF_F_NUMA_NODE is not for BPF_MAP_TYPE_PERCPU_HASH, except with numa_node -1 [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_LRU_HASH); __type(key, int); __type(value, int); __uint(max_entries, 1); __uint(map_flags, BPF_F_NUMA_NODE | CASE(BPF_F_NO_COMMON_LRU, 0)); } lru_node SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:116: error: map 'lru_node': BPF_F_NUMA_NODE is not for BPF_MAP_TYPE_LRU_HASH with BPF_F_NO_COMMON_LRU, except with numa_node -1 [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, int); __type(value, int); __uint(max_entries, CASE(0, 1)); } hash_entries SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:88: warning: map 'hash_entries': max_entries 0, expected 1 or more for BPF_MAP_TYPE_HASH [-Wbpf-map-unset]
struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, int); __type(value, int); __uint(max_entries, CASE((1u << 31) + 1, 1)); } hash_many SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:88: error: map 'hash_many': max_entries 2147483649, expected at most 2147483648 for BPF_MAP_TYPE_HASH [-Wbpf-map-max-entries]
struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, int); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(1 << 16, 0)); } token SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:112: error: map 'token': BPF_F_TOKEN_FD is not for BPF_MAP_TYPE_HASH [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY); __uint(key_size, 4); __uint(value_size, CASE(2, 8)); __uint(max_entries, 1); } reuseport_value SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:86: error: map 'reuseport_value': value size 2, expected 4 or 8 for BPF_MAP_TYPE_REUSEPORT_SOCKARRAY [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(key_size, 4); __uint(value_size, CASE(0, 4)); __uint(max_entries, 1); } array_value SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:72: error: map 'array_value': value size 0, expected 1 or more for BPF_MAP_TYPE_ARRAY [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __type(key, int); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_INNER_MAP, 0)); } percpu_array_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:120: error: map 'percpu_array_flags': BPF_F_INNER_MAP is not for BPF_MAP_TYPE_PERCPU_ARRAY, expected BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY); __type(key, int); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_MMAPABLE, 0)); } reuseport_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:127: error: map 'reuseport_flags': BPF_F_MMAPABLE is not for BPF_MAP_TYPE_REUSEPORT_SOCKARRAY, expected BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __type(key, int); __type(value, int); __uint(map_flags, CASE(BPF_F_MMAPABLE, BPF_F_PRESERVE_ELEMS)); } perf_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:100: error: map 'perf_flags': BPF_F_MMAPABLE is not for BPF_MAP_TYPE_PERF_EVENT_ARRAY, expected BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_PRESERVE_ELEMS [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __type(key, int); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_RDONLY_PROG, 0)); } prog_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:118: error: map 'prog_flags': BPF_F_RDONLY_PROG is not for BPF_MAP_TYPE_PROG_ARRAY, expected BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(key_size, 4); __uint(value_size, CASE(1u << 31, 4)); __uint(max_entries, 1); } array_large SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:72: error: map 'array_large': value size 2147483648, expected at most 2147483647 for BPF_MAP_TYPE_ARRAY [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(key_size, 4); __uint(value_size, CASE(1u << 31, 4)); __uint(max_entries, 1); } percpu_array_huge SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:79: error: map 'percpu_array_huge': value size 2147483648, expected at most 2147483647 for BPF_MAP_TYPE_PERCPU_ARRAY [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __type(key, int); __type(value, char CASE([40000], [4])); __uint(max_entries, 1); } percpu_array_large SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:76: error: map 'percpu_array_large': value size 40000, expected at most 32768 for BPF_MAP_TYPE_PERCPU_ARRAY [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __type(key, int); __type(value, long[4]); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_ZERO_SEED, 0)); } stack_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:123: error: map 'stack_flags': BPF_F_ZERO_SEED is not for BPF_MAP_TYPE_STACK_TRACE, expected BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_STACK_BUILD_ID [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __type(key, int); __type(value, long[4]); __uint(max_entries, CASE(0, 1)); } stack_entries SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:99: warning: map 'stack_entries': max_entries 0, expected 1 or more for BPF_MAP_TYPE_STACK_TRACE [-Wbpf-map-unset]
struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __uint(key_size, CASE(8, 4)); __type(value, long[4]); __uint(max_entries, 1); } stack_key SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:57: error: map 'stack_key': key size 8, expected 4 for BPF_MAP_TYPE_STACK_TRACE [-Wbpf-map-key-size]
struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __type(key, int); __uint(value_size, CASE(4, 8)); __uint(max_entries, 1); } stack_value SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:75: error: map 'stack_value': value size 4, expected 8 or more for BPF_MAP_TYPE_STACK_TRACE [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __type(key, int); __uint(value_size, CASE(655361 * 8, 8)); __uint(max_entries, 1); } stack_deep SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:75: error: map 'stack_deep': value size 5242888, expected at most 5242880 for BPF_MAP_TYPE_STACK_TRACE [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __type(key, int); __uint(map_flags, BPF_F_STACK_BUILD_ID); __uint(value_size, CASE(655361 * 32, 32)); __uint(max_entries, 1); } stack_ids_deep SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:116: error: map 'stack_ids_deep': value size 20971552, expected at most 20971520 for BPF_MAP_TYPE_STACK_TRACE [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_STACK_TRACE); __type(key, int); __type(value, long[4]); __uint(max_entries, CASE((1u << 31) + 1, 1)); } stack_many SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:99: error: map 'stack_many': max_entries 2147483649, expected at most 2147483648 for BPF_MAP_TYPE_STACK_TRACE [-Wbpf-map-max-entries]
struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __type(key, struct prefix); __type(value, int); __uint(map_flags, BPF_F_NO_PREALLOC); __uint(max_entries, CASE(0, 1)); } trie_entries SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:140: warning: map 'trie_entries': max_entries 0, expected 1 or more for BPF_MAP_TYPE_LPM_TRIE [-Wbpf-map-unset]
struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __type(key, struct prefix); __type(value, int); __uint(max_entries, 1); __uint(map_flags, BPF_F_NO_PREALLOC | CASE(BPF_F_ZERO_SEED, 0)); } trie_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:126: error: map 'trie_flags': BPF_F_ZERO_SEED is not for BPF_MAP_TYPE_LPM_TRIE, expected BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __type(key, struct prefix); __type(value, int); __uint(max_entries, 1); __uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_RDONLY_PROG | CASE(BPF_F_WRONLY_PROG, 0)); } trie_both SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:126: error: map 'trie_both': BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG exclude each other [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, struct { __u32 prefixlen; char data[CASE(0, 1)]; } __attribute__((packed))); __type(value, int); __uint(max_entries, 1); } trie_short SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:92: error: map 'trie_short': key size 4, expected 5 or more for BPF_MAP_TYPE_LPM_TRIE [-Wbpf-map-key-size]
struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __uint(key_size, 8); __uint(map_flags, BPF_F_NO_PREALLOC); __uint(value_size, CASE(0, 4)); __uint(max_entries, 1); } trie_value SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:113: error: map 'trie_value': value size 0, expected 1 or more for BPF_MAP_TYPE_LPM_TRIE [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __type(key, struct prefix); __uint(map_flags, BPF_F_NO_PREALLOC); __type(value, char CASE([4194025], [4194024])); __uint(max_entries, 1); } trie_large SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:120: error: map 'trie_large': value size 4194025, expected at most 4194024 for BPF_MAP_TYPE_LPM_TRIE [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_DEVMAP); __type(key, int); __type(value, int); __uint(max_entries, CASE(0, 1)); } devmap_entries SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:90: warning: map 'devmap_entries': max_entries 0, expected 1 or more for BPF_MAP_TYPE_DEVMAP [-Wbpf-map-unset]
struct { __uint(type, BPF_MAP_TYPE_DEVMAP_HASH); __uint(key_size, CASE(8, 4)); __type(value, int); __uint(max_entries, 1); } devmap_key SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:57: error: map 'devmap_key': key size 8, expected 4 for BPF_MAP_TYPE_DEVMAP_HASH [-Wbpf-map-key-size]
struct { __uint(type, BPF_MAP_TYPE_DEVMAP); __type(key, int); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_RDONLY_PROG, BPF_F_RDONLY)); } devmap_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:114: error: map 'devmap_flags': BPF_F_RDONLY_PROG is not for BPF_MAP_TYPE_DEVMAP, expected BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_DEVMAP_HASH); __type(key, int); __type(value, int); __uint(max_entries, CASE((1u << 31) + 1, 1)); } devmap_many SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:95: error: map 'devmap_many': max_entries 2147483649, expected at most 2147483648 for BPF_MAP_TYPE_DEVMAP_HASH [-Wbpf-map-max-entries]
struct { __uint(type, BPF_MAP_TYPE_SOCKMAP); __type(key, int); __type(value, int); __uint(max_entries, CASE(0, 1)); } sockmap_entries SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:91: warning: map 'sockmap_entries': max_entries 0, expected 1 or more for BPF_MAP_TYPE_SOCKMAP [-Wbpf-map-unset]
struct { __uint(type, BPF_MAP_TYPE_XSKMAP); __uint(key_size, CASE(2, 4)); __type(value, int); __uint(max_entries, 1); } xskmap_key SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:52: error: map 'xskmap_key': key size 2, expected 4 for BPF_MAP_TYPE_XSKMAP [-Wbpf-map-key-size]
struct { __uint(type, BPF_MAP_TYPE_SOCKHASH); __type(key, int); __type(value, int); __uint(max_entries, CASE(0, 1)); } sockhash_entries SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:92: warning: map 'sockhash_entries': max_entries 0, expected 1 or more for BPF_MAP_TYPE_SOCKHASH [-Wbpf-map-unset]
struct { __uint(type, BPF_MAP_TYPE_SOCKHASH); __uint(key_size, CASE(0, 4)); __type(value, int); __uint(max_entries, 1); } sockhash_key SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:54: error: map 'sockhash_key': key size 0, expected 1 or more for BPF_MAP_TYPE_SOCKHASH [-Wbpf-map-key-size]
struct { __uint(type, BPF_MAP_TYPE_SOCKMAP); __uint(key_size, 4); __uint(value_size, CASE(16, 8)); __uint(max_entries, 1); } sockmap_value SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:74: error: map 'sockmap_value': value size 16, expected 4 or 8 for BPF_MAP_TYPE_SOCKMAP [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_SOCKHASH); __type(key, int); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_NO_PREALLOC, 0)); } sockmap_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:116: error: map 'sockmap_flags': BPF_F_NO_PREALLOC is not for BPF_MAP_TYPE_SOCKHASH, expected BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_CPUMAP); __uint(key_size, 4); __uint(value_size, CASE(16, 8)); __uint(max_entries, 1); } cpumap_value SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:73: error: map 'cpumap_value': value size 16, expected 4 or 8 for BPF_MAP_TYPE_CPUMAP [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_CPUMAP); __type(key, int); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_RDONLY, 0)); } cpumap_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:114: error: map 'cpumap_flags': BPF_F_RDONLY is not for BPF_MAP_TYPE_CPUMAP, expected BPF_F_NUMA_NODE [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_CGROUP_STORAGE); __uint(key_size, 8); __uint(value_size, CASE(0, 4)); } cgroup_value SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:81: error: map 'cgroup_value': value size 0, expected 1 or more for BPF_MAP_TYPE_CGROUP_STORAGE [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_CGROUP_STORAGE); __type(key, __u64); __type(value, char CASE([65408], [65407])); } cgroup_large SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:80: error: map 'cgroup_large': value size 65408, expected at most 65407 for BPF_MAP_TYPE_CGROUP_STORAGE [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE); __type(key, __u64); __type(value, char CASE([32769], [32768])); } cgroup_percpu_large SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:87: error: map 'cgroup_percpu_large': value size 32769, expected at most 32768 for BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_CGROUP_STORAGE); __type(key, __u64); __type(value, int); __uint(map_flags, CASE(BPF_F_NO_PREALLOC, 0)); } cgroup_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:100: error: map 'cgroup_flags': BPF_F_NO_PREALLOC is not for BPF_MAP_TYPE_CGROUP_STORAGE, expected BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_CGROUP_STORAGE); __type(key, __u64); __type(value, int); __uint(map_flags, CASE(BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG, BPF_F_RDONLY_PROG)); } cgroup_both SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:100: error: map 'cgroup_both': BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG exclude each other [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_CGROUP_STORAGE); __type(key, __u64); __type(value, int); __uint(max_entries, CASE(1, 0)); } cgroup_entries SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:100: error: map 'cgroup_entries': max_entries 1, but BPF_MAP_TYPE_CGROUP_STORAGE takes none [-Wbpf-map-max-entries]
struct { __uint(type, BPF_MAP_TYPE_CGROUP_STORAGE); __type(key, struct { CASE(__u32 a; __u32 b, __u64 inode); CASE(__u64 c, __u32 attach); }); __type(value, int); } cgroup_key SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:60: warning: map 'cgroup_key': key type is struct; BPF_MAP_TYPE_CGROUP_STORAGE takes struct bpf_cgroup_storage_key, or an integer of 64 bits [-Wbpf-map-untyped]
struct { __uint(type, BPF_MAP_TYPE_QUEUE); __type(value, int); __uint(max_entries, CASE(0, 1)); } queue_entries SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:71: warning: map 'queue_entries': max_entries 0, expected 1 or more for BPF_MAP_TYPE_QUEUE [-Wbpf-map-unset]
struct { __uint(type, BPF_MAP_TYPE_STACK); __uint(value_size, CASE(0, 4)); __uint(max_entries, 1); } stack_map_value SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:51: error: map 'stack_map_value': value size 0, expected 1 or more for BPF_MAP_TYPE_STACK [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_QUEUE); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_NO_PREALLOC, 0)); } queue_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:95: error: map 'queue_flags': BPF_F_NO_PREALLOC is not for BPF_MAP_TYPE_QUEUE, expected BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_QUEUE); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG, 0)); } queue_both SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:95: error: map 'queue_both': BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG exclude each other [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_QUEUE); __type(value, char CASE([4194305], [4194304])); __uint(max_entries, 1); } queue_large SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:51: error: map 'queue_large': value size 4194305, expected at most 4194304 for BPF_MAP_TYPE_QUEUE [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_TASK_STORAGE); __type(key, int); __type(value, int); __uint(map_flags, BPF_F_NO_PREALLOC | CASE(BPF_F_NUMA_NODE, 0)); } local_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:96: error: map 'local_flags': BPF_F_NUMA_NODE is not for BPF_MAP_TYPE_TASK_STORAGE, expected BPF_F_NO_PREALLOC | BPF_F_CLONE [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_TASK_STORAGE); __type(key, CASE(long, int)); __type(value, int); __uint(map_flags, BPF_F_NO_PREALLOC); } local_key SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:58: error: map 'local_key': key size 8, expected 4 for BPF_MAP_TYPE_TASK_STORAGE [-Wbpf-map-key-size]
struct { __uint(type, BPF_MAP_TYPE_TASK_STORAGE); __type(key, int); __uint(map_flags, BPF_F_NO_PREALLOC); CASE(, __type(value, int); ) } local_empty SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:138: warning: map 'local_empty': it has no value; BPF_MAP_TYPE_TASK_STORAGE needs one [-Wbpf-map-unset]
struct { __uint(type, BPF_MAP_TYPE_TASK_STORAGE); __type(key, int); __uint(map_flags, BPF_F_NO_PREALLOC); CASE(__uint(value_size, 4), __type(value, int)); } local_value_type SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:58: error: map 'local_value_type': the key has a type, but the value only a size; give a type to both, or to neither [-Wbpf-map-key-type]
// CHECK-NEXT: :[[@LINE-2]]:119: error: map 'local_value_type': BPF_MAP_TYPE_TASK_STORAGE needs a value type: __type(value, T) [-Wbpf-map-value-type]
struct { __uint(type, BPF_MAP_TYPE_TASK_STORAGE); __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, CASE(float, int)); __type(value, int); } local_key_type SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:96: error: map 'local_key_type': key type is float; BPF_MAP_TYPE_TASK_STORAGE takes an integer of 32 bits [-Wbpf-map-key-type]
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __type(key, CASE(enum index, int)); __type(value, int); __uint(max_entries, 1); } percpu_array_key_type SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:58: warning: map 'percpu_array_key_type': key type is enum index; BPF_MAP_TYPE_PERCPU_ARRAY takes an integer of 32 bits [-Wbpf-map-untyped]
struct { __uint(type, BPF_MAP_TYPE_HASH); CASE(__uint(key_size, 4), __type(key, int)); __type(value, int); __uint(max_entries, 1); } hash_key_type SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:55: warning: map 'hash_key_type': BPF_MAP_TYPE_HASH needs a key type: __type(key, T) [-Wbpf-map-untyped]
struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, int); CASE(__uint(value_size, 4), __type(value, int)); __uint(max_entries, 1); } hash_value_type SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:50: warning: map 'hash_value_type': the key has a type, but the value only a size; give a type to both, or to neither [-Wbpf-map-untyped]
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); __uint(map_flags, CASE(BPF_F_MMAPABLE, 0)); } ring_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:80: error: map 'ring_flags': BPF_F_MMAPABLE is not for BPF_MAP_TYPE_RINGBUF, expected BPF_F_NUMA_NODE [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_USER_RINGBUF); CASE(__type(key, int); ,) __uint(max_entries, 4096); } ring_key SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:63: error: map 'ring_key': key size 4, but BPF_MAP_TYPE_USER_RINGBUF takes none [-Wbpf-map-key-size]
struct { __uint(type, BPF_MAP_TYPE_USER_RINGBUF); __uint(max_entries, CASE(0, 4096)); } ring_entries SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:58: warning: map 'ring_entries': max_entries 0, expected 1 or more for BPF_MAP_TYPE_USER_RINGBUF [-Wbpf-map-unset]
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, CASE(2048, 4096)); } ring_page SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:53: warning: map 'ring_page': a ring buffer of 2048 bytes; kernels take powers of two of pages [-Wbpf-map-ringbuf-size]
struct { __uint(type, BPF_MAP_TYPE_BLOOM_FILTER); __type(value, char CASE([4194305], [4194304])); __uint(max_entries, 1); } bloom_large SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:58: error: map 'bloom_large': value size 4194305, expected at most 4194304 for BPF_MAP_TYPE_BLOOM_FILTER [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_BLOOM_FILTER); CASE(__type(key, int); ,)__type(value, int); __uint(max_entries, 1); } bloom_key SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:63: error: map 'bloom_key': key size 4, but BPF_MAP_TYPE_BLOOM_FILTER takes none [-Wbpf-map-key-size]
struct { __uint(type, BPF_MAP_TYPE_BLOOM_FILTER); __uint(value_size, CASE(0, 4)); __uint(max_entries, 1); } bloom_value SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:58: error: map 'bloom_value': value size 0, expected 1 or more for BPF_MAP_TYPE_BLOOM_FILTER [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_BLOOM_FILTER); __type(value, int); __uint(max_entries, CASE(0, 1)); } bloom_entries SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:78: warning: map 'bloom_entries': max_entries 0, expected 1 or more for BPF_MAP_TYPE_BLOOM_FILTER [-Wbpf-map-unset]
struct { __uint(type, BPF_MAP_TYPE_BLOOM_FILTER); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_NO_PREALLOC, BPF_F_ZERO_SEED)); } bloom_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:102: error: map 'bloom_flags': BPF_F_NO_PREALLOC is not for BPF_MAP_TYPE_BLOOM_FILTER, expected BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_ZERO_SEED | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_BLOOM_FILTER); __type(value, int); __uint(max_entries, 1); __uint(map_flags, CASE(BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG, 0)); } bloom_both SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:102: error: map 'bloom_both': BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG exclude each other [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_ARENA); __uint(map_flags, BPF_F_MMAPABLE); CASE(__type(key, int); ,) __uint(max_entries, 1); } arena_key SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:91: error: map 'arena_key': key size 4, but BPF_MAP_TYPE_ARENA takes none [-Wbpf-map-key-size]
struct { __uint(type, BPF_MAP_TYPE_ARENA); __uint(map_flags, BPF_F_MMAPABLE); CASE(__type(value, int); ,) __uint(max_entries, 1); } arena_value SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:91: error: map 'arena_value': value size 4, but BPF_MAP_TYPE_ARENA takes none [-Wbpf-map-value-size]
struct { __uint(type, BPF_MAP_TYPE_ARENA); __uint(map_flags, BPF_F_MMAPABLE); __uint(max_entries, CASE(0, 1)); } arena_entries SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:86: warning: map 'arena_entries': max_entries 0, expected 1 or more for BPF_MAP_TYPE_ARENA [-Wbpf-map-unset]
struct { __uint(type, BPF_MAP_TYPE_ARENA); __uint(map_flags, CASE(0, BPF_F_MMAPABLE)); __uint(max_entries, 1); } arena_needs SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:51: error: map 'arena_needs': BPF_MAP_TYPE_ARENA needs BPF_F_MMAPABLE [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_ARENA); __uint(map_flags, BPF_F_MMAPABLE | CASE(BPF_F_NUMA_NODE, 0)); __uint(max_entries, 1); } arena_flags SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:51: error: map 'arena_flags': BPF_F_NUMA_NODE is not for BPF_MAP_TYPE_ARENA, expected BPF_F_MMAPABLE | BPF_F_SEGV_ON_FAULT | BPF_F_NO_USER_CONV [-Wbpf-map-flags]
struct { __uint(type, BPF_MAP_TYPE_ARENA); __uint(map_flags, BPF_F_MMAPABLE); __uint(max_entries, 1); __uint(map_extra, CASE(4097, 4096)); } arena_extra SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:110: error: map 'arena_extra': map_extra 4097, expected a multiple of 4096 for BPF_MAP_TYPE_ARENA [-Wbpf-map-extra]
struct { __uint(type, BPF_MAP_TYPE_ARENA); __uint(map_flags, BPF_F_MMAPABLE); __uint(max_entries, CASE(2, 1)); __uint(map_extra, 0xfffff000); } arena_window SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:86: error: map 'arena_window': map_extra 0xfffff000 and 2 pages reach over a border of 4 GiB [-Wbpf-map-extra]
#ifndef FIXED
struct { __uint(type, BPF_MAP_TYPE_STRUCT_OPS); __uint(key_size, 4); __uint(value_size, 8); __uint(max_entries, 1); } struct_ops SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:17: error: map 'struct_ops': a BPF_MAP_TYPE_STRUCT_OPS is made of a variable in SEC(".struct_ops"), not of a definition in .maps [-Wbpf-map-type]
#endif
struct { __uint(type, BPF_MAP_TYPE_TASK_STORAGE); __type(key, int); __uint(map_flags, BPF_F_NO_PREALLOC); __type(value, struct CASE(to_nothing, to_page)); } uptr_empty SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:114: error: map 'uptr_empty': the value needs a uptr to a type of some size [-Wbpf-map-special-field]
struct { __uint(type, BPF_MAP_TYPE_TASK_STORAGE); __type(key, int); __uint(map_flags, BPF_F_NO_PREALLOC); __type(value, struct CASE(to_pages, to_page)); } uptr_large SEC(".maps");
// CHECK-NEXT: :[[@LINE-1]]:114: error: map 'uptr_large': the value needs a uptr to a type of at most 4096 bytes [-Wbpf-map-special-field]
