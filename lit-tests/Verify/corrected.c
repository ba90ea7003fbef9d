// The corrected twins of wrong.c: the verifier has nothing against them, and nothing is said.
// REQUIRES: bpf, kernel-btf
// RUN: %bpfcc -Werror --verify %s -o %t.skel.hpp > %t.out 2>&1
// RUN: count 0 < %t.out
// RUN: test -s %t.skel.hpp
// RUN: %bpfcc -c %s -o %t.o && %bpfbuild verify %t.o | FileCheck %s --implicit-check-not=refused
// CHECK: accepted   null_value
// CHECK: accepted   range
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
char LICENSE[] SEC("license") = "GPL";

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 10240);
  __type(key, __u32);
  __type(value, __u64);
} counts SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 4);
  __type(key, __u32);
  __type(value, __u64[4]);
} rows SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 1 << 20);
} events SEC(".maps");
struct pair {
  __u8 kind;
  __u32 id;
};
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 16);
  __type(key, struct pair);
  __type(value, __u64);
} pairs SEC(".maps");

SEC("xdp") int null_value(struct xdp_md *ctx) {
  __u32 key = 1;
  __u64 *value = bpf_map_lookup_elem(&counts, &key);
  if (ctx->ingress_ifindex == 7)
    return XDP_DROP;
  return value ? *value : XDP_PASS;
}

SEC("xdp") int packet(struct xdp_md *ctx) {
  unsigned char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
  if (data + 13 > end)
    return XDP_PASS;
  return data[12];
}

SEC("xdp") int index_(struct xdp_md *ctx) {
  __u32 key = 0, i = ctx->ingress_ifindex;
  __u64 *row = bpf_map_lookup_elem(&rows, &key);
  if (!row || i >= 4)
    return 0;
  return row[i];
}

SEC("xdp") int leak(struct xdp_md *ctx) {
  __u64 *record = bpf_ringbuf_reserve(&events, 8, 0);
  if (!record)
    return 0;
  *record = 1;
  if (ctx->ingress_ifindex == 3) {
    bpf_ringbuf_discard(record, 0);
    return 1;
  }
  bpf_ringbuf_submit(record, 0);
  return 0;
}

SEC("xdp") int full(struct xdp_md *ctx) {
  __u64 *record = bpf_ringbuf_reserve(&events, 8, 0);
  if (!record)
    return 0;
  *record = ctx->ingress_ifindex;
  bpf_ringbuf_submit(record, 0);
  return 0;
}

SEC("tp_btf/sched_switch") int kernel_pointer(__u64 *ctx) {
  struct task_struct *task = (void *)ctx[1];
  return task->pid;
}

SEC("xdp") int context(struct xdp_md *ctx) {
  return ctx->rx_queue_index;
}

SEC("xdp") int endless(struct xdp_md *ctx) {
  volatile int i = 0;
  for (int n = 0; n < 10; ++n)
    i = n;
  return i;
}

SEC("xdp") int unlimited(struct xdp_md *ctx) {
  char buffer[16] = {};
  __u32 n = ctx->ingress_ifindex;
  if (n > sizeof(buffer))
    n = sizeof(buffer);
  bpf_probe_read_kernel(buffer, n, ctx);
  return buffer[0];
}

static __noinline int helper_of(__u64 *row, __u32 i) {
  return i < 4 ? row[i] : 0;
}
SEC("xdp") int in_function(struct xdp_md *ctx) {
  __u32 key = 0;
  __u64 *row = bpf_map_lookup_elem(&rows, &key);
  return row ? helper_of(row, ctx->ingress_ifindex) : 0;
}

SEC("cgroup/skb") int range(struct __sk_buff *skb) { return 1; }
SEC("xdp") int fine(struct xdp_md *ctx) {
  __u32 key = 1;
  __u64 *value = bpf_map_lookup_elem(&counts, &key);
  return value ? 1 : 2;
}
