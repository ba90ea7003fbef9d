// __type(value, struct event) on a ring buffer or perf event array names its records, for the skeleton; libbpf and kernels never see it.
// RUN: %bpfcc -c -Werror %s -o %t.o && bpftool btf dump file %t.o | FileCheck %s
// RUN: %bpfbuild check -Werror %t.o
// RUN: %bpfcc %s -o %t.hpp --name=records && FileCheck --check-prefix=SKELETON %s < %t.hpp
// Cilium's loader reads the value itself.
// RUN: %bpfcc -c --loader=ebpf-go %s -o %t.go.o && bpftool btf dump file %t.go.o | FileCheck --check-prefix=GO %s
// REQUIRES: bpftool
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	int pid;
};
typedef struct {
	long number;
} line;

// CHECK-DAG: [[EVENT:\[[0-9]+\]]] STRUCT 'event'
// CHECK-NOT: 'value' type_id
// SKELETON: bpfbuild::ring_buffer_map<event> events; ///< ringbuf, 4096 bytes
// SKELETON: bpfbuild::perf_event_array_map<line> lines; ///< perf_event_array
// SKELETON: bpfbuild::perf_event_array_map<> counters;
// SKELETON: {"lines", 4, 4},
// GO: 'value' type_id
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
	__type(value, struct event);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(value, line);
} lines SEC(".maps");

/* What has four bytes for its values already stays as it is. */
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} counters SEC(".maps");

SEC("xdp") int f(struct xdp_md *ctx)
{
	struct event e = {1};
	bpf_ringbuf_output(&events, &e, sizeof(e), 0);
	bpf_perf_event_output(ctx, &lines, BPF_F_CURRENT_CPU, &e, sizeof(e));
	bpf_perf_event_output(ctx, &counters, BPF_F_CURRENT_CPU, &e, sizeof(e));
	return XDP_PASS;
}
char LICENSE[] SEC("license") = "GPL";
