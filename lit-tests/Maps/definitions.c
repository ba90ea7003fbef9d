// Every member of a map definition is read, map-in-map and tail-call arrays with their initial values included.
// RUN: %bpfcc -Wbpf -c %s -o %t.o && %bpfbuild check -Wbpf %t.o && %bpfbuild dump --json %t.o > %t.json
// RUN: FileCheck --check-prefix=ALL %s < %t.json
// RUN: FileCheck --check-prefix=OUTER %s < %t.json
// RUN: FileCheck --check-prefix=JUMPS %s < %t.json
// RUN: %bpfcc -Wbpf -c %s -o %t.no.o -Wno-bpf-section-unknown -DWRONG_SECTION
// RUN: not %bpfcc -Wbpf -Werror=bpf-section-unknown -c %s -o %t.no.o -DWRONG_SECTION
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
// ALL: "name": "all",
// ALL-NEXT: "type": "hash",
// ALL-NEXT: "key_size": 4,
// ALL-NEXT: "value_size": 10,
// ALL-NEXT: "max_entries": 5000,
// ALL-NEXT: "map_flags": 1,
// ALL-NEXT: "pinned_by_name": true,
// ALL-NEXT: "handle": "hash_map<key, bpfbuild::values<char, 10>>"

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
// OUTER: "name": "outer",
// OUTER-NEXT: "type": "array_of_maps",
// OUTER-NEXT: "key_size": 4,
// OUTER-NEXT: "value_size": 4,

int tail(void *ctx);
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(key_size, 4);
	__uint(max_entries, 2);
	__array(values, int(void *));
} jumps SEC(".maps") = {.values = {[1] = &tail}};
// JUMPS: "name": "jumps",
// JUMPS-NEXT: "type": "prog_array",

#ifdef WRONG_SECTION
SEC("nothing") int wrong(void *ctx) { return 0; }
#endif
SEC("socket") int tail(void *ctx) { return 1; }
char LICENSE[] SEC("license") = "GPL";
