// SPDX-License-Identifier: GPL-2.0
// Marks and clones packets at traffic control.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#define TC_ACT_OK 0

SEC("tc")
int mark(struct __sk_buff *skb) {
  struct iphdr ip;
  if (skb->protocol != bpf_htons(0x0800))
    return TC_ACT_OK;
  if (bpf_skb_load_bytes(skb, sizeof(struct ethhdr), &ip, sizeof(ip)) < 0)
    return TC_ACT_OK;
  if (ip.ttl < 5) {
    skb->mark = ip.tos;
    bpf_clone_redirect(skb, skb->ifindex, BPF_F_INGRESS);
  }
  return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
