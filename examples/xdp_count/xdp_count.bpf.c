// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Packets and bytes by IP protocol, counted on each CPU by itself. Everything passes.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* Where packets are counted that are neither IPv4 nor IPv6. */
#define NOT_IP 256

struct traffic {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct traffic);
	__uint(max_entries, NOT_IP + 1);
} by_protocol SEC(".maps");

static __u32 protocol_of(void *data, void *end)
{
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct ipv6hdr *ip6 = (void *)(eth + 1);

	if ((void *)(eth + 1) > end)
		return NOT_IP;
	if (eth->h_proto == bpf_htons(ETH_P_IP) && (void *)(ip + 1) <= end)
		return ip->protocol;
	if (eth->h_proto == bpf_htons(ETH_P_IPV6) && (void *)(ip6 + 1) <= end)
		return ip6->nexthdr;
	return NOT_IP;
}

SEC("xdp")
int count(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	__u32 protocol = protocol_of(data, end);
	struct traffic *traffic = bpf_map_lookup_elem(&by_protocol, &protocol);

	if (traffic) {
		traffic->packets++;
		traffic->bytes += end - data;
	}
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
