// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Packets: Ethernet, VLAN, IPv4 with options, TCP and UDP; a table of ports decides.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct vlan {
	__be16 tag;
	__be16 protocol;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __be16);
	__type(value, __u64);
	__uint(max_entries, 1024);
} blocked SEC(".maps");

SEC("xdp")
int filter(struct xdp_md *ctx)
{
	void *at = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = at;
	__be16 protocol, port;
	struct iphdr *ip;
	__u64 *count;

	if ((void *)(eth + 1) > end)
		return XDP_PASS;
	at = eth + 1;
	protocol = eth->h_proto;
	if (protocol == bpf_htons(ETH_P_8021Q)) {
		struct vlan *vlan = at;

		if ((void *)(vlan + 1) > end)
			return XDP_PASS;
		at = vlan + 1;
		protocol = vlan->protocol;
	}
	if (protocol != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	ip = at;
	if ((void *)(ip + 1) > end)
		return XDP_PASS;
	at += ip->ihl * 4;
	if (ip->protocol == IPPROTO_TCP) {
		struct tcphdr *tcp = at;

		if ((void *)(tcp + 1) > end)
			return XDP_PASS;
		port = tcp->dest;
	} else if (ip->protocol == IPPROTO_UDP) {
		struct udphdr *udp = at;

		if ((void *)(udp + 1) > end)
			return XDP_PASS;
		port = udp->dest;
	} else {
		return XDP_PASS;
	}
	count = bpf_map_lookup_elem(&blocked, &port);
	if (!count)
		return XDP_PASS;
	__sync_fetch_and_add(count, 1);
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
