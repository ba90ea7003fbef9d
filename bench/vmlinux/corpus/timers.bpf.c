// SPDX-License-Identifier: GPL-2.0
// Timers that a high-resolution clock fires, with a BPF timer of its own.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct pulse {
  struct bpf_timer timer;
  u64 fired;
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, u32);
  __type(value, struct pulse);
} pulses SEC(".maps");

static int fire(void *map, u32 *key, struct pulse *pulse) {
  pulse->fired++;
  return 0;
}

SEC("tc")
int arm(struct __sk_buff *skb) {
  u32 key = 0;
  struct pulse *pulse = bpf_map_lookup_elem(&pulses, &key);
  if (!pulse)
    return 0;
  bpf_timer_init(&pulse->timer, &pulses, 1);
  bpf_timer_set_callback(&pulse->timer, fire);
  bpf_timer_start(&pulse->timer, 1000000, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
