// Diagnostics for machines: one JSON object a line on standard output.
// RUN: not %bpfcc -c --diagnostics-format=json %s -o %t.o 2> %t.err | FileCheck %s
// RUN: not test -s %t.err
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entrys, 1);
} wrong SEC(".maps");
// CHECK: {"severity":"warning","check":"unused-variable","message":"unused variable 'unused'","file":"{{.*}}json.c","line":[[#@LINE+2]],"column":{{[0-9]+}}}
#pragma clang diagnostic warning "-Wunused-variable"
SEC("socket") int program(void *ctx) { int unused; return 0; }
// CHECK: {"severity":"error","check":"bpf-map-definition","message":"map 'wrong': member 'max_entrys' is unknown
// CHECK-SAME: "file":"{{.*}}json.c","line":[[#@LINE-6]],"column":9,"object":"{{.*}}json.c","map":"wrong","member":"max_entrys"}
char LICENSE[] SEC("license") = "GPL";
