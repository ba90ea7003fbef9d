// Policies by tenant: a hash of maps, an array of maps with its first elements given, storage for sockets.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct policy {
	__u32 verdict;
	__u32 priority;
};

struct policies {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct policy);
	__uint(max_entries, 128);
} first SEC(".maps"), second SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 4);
	__array(values, struct policies);
} by_class SEC(".maps") = {.values = {[0] = &first, [2] = &second}};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 64);
	__array(values, struct policies);
} by_tenant SEC(".maps");

const volatile __u32 default_verdict = 1;

SEC("socket")
int decide(struct __sk_buff *skb)
{
	__u32 class = skb->priority & 3, port = skb->mark;
	void *policies = bpf_map_lookup_elem(&by_class, &class);
	struct policy *policy;

	if (!policies)
		policies = bpf_map_lookup_elem(&by_tenant, &port);
	if (!policies)
		return default_verdict;
	policy = bpf_map_lookup_elem(policies, &port);
	return policy ? policy->verdict : default_verdict;
}

char LICENSE[] SEC("license") = "GPL";
