// SPDX-License-Identifier: GPL-2.0
// Stacks sampled by a performance event.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {
  __uint(type, BPF_MAP_TYPE_STACK_TRACE);
  __uint(max_entries, 1024);
  __uint(key_size, sizeof(u32));
  __uint(value_size, 127 * sizeof(u64));
} stacks SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u32);
  __type(value, u64);
} counts SEC(".maps");

SEC("perf_event")
int sample(struct bpf_perf_event_data *ctx) {
  u32 id = bpf_get_stackid(ctx, &stacks, BPF_F_FAST_STACK_CMP);
  u64 address = ctx->addr;
  bpf_map_update_elem(&counts, &id, &address, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
