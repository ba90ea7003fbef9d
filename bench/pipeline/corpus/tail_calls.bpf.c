// A packet parser as a chain of tail calls through an initialised program array.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

enum step { STEP_IPV4, STEP_UDP, STEP_DNS, STEP_COUNT };

int parse_ipv4(struct xdp_md *ctx);
int parse_udp(struct xdp_md *ctx);
int parse_dns(struct xdp_md *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(max_entries, STEP_COUNT);
	__array(values, int(void *));
} steps SEC(".maps") = {
	.values = {
		[STEP_IPV4] = (void *)&parse_ipv4,
		[STEP_UDP] = (void *)&parse_udp,
		[STEP_DNS] = (void *)&parse_dns,
	},
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, STEP_COUNT + 1);
} reached SEC(".maps");

static void count(__u32 step)
{
	__u64 *value = bpf_map_lookup_elem(&reached, &step);

	if (value)
		(*value)++;
}

SEC("xdp")
int entry(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;

	if ((void *)(eth + 1) > end)
		return XDP_PASS;
	if (eth->h_proto == bpf_htons(ETH_P_IP))
		bpf_tail_call_static(ctx, &steps, STEP_IPV4);
	return XDP_PASS;
}

SEC("xdp")
int parse_ipv4(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct iphdr *ip = data + sizeof(struct ethhdr);

	count(STEP_IPV4);
	if ((void *)(ip + 1) > end || ip->ihl != 5)
		return XDP_PASS;
	if (ip->protocol == 17)
		bpf_tail_call_static(ctx, &steps, STEP_UDP);
	return XDP_PASS;
}

SEC("xdp")
int parse_udp(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct udphdr *udp = data + sizeof(struct ethhdr) + sizeof(struct iphdr);

	count(STEP_UDP);
	if ((void *)(udp + 1) > end)
		return XDP_PASS;
	if (udp->dest == bpf_htons(53))
		bpf_tail_call(ctx, &steps, STEP_DNS);
	return XDP_PASS;
}

SEC("xdp")
int parse_dns(struct xdp_md *ctx)
{
	count(STEP_DNS);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "GPL";
