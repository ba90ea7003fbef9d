// Every member of a map definition is read, map-in-map and tail-call arrays with their initial values included.
// RUN: %bpfcc -c %s -o %t.o && %bpfbuild check %t.o && %bpfbuild dump --json %t.o | FileCheck %s
// RUN: %bpfcc -c %s -o %t.no.o -Wno-bpf-section-name -DWRONG_SECTION
// RUN: not %bpfcc -c %s -o %t.no.o -DWRONG_SECTION
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct key { int a; };
typedef struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 5000);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct key);
	__type(value, char[10]);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
	__uint(numa_node, 0);
} by_typedef;
by_typedef all SEC(".maps");
// CHECK: "name": "all",
// CHECK-NEXT: "type": "hash",
// CHECK-NEXT: "key_size": 4,
// CHECK-NEXT: "value_size": 10,
// CHECK-NEXT: "max_entries": 5000,
// CHECK-NEXT: "map_flags": 1,
// CHECK-NEXT: "pinned_by_name": true,
// CHECK-NEXT: "handle": "hash_map<key, std::array<char, 10>>"

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 1);
} inner SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 4);
	__array(values, struct inner);
} outer SEC(".maps") = {.values = {[2] = &inner}};
// CHECK: "name": "outer",
// CHECK-NEXT: "type": "array_of_maps",
// CHECK-NEXT: "key_size": 4,
// CHECK-NEXT: "value_size": 4,

int tail(void *ctx);
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(key_size, 4);
	__uint(max_entries, 2);
	__array(values, int(void *));
} jumps SEC(".maps") = {.values = {[1] = &tail}};
// CHECK: "name": "jumps",
// CHECK-NEXT: "type": "prog_array",

#ifdef WRONG_SECTION
SEC("nothing") int wrong(void *ctx) { return 0; }
#endif
SEC("socket") int tail(void *ctx) { return 1; }
char LICENSE[] SEC("license") = "GPL";
