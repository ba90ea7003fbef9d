// SPDX-License-Identifier: GPL-2.0
// The headers of a packet, found by the offsets in its sk_buff.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_endian.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event {
  u32 ifindex, len;
  __be32 saddr, daddr;
  u8 protocol, cloned, type;
};

SEC("kprobe/ip_rcv")
int BPF_KPROBE(received, struct sk_buff *skb, struct net_device *dev) {
  struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
  if (!e)
    return 0;
  struct iphdr ip;
  unsigned char *head = BPF_CORE_READ(skb, head);
  u16 offset = BPF_CORE_READ(skb, network_header);
  bpf_core_read(&ip, sizeof(ip), head + offset);
  e->saddr = ip.saddr;
  e->daddr = ip.daddr;
  e->protocol = ip.protocol;
  e->len = BPF_CORE_READ(skb, len);
  e->ifindex = BPF_CORE_READ(dev, ifindex);
  e->cloned = BPF_CORE_READ_BITFIELD_PROBED(skb, cloned);
  e->type = BPF_CORE_READ_BITFIELD_PROBED(skb, pkt_type);
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
