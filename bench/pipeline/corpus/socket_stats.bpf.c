// Socket state changes with addresses, in the manner of tcpstates.
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define AF_INET 2
#define AF_INET6 10

struct event {
	u64 skaddr;
	u64 lasted_us;
	u8 saddr[16];
	u8 daddr[16];
	u32 pid;
	u16 family;
	u16 sport;
	u16 dport;
	int oldstate;
	int newstate;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u64);
	__type(value, u64);
	__uint(max_entries, 10240);
} timestamps SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(u32));
	__uint(value_size, sizeof(u32));
} events SEC(".maps");

const volatile bool filter_by_sport = false;
const volatile u16 target_sport = 0;
const volatile short target_family = 0;

SEC("tp/sock/inet_sock_set_state")
int on_set_state(struct trace_event_raw_inet_sock_set_state *ctx)
{
	u64 key = (u64)ctx->skaddr, now = bpf_ktime_get_ns(), *since;
	struct event event = {};

	if (ctx->protocol != IPPROTO_TCP)
		return 0;
	if (target_family && target_family != ctx->family)
		return 0;
	if (filter_by_sport && ctx->sport != target_sport)
		return 0;
	since = bpf_map_lookup_elem(&timestamps, &key);
	event.skaddr = key;
	event.lasted_us = since ? (now - *since) / 1000 : 0;
	event.family = ctx->family;
	event.sport = ctx->sport;
	event.dport = ctx->dport;
	event.oldstate = ctx->oldstate;
	event.newstate = ctx->newstate;
	event.pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event.comm, sizeof(event.comm));
	if (ctx->family == AF_INET) {
		bpf_probe_read_kernel(event.saddr, 4, ctx->saddr);
		bpf_probe_read_kernel(event.daddr, 4, ctx->daddr);
	} else {
		bpf_probe_read_kernel(event.saddr, 16, ctx->saddr_v6);
		bpf_probe_read_kernel(event.daddr, 16, ctx->daddr_v6);
	}
	bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &event, sizeof(event));
	if (ctx->newstate == TCP_CLOSE)
		bpf_map_delete_elem(&timestamps, &key);
	else
		bpf_map_update_elem(&timestamps, &key, &now, BPF_ANY);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
