// Traffic by cgroup and direction, with a limit that user space sets.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct flow {
	u64 cgroup;
	u32 is_egress;
	u32 family;
};

struct usage {
	u64 packets;
	u64 bytes;
	u64 dropped;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct flow);
	__type(value, struct usage);
	__uint(max_entries, 1024);
} usage_by_flow SEC(".maps");

const volatile u64 limit_bytes = 0;

static int account(struct __sk_buff *skb, u32 is_egress)
{
	struct flow flow = {.cgroup = bpf_skb_cgroup_id(skb), .is_egress = is_egress, .family = skb->family};
	struct usage *usage = bpf_map_lookup_elem(&usage_by_flow, &flow), fresh = {.packets = 1, .bytes = skb->len};

	if (!usage) {
		bpf_map_update_elem(&usage_by_flow, &flow, &fresh, BPF_NOEXIST);
		return 1;
	}
	if (limit_bytes && usage->bytes > limit_bytes) {
		__sync_fetch_and_add(&usage->dropped, 1);
		return 0;
	}
	__sync_fetch_and_add(&usage->packets, 1);
	__sync_fetch_and_add(&usage->bytes, skb->len);
	return 1;
}

SEC("cgroup_skb/ingress") int on_ingress(struct __sk_buff *skb) { return account(skb, 0); }
SEC("cgroup_skb/egress") int on_egress(struct __sk_buff *skb) { return account(skb, 1); }

char LICENSE[] SEC("license") = "GPL";
