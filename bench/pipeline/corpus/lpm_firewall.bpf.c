// A firewall: longest-prefix match on source addresses, a port bitmap, a token bucket for each source.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/tcp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct prefix {
	__u32 length;
	__u32 address;
};

struct rule {
	__u32 id;
	__u8 action;
	__u64 hits;
};

struct bucket {
	struct bpf_spin_lock lock;
	__u32 tokens;
	__u64 refilled_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct prefix);
	__type(value, struct rule);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 65536 / 64);
} ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct bucket);
	__uint(max_entries, 8192);
} buckets SEC(".maps");

const volatile __u32 rate = 100;

static int take_token(__u32 source)
{
	struct bucket fresh = {.tokens = rate}, *bucket = bpf_map_lookup_elem(&buckets, &source);
	__u64 now = bpf_ktime_get_ns();
	int taken = 0;

	if (!bucket) {
		bpf_map_update_elem(&buckets, &source, &fresh, BPF_NOEXIST);
		return 1;
	}
	bpf_spin_lock(&bucket->lock);
	if (now - bucket->refilled_ns > 1000000000ULL) {
		bucket->tokens = rate;
		bucket->refilled_ns = now;
	}
	if (bucket->tokens) {
		bucket->tokens--;
		taken = 1;
	}
	bpf_spin_unlock(&bucket->lock);
	return taken;
}

SEC("xdp")
int firewall(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct iphdr *ip = data + sizeof(struct ethhdr);
	struct tcphdr *tcp = (void *)(ip + 1);
	struct prefix prefix = {.length = 32};
	struct rule *rule;
	__u32 word;
	__u64 *bits;
	__u16 port;

	if ((void *)(tcp + 1) > end || ip->protocol != IPPROTO_TCP)
		return XDP_PASS;
	prefix.address = ip->saddr;
	rule = bpf_map_lookup_elem(&rules, &prefix);
	if (rule) {
		__sync_fetch_and_add(&rule->hits, 1);
		return rule->action ? XDP_DROP : XDP_PASS;
	}
	port = bpf_ntohs(tcp->dest);
	word = port / 64;
	bits = bpf_map_lookup_elem(&ports, &word);
	if (bits && *bits & 1ULL << port % 64)
		return take_token(ip->saddr) ? XDP_PASS : XDP_DROP;
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
