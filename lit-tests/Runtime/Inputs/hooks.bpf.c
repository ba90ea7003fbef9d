#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

__u32 runs_xdp, runs_tc, runs_egress, runs_raw, runs_tracepoint, runs_verdict, runs_timer;
__u64 cookie;

SEC("xdp") int on_xdp(struct xdp_md *ctx)
{
	__sync_fetch_and_add(&runs_xdp, 1);
	return XDP_PASS;
}

SEC("tc") int on_tc(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&runs_tc, 1);
	return 0;
}

SEC("cgroup_skb/egress") int on_egress(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&runs_egress, 1);
	return 1;
}

SEC("?raw_tp/sys_enter") int on_raw(void *ctx)
{
	__sync_fetch_and_add(&runs_raw, 1);
	return 0;
}

SEC("?raw_tp/sys_enter") int on_raw_too(void *ctx)
{
	__sync_fetch_and_add(&runs_raw, 1000000);
	return 0;
}

SEC("?tp/no_such_category/no_such_event") int on_nothing(void *ctx)
{
	return 0;
}

SEC("perf_event") int on_timer(void *ctx)
{
	cookie = bpf_get_attach_cookie(ctx);
	__sync_fetch_and_add(&runs_timer, 1);
	return 0;
}

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 2);
} sockets SEC(".maps");

SEC("sk_skb/stream_verdict") int on_verdict(struct __sk_buff *skb)
{
	__sync_fetch_and_add(&runs_verdict, 1);
	return SK_PASS;
}

SEC("socket") int swaps(struct __sk_buff *skb)
{
	return skb->len;
}

char LICENSE[] SEC("license") = "GPL";
