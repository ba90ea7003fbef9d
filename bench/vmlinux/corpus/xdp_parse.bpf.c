// SPDX-License-Identifier: GPL-2.0
// Parses Ethernet, IPv4 and IPv6, TCP and UDP at the driver.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u16);
  __type(value, u64);
} ports SEC(".maps");

struct cursor {
  void *at, *end;
};

#define TAKE(cursor, type)                                                     \
  ({                                                                           \
    type *header = (cursor).at;                                                \
    (void *)(header + 1) > (cursor).end ? (type *)0                            \
                                        : ((cursor).at = header + 1, header);  \
  })

SEC("xdp")
int parse(struct xdp_md *ctx) {
  struct cursor c = {(void *)(long)ctx->data, (void *)(long)ctx->data_end};
  struct ethhdr *eth = TAKE(c, struct ethhdr);
  u8 protocol = 0;
  if (!eth)
    return XDP_PASS;
  if (eth->h_proto == bpf_htons(0x0800)) {
    struct iphdr *ip = TAKE(c, struct iphdr);
    if (!ip)
      return XDP_PASS;
    protocol = ip->protocol;
  } else if (eth->h_proto == bpf_htons(0x86dd)) {
    struct ipv6hdr *ip = TAKE(c, struct ipv6hdr);
    if (!ip)
      return XDP_PASS;
    protocol = ip->nexthdr;
  }
  u16 port = 0;
  if (protocol == IPPROTO_TCP) {
    struct tcphdr *tcp = TAKE(c, struct tcphdr);
    if (tcp && tcp->syn && !tcp->ack)
      port = bpf_ntohs(tcp->dest);
  } else if (protocol == IPPROTO_UDP) {
    struct udphdr *udp = TAKE(c, struct udphdr);
    if (udp)
      port = bpf_ntohs(udp->dest);
  }
  u64 one = 1, *count = bpf_map_lookup_elem(&ports, &port);
  if (count)
    __sync_fetch_and_add(count, 1);
  else
    bpf_map_update_elem(&ports, &port, &one, BPF_ANY);
  return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
