// SPDX-License-Identifier: GPL-2.0
// Timers that a high-resolution clock fires, with a BPF timer of its own.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct slot {
  struct bpf_timer timer;
  u64 fired;
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, u32);
  __type(value, struct slot);
} slots SEC(".maps");

static int fire(void *map, u32 *key, struct slot *slot) {
  slot->fired++;
  return 0;
}

SEC("tc")
int arm(struct __sk_buff *skb) {
  u32 key = 0;
  struct slot *slot = bpf_map_lookup_elem(&slots, &key);
  if (!slot)
    return 0;
  bpf_timer_init(&slot->timer, &slots, 1);
  bpf_timer_set_callback(&slot->timer, fire);
  bpf_timer_start(&slot->timer, 1000000, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
