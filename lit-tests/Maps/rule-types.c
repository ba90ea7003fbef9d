// Types of keys and values, and the fields in values that the kernel looks after; with -DFIXED the same maps are accepted.
// RUN: not %bpfcc -Wbpf -ferror-limit=0 -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: %bpfcc -Wbpf -c %s -o %t.o -DFIXED 2>&1 | count 0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#ifdef FIXED
#define CASE(wrong, right) right
#else
#define CASE(wrong, right) wrong
#endif

enum index { FIRST };
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, CASE(enum index, __u32));
	__type(value, int);
	__uint(max_entries, 1);
} array SEC(".maps");
// CHECK: :[[@LINE-4]]:9: warning: map 'array': key type is enum index; BPF_MAP_TYPE_ARRAY takes an integer of 32 bits [-Wbpf-map-untyped]
// CHECK: __type(key, __u32)
// CHECK: note: array_map_check_btf() of the kernel answers with error 22; libbpf then makes the map without types

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	CASE(__uint(key_size, 4), __type(key, int));
	__type(value, int);
} storage SEC(".maps");
// CHECK: :[[@LINE-3]]:14: error: map 'storage': BPF_MAP_TYPE_TASK_STORAGE needs a key type: __type(key, T) [-Wbpf-map-key-type]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, CASE(__u64, struct { __u32 prefixlen; char data[4]; }));
	__type(value, int);
	__uint(max_entries, 1);
} trie SEC(".maps");
// CHECK: :[[@LINE-4]]:9: warning: map 'trie': key type is __u64; BPF_MAP_TYPE_LPM_TRIE takes a struct [-Wbpf-map-untyped]
// CHECK: note: trie_check_btf()

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, CASE(struct { char data[8]; }, struct bpf_lpm_trie_key_example { __u32 prefixlen; char data[4]; }));
	__type(value, int);
	__uint(max_entries, 1);
} prefix SEC(".maps");
// CHECK: :[[@LINE-4]]:9: warning: map 'prefix': key type struct does not begin with a __u32 prefixlen, which the kernel takes its first four bytes for [-Wbpf-map-lpm-key]

struct CASE(holes, filled) { char a; CASE(, char pad[3];) int b; };
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct CASE(holes, filled));
	__type(value, int);
	__uint(max_entries, 1);
} padded SEC(".maps");
// CHECK: :[[@LINE-4]]:9: warning: map 'padded': key type struct holes has 3 bytes of padding behind member 'a', at byte 1; they are part of the key [-Wbpf-map-key-padding]
// CHECK: note: set the whole key to zero before its members, or give the padding a name

struct tail { long a; int b; CASE(, int pad;) };
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct tail);
	__type(value, int);
	__uint(max_entries, 1);
} tailed SEC(".maps");
// CHECK: :[[@LINE-4]]:9: warning: map 'tailed': key type struct tail has 4 bytes of padding behind member 'b', at byte 12; they are part of the key [-Wbpf-map-key-padding]
// CHECK: note:

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__type(key, int);
	__type(value, CASE(struct { __u32 interface; __u32 program; }, struct bpf_devmap_val));
	__uint(max_entries, 1);
} devices SEC(".maps");
// CHECK: :[[@LINE-3]]:9: warning: map 'devices': value type struct is not laid out as struct bpf_devmap_val: 'ifindex' of 4 bytes at byte 0, 'bpf_prog' of 4 bytes at byte 4 [-Wbpf-map-value-layout]

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__type(key, int);
	__type(value, CASE(struct { __u32 bpf_prog; __u32 qsize; }, struct bpf_cpumap_val));
	__uint(max_entries, 1);
} cpus SEC(".maps");
// CHECK: :[[@LINE-3]]:9: warning: map 'cpus': value type struct is not laid out as struct bpf_cpumap_val

struct locked { int x; struct bpf_spin_lock lock; };
struct {
	__uint(type, CASE(BPF_MAP_TYPE_LRU_HASH, BPF_MAP_TYPE_HASH));
	__type(key, int);
	__type(value, struct locked);
	__uint(max_entries, 1);
} locks SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'locks': a bpf_spin_lock, at byte 4 of the value, cannot be in a BPF_MAP_TYPE_LRU_HASH [-Wbpf-map-special-field]
// CHECK: note: map_check_btf() of the kernel answers with error 95

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, struct locked);
	__uint(max_entries, 1);
	__uint(map_flags, CASE(BPF_F_RDONLY_PROG, 0));
} read_only SEC(".maps");
// CHECK: :[[@LINE-4]]:9: error: map 'read_only': the value has a bpf_spin_lock, so programs must be able to write it, but map_flags has BPF_F_RDONLY_PROG [-Wbpf-map-special-field]
// CHECK: note: map_check_btf() of the kernel answers with error 13

typedef struct bpf_timer my_timer;
struct timed { CASE(my_timer, struct bpf_timer) timer; };
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, struct timed);
	__uint(max_entries, 1);
} timers SEC(".maps");
// CHECK: :[[@LINE-3]]:9: warning: map 'timers': member 'timer' of the value is no bpf_timer to the kernel: the kernel does not look through a typedef or const [-Wbpf-map-plain-field]

struct twice { struct bpf_timer a; CASE(struct bpf_timer b;,) };
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, int);
	__type(value, struct twice);
	__uint(max_entries, 1);
} two_timers SEC(".maps");
// CHECK: :[[@LINE-3]]:9: warning: map 'two_timers': member 'b' of the value is the second bpf_timer in one struct; to the kernel all of the value is plain bytes [-Wbpf-map-plain-field]

struct target { long x; };
struct many { struct target __attribute__((btf_type_tag("kptr"))) *pointers[CASE(12, 11)]; };
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, int);
	__type(value, struct many);
	__uint(max_entries, 1);
} many_kptrs SEC(".maps");
// CHECK: :[[@LINE-3]]:9: warning: map 'many_kptrs': member 'pointers' of the value makes it 12 special fields, of at most 11; to the kernel all of the value is plain bytes [-Wbpf-map-plain-field]
