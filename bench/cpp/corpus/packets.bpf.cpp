// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// packets.bpf.c in C++.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include <bpf_helpers/bpf.hpp>

struct vlan {
	__be16 tag;
	__be16 protocol;
};

bpf::hash<__be16, __u64, 1024> blocked;

SEC("xdp")
int filter(xdp_md *ctx)
{
	bpf::packet packet(ctx);
	__be16 port;

	auto eth = packet.pull<ethhdr>();
	if (!eth)
		return XDP_PASS;
	__be16 protocol = eth->h_proto;
	if (protocol == bpf::network<__u16>(ETH_P_8021Q)) {
		auto vlan = packet.pull<::vlan>();
		if (!vlan)
			return XDP_PASS;
		protocol = vlan->protocol;
	}
	if (protocol != bpf::network<__u16>(ETH_P_IP))
		return XDP_PASS;
	auto ip = packet.peek<iphdr>();
	if (!ip)
		return XDP_PASS;
	packet.advance(ip->ihl * 4);
	if (ip->protocol == IPPROTO_TCP) {
		auto tcp = packet.pull<tcphdr>();
		if (!tcp)
			return XDP_PASS;
		port = tcp->dest;
	} else if (ip->protocol == IPPROTO_UDP) {
		auto udp = packet.pull<udphdr>();
		if (!udp)
			return XDP_PASS;
		port = udp->dest;
	} else {
		return XDP_PASS;
	}
	auto count = blocked.lookup(port);
	if (!count)
		return XDP_PASS;
	__sync_fetch_and_add(&*count, 1);
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
