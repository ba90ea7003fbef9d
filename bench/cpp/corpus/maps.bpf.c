// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Maps of several types: lookups, updates, what is inserted first and what is deleted, a callback for every element.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct usage {
	u64 calls;
	u64 last_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, pid_t);
	__type(value, struct usage);
	__uint(max_entries, 4096);
} by_pid SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, pid_t);
	__type(value, u64);
	__uint(max_entries, 1024);
} started SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 8);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__type(value, u64);
	__uint(max_entries, 64);
} recent SEC(".maps");

u64 total;

SEC("tp_btf/sched_process_fork")
int on_fork(void *ctx)
{
	struct usage none = {}, *usage;
	pid_t pid = bpf_get_current_pid_tgid() >> 32;
	u64 now = bpf_ktime_get_ns();

	usage = bpf_map_lookup_elem(&by_pid, &pid);
	if (!usage) {
		bpf_map_update_elem(&by_pid, &pid, &none, BPF_NOEXIST);
		usage = bpf_map_lookup_elem(&by_pid, &pid);
		if (!usage)
			return 0;
	}
	usage->calls++;
	usage->last_ns = now;
	bpf_map_update_elem(&started, &pid, &now, BPF_ANY);
	bpf_map_push_elem(&recent, &now, BPF_EXIST);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int on_exit(void *ctx)
{
	pid_t pid = bpf_get_current_pid_tgid() >> 32;
	u64 *begin = bpf_map_lookup_elem(&started, &pid);
	u64 *slot;
	u32 index;

	if (!begin)
		return 0;
	index = (bpf_ktime_get_ns() - *begin) >> 20 & 7;
	slot = bpf_map_lookup_elem(&slots, &index);
	if (slot)
		++*slot;
	bpf_map_delete_elem(&started, &pid);
	bpf_map_delete_elem(&by_pid, &pid);
	return 0;
}

static long add(struct bpf_map *map, const pid_t *pid, struct usage *usage, u64 *sum)
{
	*sum += usage->calls;
	return *sum > 1000000;
}

SEC("tp_btf/sched_process_exec")
int on_exec(void *ctx)
{
	u64 sum = 0;

	bpf_for_each_map_elem(&by_pid, add, &sum, 0);
	total = sum;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
