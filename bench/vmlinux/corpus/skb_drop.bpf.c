// SPDX-License-Identifier: GPL-2.0
// Why packets are dropped, where the kernel says it.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u32);
  __type(value, u64);
} reasons SEC(".maps");

SEC("tp/skb/kfree_skb")
int dropped(struct trace_event_raw_kfree_skb *ctx) {
  u32 reason = 0;
  u64 one = 1;
  if (bpf_core_field_exists(ctx->reason))
    reason = BPF_CORE_READ(ctx, reason);
  u64 *count = bpf_map_lookup_elem(&reasons, &reason);
  if (count)
    __sync_fetch_and_add(count, 1);
  else
    bpf_map_update_elem(&reasons, &reason, &one, BPF_NOEXIST);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
