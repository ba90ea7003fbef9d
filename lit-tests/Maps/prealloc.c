// A hash that allocates its elements when they are needed, in programs for which kernels before 6.1 refuse or fear that; what the
// fix-its propose is accepted.
// RUN: %bpfcc -Wbpf -c %s -o %t.o 2>&1 | count 0
// RUN: not %bpfcc -Wbpf -c %s -o %t.o --target-kernel=5.15 2>&1 | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: not %bpfcc -Wbpf -c %s -o %t.o --target-kernel=5.15 -fdiagnostics-parseable-fixits 2>&1 | %python %S/Inputs/apply-fixits.py %s %t.c
// RUN: %bpfcc -Wbpf -c %t.c -o %t.o --target-kernel=5.15 2>&1 | count 0
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#define HASH(name, flags)                                                                                              \
	struct name {                                                                                                  \
		__uint(type, BPF_MAP_TYPE_HASH);                                                                       \
		__type(key, int);                                                                                      \
		__type(value, int);                                                                                    \
		__uint(max_entries, 1);                                                                                \
		__uint(map_flags, flags);                                                                              \
	} name SEC(".maps")

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, int);
	__type(value, int);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} sampled SEC(".maps");
// CHECK: :[[@LINE-2]]:9: error: map 'sampled' has BPF_F_NO_PREALLOC and is used in SEC("perf_event") [-Wbpf-map-prealloc]
// CHECK: note: before Linux 6.1, a perf_event program takes only hashes that are allocated beforehand

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, int);
	__type(value, int);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_RDONLY);
} slept SEC(".maps");
// CHECK: :[[@LINE-2]]:9: error: map 'slept' has BPF_F_NO_PREALLOC and is used in SEC("lsm.s/file_open") [-Wbpf-map-prealloc]
// CHECK: note: before Linux 6.1, a sleepable program takes only hashes that are allocated beforehand

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, int);
	__type(value, int);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} traced SEC(".maps");
// CHECK: :[[@LINE-2]]:9: warning: map 'traced' has BPF_F_NO_PREALLOC and is used in SEC("kprobe/do_exit") [-Wbpf-map-prealloc-tracing]
// CHECK: note: before Linux 6.1, where a tracing program runs, memory may not be allocated: it can deadlock

HASH(filtered, BPF_F_NO_PREALLOC);
HASH(allocated, 0);

int key;
SEC("perf_event") int sample(void *context) { return bpf_map_delete_elem(&sampled, &key); }
SEC("lsm.s/file_open") int sleep(void *context) { return bpf_map_delete_elem(&slept, &key); }
SEC("kprobe/do_exit") int trace(void *context) { return bpf_map_delete_elem(&traced, &key) + bpf_map_delete_elem(&allocated, &key); }
SEC("xdp") int filter(void *context) { return bpf_map_delete_elem(&filtered, &key); }
