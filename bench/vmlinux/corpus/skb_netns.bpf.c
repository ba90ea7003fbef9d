// SPDX-License-Identifier: GPL-2.0
// Packets by network namespace and queue discipline.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u32);
  __type(value, u64);
} counts SEC(".maps");

SEC("kprobe/__dev_queue_xmit")
int BPF_KPROBE(transmit, struct sk_buff *skb) {
  u32 ns = BPF_CORE_READ(skb, dev, nd_net.net, ns.inum);
  u64 limit = BPF_CORE_READ(skb, dev, qdisc, limit);
  bpf_map_update_elem(&counts, &ns, &limit, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
