// Our checks are part of Clang's SARIF document.
// RUN: not %bpfcc -c -fdiagnostics-format=sarif -Wno-sarif-format-unstable %s -o %t.o 2>&1 | FileCheck %s
// CHECK: "results":[{{.*}}map 'wrong': member 'max_entrys' is unknown{{.*}}"version":"2.1.0"
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entrys, 1);
} wrong SEC(".maps");
char LICENSE[] SEC("license") = "GPL";
