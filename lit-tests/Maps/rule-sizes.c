// Sizes and entries that no kernel takes, at the member that says them; with -DFIXED the same maps are accepted.
// RUN: not %bpfcc -Wbpf -ferror-limit=0 -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %bpfcc -Wbpf -c %s -o %t.o -DFIXED 2>&1 | count 0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#ifdef FIXED
#define CASE(wrong, right) right
#else
#define CASE(wrong, right) wrong
#endif

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, int);
	__type(value, char CASE([4194300], [4000000]));
	__uint(max_entries, 1);
} hash_large SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'hash_large': size of key and value 4194304, expected at most 4194255 for BPF_MAP_TYPE_HASH [-Wbpf-map-value-size]
// CHECK: :[[@LINE-4]]:9: note: htab_map_alloc_check() of the kernel answers with error 7

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, int);
	CASE(, __type(value, int);)
	__uint(max_entries, 1);
} hash_without_value SEC(".maps");
// CHECK: :[[@LINE-1]]:3: warning: map 'hash_without_value': it has no value; BPF_MAP_TYPE_HASH needs one [-Wbpf-map-unset]
// CHECK: :[[@LINE-2]]:3: note:

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	CASE(, __type(key, int);)
	__type(value, int);
	__uint(max_entries, 1);
} hash_without_key SEC(".maps");
// CHECK: :[[@LINE-1]]:3: warning: map 'hash_without_key': it has no key; BPF_MAP_TYPE_LRU_HASH needs one [-Wbpf-map-unset]
// CHECK: :[[@LINE-2]]:3: note:

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, int);
	__type(value, char CASE([32769], [32768]));
	__uint(max_entries, 1);
} percpu_large SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'percpu_large': value size 32769, expected at most 32768 for BPF_MAP_TYPE_PERCPU_HASH [-Wbpf-map-value-size]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, CASE(__u64, __u32));
	__type(value, int);
	__uint(max_entries, 1);
} array SEC(".maps");
// CHECK: :[[@LINE-4]]:9: error: map 'array': key size 8, expected 4 for BPF_MAP_TYPE_ARRAY [-Wbpf-map-key-size]
// CHECK: note: array_map_alloc_check() of the kernel answers with error 22

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, CASE(8, 4));
	__uint(max_entries, 1);
} jumps SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'jumps': value size 8, expected 4 for BPF_MAP_TYPE_PROG_ARRAY [-Wbpf-map-value-size]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(key_size, 4);
	__uint(value_size, CASE(12, 127 * 8));
	__uint(max_entries, 1);
} stacks SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'stacks': value size 12, expected a multiple of 8 for BPF_MAP_TYPE_STACK_TRACE [-Wbpf-map-value-size]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(map_flags, BPF_F_STACK_BUILD_ID);
	__uint(key_size, 4);
	__uint(value_size, CASE(8, 32));
	__uint(max_entries, 1);
} build_ids SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'build_ids': value size 8, expected a multiple of 32 for BPF_MAP_TYPE_STACK_TRACE [-Wbpf-map-value-size]
// CHECK: note:

