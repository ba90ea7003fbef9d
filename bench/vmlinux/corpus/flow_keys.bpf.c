// SPDX-License-Identifier: GPL-2.0
// A flow dissector.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

SEC("flow_dissector")
int dissect(struct __sk_buff *skb) {
  struct bpf_flow_keys *keys = skb->flow_keys;
  struct iphdr *ip = (void *)(long)skb->data + (keys->nhoff & 0x3fff);
  if ((void *)(ip + 1) > (void *)(long)skb->data_end)
    return BPF_DROP;
  keys->addr_proto = 0x0800;
  keys->ipv4_src = ip->saddr;
  keys->ipv4_dst = ip->daddr;
  keys->ip_proto = ip->protocol;
  return BPF_OK;
}

char LICENSE[] SEC("license") = "GPL";
