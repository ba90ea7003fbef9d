// Calls that every kernel refuses, at their lines: helpers that are not for the program's type, maps that are not for the helper, keys and
// values that are too short. What is guarded, or in a program that the host may leave out, is not reported.
// RUN: not %bpfcc -c %s -o %t.o 2>&1 | FileCheck %s --implicit-check-not=error: --implicit-check-not=warning:
// RUN: not %bpfcc --target-kernel=6.1 -c %s -o %t.o 2>&1 | FileCheck --check-prefix=OLD %s
// Between a kernel that refuses a call and one that takes it, nothing is known.
// RUN: not %bpfcc --target-kernel=6.5 -c %s -o %t.o 2>&1 | FileCheck --implicit-check-not=get_current_pid_tgid %s
// RUN: not %bpfcc --target-kernel=6.12 -c %s -o %t.o 2>&1 | FileCheck --implicit-check-not=get_current_pid_tgid %s
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";
struct pair {
  __u64 a, b;
};
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 8);
  __type(key, __u64);
  __type(value, struct pair);
} hash SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} events SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, 4);
  __type(key, __u32);
  __type(value, __u32);
} programs SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_QUEUE);
  __uint(max_entries, 4);
  __type(value, __u64);
} queue SEC(".maps");

SEC("xdp") int fine(struct xdp_md *ctx) {
  __u64 key = 1, number = 2;
  struct pair value = {1, 2};
  bpf_map_update_elem(&hash, &key, &value, BPF_ANY);
  bpf_map_push_elem(&queue, &number, 0);
  bpf_tail_call(ctx, &programs, 1);
  // OLD: calls.c:[[# @LINE+2]]:10: error: bpf_get_current_pid_tgid() cannot be called in SEC("xdp") on Linux 6.1; compiled for 6.1 [-Wbpf-helper-type]
  // OLD: note: Linux 6.12 lets xdp programs call it
  return bpf_get_current_pid_tgid() & 1;
}

SEC("xdp") int jumps(struct xdp_md *ctx) {
  // CHECK: calls.c:[[# @LINE+2]]:3: error: bpf_tail_call() does not take map 'hash', whose type is hash [-Wbpf-map-helper]
  // CHECK: note: it takes maps of the type prog_array
  bpf_tail_call(ctx, &hash, 1);
  return 0;
}

SEC("xdp") int looks(struct xdp_md *ctx) {
  __u64 key = 1;
  // CHECK: calls.c:[[# @LINE+1]]:10: error: bpf_map_lookup_elem() does not take map 'events', whose type is ringbuf [-Wbpf-map-helper]
  return bpf_map_lookup_elem(&events, &key) != 0;
}

SEC("xdp") int short_key(struct xdp_md *ctx) {
  int key = 1;
  // CHECK: calls.c:[[# @LINE+1]]:3: error: bpf_map_delete_elem() reads 8 bytes of a key for map 'hash', and is given 4 on the stack [-Wbpf-map-argument]
  bpf_map_delete_elem(&hash, &key);
  return 0;
}

SEC("xdp") int short_value(struct xdp_md *ctx) {
  int value = 1;
  // CHECK: calls.c:[[# @LINE+1]]:10: error: bpf_map_push_elem() reads 8 bytes of a value for map 'queue', and is given 4 on the stack [-Wbpf-map-argument]
  return bpf_map_push_elem(&queue, &value, 0);
}

SEC("kprobe/vfs_read") int redirects(void *ctx) {
  // CHECK: calls.c:[[# @LINE+2]]:10: error: bpf_redirect() cannot be called in SEC("kprobe/vfs_read") [-Wbpf-helper-type]
  // CHECK: note: programs that may call it: lwt_xmit, sched_act, sched_cls, xdp
  return bpf_redirect(1, 0);
}

const volatile bool wants_redirect;
SEC("kprobe/vfs_write") int guarded(void *ctx) {
  return wants_redirect ? bpf_redirect(1, 0) : 0;
}

SEC("?kprobe/vfs_open") int optional(void *ctx) {
  return bpf_redirect(1, 0);
}

// Either map may be in the register: nothing is certain.
SEC("xdp") int either(struct xdp_md *ctx) {
  __u64 key = 1;
  void *map = ctx->ingress_ifindex ? (void *)&hash : (void *)&queue;
  return bpf_map_lookup_elem(map, &key) != 0;
}