struct prefix { __u32 prefixlen; CASE(char data[300], char data[16]); };
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix);
	__type(value, int);
	__uint(max_entries, 1);
} trie SEC(".maps");
// CHECK: :[[@LINE-4]]:9: error: map 'trie': key size 304, expected at most 260 for BPF_MAP_TYPE_LPM_TRIE [-Wbpf-map-key-size]
// CHECK: note: trie_alloc()

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__type(key, __u32);
	__uint(value_size, CASE(12, 8));
	__uint(max_entries, 1);
} devices SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'devices': value size 12, expected 4 or 8 for BPF_MAP_TYPE_DEVMAP [-Wbpf-map-value-size]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__type(key, __u32);
	__type(value, CASE(__u64, __u32));
	__uint(max_entries, 1);
} sockets SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'sockets': value size 8, expected 4 for BPF_MAP_TYPE_XSKMAP [-Wbpf-map-value-size]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(key_size, CASE(513, 512));
	__type(value, __u32);
	__uint(max_entries, 1);
} sockhash SEC(".maps");
// CHECK: :[[@LINE-4]]:9: error: map 'sockhash': key size 513, expected at most 512 for BPF_MAP_TYPE_SOCKHASH [-Wbpf-map-key-size]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, CASE(8193, 64));
} cpus SEC(".maps");
// CHECK: :[[@LINE-2]]:9: error: map 'cpus': max_entries 8193, expected at most 8192 for BPF_MAP_TYPE_CPUMAP [-Wbpf-map-max-entries]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, CASE(__u32, __u64));
	__type(value, int);
} cgroups SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'cgroups': key size 4, expected 8 or 16 for BPF_MAP_TYPE_CGROUP_STORAGE [-Wbpf-map-key-size]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, int);
	__uint(max_entries, CASE(10, 0));
} tasks SEC(".maps");
// CHECK: :[[@LINE-2]]:9: error: map 'tasks': max_entries 10, but BPF_MAP_TYPE_TASK_STORAGE takes none [-Wbpf-map-max-entries]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, char CASE([65408], [65407]));
} socks SEC(".maps");
// CHECK: :[[@LINE-2]]:9: error: map 'socks': value size 65408, expected at most 65407 for BPF_MAP_TYPE_SK_STORAGE [-Wbpf-map-value-size]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	CASE(__type(key, int);,)
	__type(value, int);
	__uint(max_entries, 1);
} queue SEC(".maps");
// CHECK: :[[@LINE-4]]:14: error: map 'queue': key size 4, but BPF_MAP_TYPE_QUEUE takes none [-Wbpf-map-key-size]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	CASE(__type(value, int);,)
	__uint(max_entries, CASE(5000, 8192));
} ring SEC(".maps");
// CHECK: :[[@LINE-3]]:14: error: map 'ring': value size 4, but BPF_MAP_TYPE_RINGBUF takes none [-Wbpf-map-value-size]
// CHECK: note:
// CHECK: :[[@LINE-4]]:9: warning: map 'ring': a ring buffer of 5000 bytes; kernels take powers of two of pages [-Wbpf-map-ringbuf-size]
// CHECK: __uint(max_entries, 8192)
// CHECK: note: libbpf 0.8 and newer make it 8192; older ones, and other loaders, fail with error 22

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__type(value, int);
	__uint(max_entries, 1);
	__uint(map_extra, CASE(16, 15));
} bloom SEC(".maps");
// CHECK: :[[@LINE-2]]:9: error: map 'bloom': map_extra 16, expected at most 15 for BPF_MAP_TYPE_BLOOM_FILTER [-Wbpf-map-extra]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, int);
	__type(value, int);
	__uint(max_entries, 1);
	CASE(__uint(map_extra, 1);,)
} extra SEC(".maps");
// CHECK: :[[@LINE-2]]:14: error: map 'extra': map_extra 1, expected 0 for BPF_MAP_TYPE_HASH [-Wbpf-map-extra]
// CHECK: note: map_create()

struct {
	__uint(type, 33); // BPF_MAP_TYPE_ARENA
	__uint(map_flags, 1 << 10);
	__uint(max_entries, CASE((1 << 20) + 1, 1 << 20));
} arena SEC(".maps");
// CHECK: :[[@LINE-2]]:9: error: map 'arena': size of max_entries pages 4294971392, expected at most 4294967296 for BPF_MAP_TYPE_ARENA [-Wbpf-map-max-entries]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, int);
	CASE(, __uint(max_entries, 1024);)
} entries SEC(".maps");
// CHECK: :[[@LINE-1]]:3: warning: map 'entries': it has no max_entries; BPF_MAP_TYPE_ARRAY needs one [-Wbpf-map-unset]
// CHECK: note: {{.*}}; the host must set it before it loads the object

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(key, int);
	__type(value, int);
	CASE(__uint(max_entries, 4);,)
} perf SEC(".maps");
// CHECK: :[[@LINE-2]]:14: warning: map 'perf': max_entries 4 of a perf event array is the number of CPUs that it works for [-Wbpf-map-perf-entries]
// CHECK: note: leave it out: libbpf takes the number of CPUs

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, int);
	__uint(max_entries, 1);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_ARRAY);
		__type(key, CASE(char, int));
		__type(value, int);
		__uint(max_entries, 1);
	});
} outer SEC(".maps");
// CHECK: :[[@LINE-5]]:10: error: map 'outer.inner': key size 1, expected 4 for BPF_MAP_TYPE_ARRAY [-Wbpf-map-key-size]
// CHECK: note:
