// Flags that a map type does not take or needs; with -DFIXED the same maps are accepted.
// RUN: not %bpfcc -Wbpf -ferror-limit=0 -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %bpfcc -Wbpf -c %s -o %t.o -DFIXED 2>&1 | count 0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#ifdef FIXED
#define CASE(wrong, right) right
#else
#define CASE(wrong, right) wrong
#endif
#define MAP(map_type)                                                                                                  \
	__uint(type, map_type);                                                                                        \
	__type(key, int);                                                                                              \
	__type(value, int);                                                                                            \
	__uint(max_entries, 1)

struct {
	MAP(BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC | CASE(BPF_F_MMAPABLE, 0));
} hash SEC(".maps");
// CHECK: :[[@LINE-2]]:9: error: map 'hash': BPF_F_MMAPABLE is not for BPF_MAP_TYPE_HASH, expected BPF_F_NO_PREALLOC | BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_ZERO_SEED | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG [-Wbpf-map-flags]
// CHECK: __uint(map_flags, BPF_F_NO_PREALLOC){{$}}
// CHECK: note: htab_map_alloc_check() of the kernel answers with error 22

struct {
	MAP(BPF_MAP_TYPE_LRU_HASH);
	__uint(map_flags, CASE(BPF_F_NO_PREALLOC, BPF_F_NO_COMMON_LRU));
} lru SEC(".maps");
// CHECK: :[[@LINE-2]]:9: error: map 'lru': BPF_F_NO_PREALLOC is not for BPF_MAP_TYPE_LRU_HASH
// CHECK: note:

struct {
	MAP(BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_RDONLY | CASE(BPF_F_WRONLY, 0));
} user SEC(".maps");
// CHECK: :[[@LINE-2]]:9: error: map 'user': BPF_F_RDONLY | BPF_F_WRONLY exclude each other [-Wbpf-map-flags]
// CHECK: note:

struct {
	MAP(BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_RDONLY_PROG | CASE(BPF_F_WRONLY_PROG, 0));
} prog SEC(".maps");
// CHECK: :[[@LINE-2]]:9: error: map 'prog': BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG exclude each other [-Wbpf-map-flags]
// CHECK: note:

struct {
	MAP(BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(map_flags, BPF_F_NUMA_NODE);
	__uint(numa_node, CASE(0, -1u));
} percpu SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'percpu': BPF_F_NUMA_NODE is not for BPF_MAP_TYPE_PERCPU_ARRAY, except with numa_node -1 [-Wbpf-map-flags]
// CHECK: note:

struct prefix { __u32 prefixlen; __u32 data; };
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct prefix);
	__type(value, int);
	__uint(max_entries, 1);
	CASE(, __uint(map_flags, BPF_F_NO_PREALLOC);)
} trie SEC(".maps");
// CHECK: :[[@LINE-1]]:3: error: map 'trie': BPF_MAP_TYPE_LPM_TRIE needs BPF_F_NO_PREALLOC [-Wbpf-map-flags]
// CHECK: note: trie_alloc()

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__type(key, int);
	__type(value, int);
	__uint(map_flags, CASE(BPF_F_CLONE, BPF_F_CLONE | BPF_F_NO_PREALLOC));
} storage SEC(".maps");
// CHECK: :[[@LINE-2]]:9: error: map 'storage': BPF_MAP_TYPE_INODE_STORAGE needs BPF_F_NO_PREALLOC [-Wbpf-map-flags]
// CHECK: __uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE){{$}}
// CHECK: note:

struct {
	MAP(BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, 1u << 31); /* which may be a newer kernel's */
} unknown SEC(".maps");
