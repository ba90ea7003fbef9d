// --target-kernel judges for the oldest kernel named: what is newer is an error that says since when it is there.
// RUN: %bpfcc -Wbpf -c %s -o %t.o
// RUN: %bpfcc -Wbpf -c %s -o %t.o --target-kernel=6.18
// RUN: not %bpfcc -Wbpf -c %s -o %t.no.o --target-kernel=5.4 2>&1 | FileCheck %s
// RUN: not %bpfbuild check -Wbpf %t.o --target-kernel=5.4 2>&1 | FileCheck --check-prefix=OBJECT %s
// RUN: not %bpfbuild check -Wbpf %t.o --target-kernel=5.4 --diagnostics-format=json | FileCheck --check-prefix=JSON %s
// RUN: not %bpfbuild check -Wbpf %t.o --target-kernel=5 2>&1 | FileCheck --check-prefix=BAD %s
// RUN: not %bpfcc -Wbpf -c %s -o %t.no.o --target-kernel=5.x 2>&1 | FileCheck --check-prefix=BAD %s
// RUN: not %bpfcc -Wbpf -c %s -o %t.no.o --target-kernel=4.3 -DPINNED 2>&1 | FileCheck --check-prefix=PINNED %s
// BAD: error: --target-kernel= takes a kernel version such as 5.10, not '5
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'events': BPF_MAP_TYPE_RINGBUF came with Linux 5.8; this is for 5.4 [-Wbpf-map-type]
// CHECK: note: map_create() of the kernel answers with error 22; Linux 5.8 is the first that takes it
// OBJECT: o: error: map 'events': BPF_MAP_TYPE_RINGBUF came with Linux 5.8; this is for 5.4 [-Wbpf-map-type]
// OBJECT: o: note: map_create() of the kernel answers with error 22; Linux 5.8 is the first that takes it
// JSON: {"severity":"error","check":"bpf-map-type","message":"map 'events': BPF_MAP_TYPE_RINGBUF came with Linux 5.8; this is for 5.4","object":"{{.*}}","map":"events","member":"type","since":"5.8","note":"

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__type(key, int);
	__type(value, struct bpf_devmap_val);
	__uint(max_entries, 1);
} devices SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'devices': value size 8, expected 4 for BPF_MAP_TYPE_DEVMAP [-Wbpf-map-value-size]
// CHECK: note: dev_map_init_map() of the kernel answers with error 22; Linux 5.8 is the first that takes it

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, int);
	__type(value, int);
	__uint(max_entries, 1);
} mapped SEC(".maps");
// CHECK: :[[@LINE-5]]:9: error: map 'mapped': BPF_F_MMAPABLE is newer than Linux 5.4 [-Wbpf-map-flags]
// CHECK: note: array_map_alloc_check() of the kernel answers with error 22; Linux 5.5 is the first that takes it

struct timed { struct bpf_timer timer; };
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, int);
	__type(value, struct timed);
	__uint(max_entries, 1);
} timers SEC(".maps");
// CHECK: :[[@LINE-3]]:9: warning: map 'timers': member 'timer' of the value is no bpf_timer to the kernel: Linux 5.4 does not know it [-Wbpf-map-plain-field]

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__type(key, int);
	__type(value, __u64);
	__uint(max_entries, 1);
} sockets SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'sockets': value size 8, expected 4 for BPF_MAP_TYPE_SOCKMAP [-Wbpf-map-value-size]
// CHECK: note: {{.*}}; Linux 5.7 is the first that takes it

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__type(key, int);
	__type(value, struct bpf_cpumap_val);
	__uint(max_entries, 1);
} cpus SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'cpus': value size 8, expected 4 for BPF_MAP_TYPE_CPUMAP [-Wbpf-map-value-size]
// CHECK: note: {{.*}}; Linux 5.9 is the first that takes it

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, __u64);
	__type(value, int);
} cgroups SEC(".maps");
// CHECK: :[[@LINE-3]]:9: error: map 'cgroups': key size 8, expected 16 for BPF_MAP_TYPE_CGROUP_STORAGE [-Wbpf-map-key-size]
// CHECK: note: {{.*}}; Linux 5.9 is the first that takes it

#ifdef PINNED
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, int);
	__type(value, int);
	__uint(max_entries, 1);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} pinned SEC(".maps");
// PINNED: :[[@LINE-2]]:9: error: map 'pinned': pinning came with Linux 4.4; this is for 4.3 [-Wbpf-map-pinning]
#endif
