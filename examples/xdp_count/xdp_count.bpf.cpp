// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// xdp_count.bpf.c in C++: the same instructions. -DCPP_PROGRAM=ON builds the application with it.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include <bpf_helpers/bpf.hpp>

// Where packets are counted that are neither IPv4 nor IPv6.
constexpr __u32 not_ip = 256;

struct traffic {
	__u64 packets;
	__u64 bytes;
};

bpf::percpu_array<traffic, not_ip + 1> by_protocol;

static __u32 protocol_of(bpf::packet packet)
{
	auto eth = packet.pull<ethhdr>();
	if (!eth)
		return not_ip;
	if (eth->h_proto == bpf::network<__u16>(ETH_P_IP))
		if (auto ip = packet.peek<iphdr>())
			return ip->protocol;
	if (eth->h_proto == bpf::network<__u16>(ETH_P_IPV6))
		if (auto ip6 = packet.peek<ipv6hdr>())
			return ip6->nexthdr;
	return not_ip;
}

SEC("xdp")
int count(xdp_md *ctx)
{
	const bpf::packet packet(ctx);

	if (auto traffic = by_protocol.lookup(protocol_of(packet))) {
		traffic->packets++;
		traffic->bytes += packet.size();
	}
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
