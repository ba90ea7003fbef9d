// What the fix-its propose, applied, is accepted without a word.
// RUN: not %bpfcc -Wbpf -c %s -o %t.o -fdiagnostics-parseable-fixits 2>&1 | %python %S/Inputs/apply-fixits.py %s %t.c | FileCheck %s
// RUN: %bpfcc -Wbpf -c %t.c -o %t.o 2>&1 | count 0
// RUN: FileCheck --check-prefix=FIXED %s < %t.c
// CHECK: 11 fix-its
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u64);
	__type(value, int);
} array SEC(".maps");
// FIXED: __type(key, __u32);
// FIXED-NEXT: __type(value, int);
// FIXED-NEXT: __uint(max_entries, 1024);
// FIXED-NEXT: } array

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 5000);
} events SEC(".maps");
// FIXED: __uint(max_entries, 8192);
// FIXED-NEXT: } events

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
} more_events SEC(".maps");
// FIXED: __uint(max_entries, 262144);
// FIXED-NEXT: } more_events

struct prefix { __u32 prefixlen; __u32 data; };
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 1);
	__type(key, struct prefix);
	__type(value, int);
} trie SEC(".maps");
// FIXED: __uint(map_flags, BPF_F_NO_PREALLOC);
// FIXED-NEXT: } trie

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_CLONE);
	__uint(max_entries, 5);
	__type(key, int);
	__type(value, int);
} storage SEC(".maps");
// FIXED: __uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
// FIXED-NEXT: __uint(max_entries, 0);

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_RDONLY);
	__uint(max_entries, 5);
	__type(key, int);
	__type(value, int);
} lru SEC(".maps");
// FIXED: __uint(map_flags, BPF_F_RDONLY);

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, int);
	__array(values, struct {
		__uint(type, BPF_MAP_TYPE_HASH);
		__uint(max_entries, 5);
		__type(key, int);
		__type(value, int);
	});
} maps SEC(".maps");
// FIXED: __uint(max_entries, 1024);
// FIXED-NEXT: __array(values,

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 5);
	__uint(key_size, 4);
	__uint(value_size, 8);
} jumps SEC(".maps");
// FIXED: __uint(value_size, 4);

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, char);
	__type(value, int);
	__uint(max_entries, 1);
};
// FIXED: __uint(type, BPF_MAP_TYPE_ARRAY);
// FIXED-NEXT: __type(key, __u32);
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, int);
	__uint(max_entries, 1);
	__array(values, struct inner);
} outer SEC(".maps");
