// Programs and maps that kinds.bpf.c has not: what networks and storage have.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "rest.h"

char LICENSE[] SEC("license") = "GPL";

__u64 seen[REST];
__u32 pid, port;

static void count(enum which which)
{
	__sync_fetch_and_add(&seen[which], 1);
}

struct {
	__uint(type, BPF_MAP_TYPE_INODE_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} opens SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGRP_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, __u64);
} packets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_REUSEPORT_SOCKARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} listeners SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} hidden SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_XSKMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} rings SEC(".maps");

SEC("lsm/file_open")
int BPF_PROG(on_open, struct file *file)
{
	__u64 *opened = bpf_inode_storage_get(&opens, file->f_inode, 0, 0);
	if (opened)
		__sync_fetch_and_add(opened, 1);
	return 0;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_call, struct pt_regs *regs, long id)
{
	struct task_struct *task = bpf_get_current_task_btf();
	if (task->tgid != pid)
		return 0;
	__u64 *called = bpf_cgrp_storage_get(&calls, task->cgroups->dfl_cgrp, 0, 0);
	if (called)
		__sync_fetch_and_add(called, 1);
	return 0;
}

SEC("cgroup_skb/egress")
int on_egress(struct __sk_buff *skb)
{
	__u64 *sent = bpf_get_local_storage(&packets, 0);
	__sync_fetch_and_add(sent, 1);
	return 1;
}

SEC("sk_reuseport")
int choose(struct sk_reuseport_md *packet)
{
	__u32 second = 1;
	count(REUSEPORT);
	return bpf_sk_select_reuseport(packet, &listeners, &second, 0) == 0 ? SK_PASS : SK_DROP;
}

SEC("sk_lookup")
int find(struct bpf_sk_lookup *lookup)
{
	__u32 first = 0;
	if (lookup->local_port != port)
		return SK_PASS;
	struct bpf_sock *listener = bpf_map_lookup_elem(&hidden, &first);
	if (!listener)
		return SK_PASS;
	long code = bpf_sk_assign(lookup, listener, 0);
	bpf_sk_release(listener);
	if (code == 0)
		count(SK_LOOKUP);
	return code == 0 ? SK_PASS : SK_DROP;
}

SEC("flow_dissector")
int dissect(struct __sk_buff *skb)
{
	count(FLOW_DISSECTOR);
	skb->flow_keys->ip_proto = 17;
	return BPF_OK;
}

SEC("netfilter")
int on_netfilter(struct bpf_nf_ctx *context)
{
	count(NETFILTER);
	return 1; /* NF_ACCEPT */
}

SEC("uprobe.multi")
int on_probed(struct pt_regs *regs)
{
	count(UPROBE_MULTI);
	return 0;
}

SEC("xdp")
int to_ring(struct xdp_md *packet)
{
	count(XSK);
	return bpf_redirect_map(&rings, 0, XDP_PASS);
}
