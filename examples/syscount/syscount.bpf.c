// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// How often each process makes each system call, and how long they take. Counters are per CPU, so that no CPU waits for another.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct call {
	pid_t pid;
	int number; /* of the system call */
};

struct usage {
	u64 calls;
	u64 nanoseconds;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 10240);
} entered SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__type(key, struct call);
	__type(value, struct usage);
	__uint(max_entries, 10240);
} usages SEC(".maps");

SEC("raw_tp/sys_enter")
int enter(void *ctx)
{
	u32 thread = bpf_get_current_pid_tgid();
	u64 now = bpf_ktime_get_ns();

	bpf_map_update_elem(&entered, &thread, &now, BPF_ANY);
	return 0;
}

SEC("tp/raw_syscalls/sys_exit")
int leave(struct trace_event_raw_sys_exit *ctx)
{
	u64 id = bpf_get_current_pid_tgid();
	u32 thread = id;
	struct call call = {.pid = id >> 32, .number = ctx->id};
	struct usage first = {}, *usage;
	u64 *start = bpf_map_lookup_elem(&entered, &thread);

	if (!start || call.number < 0)
		return 0;
	usage = bpf_map_lookup_elem(&usages, &call);
	if (!usage) {
		bpf_get_current_comm(first.comm, sizeof(first.comm));
		bpf_map_update_elem(&usages, &call, &first, BPF_NOEXIST);
		usage = bpf_map_lookup_elem(&usages, &call);
	}
	if (usage) {
		usage->calls++;
		usage->nanoseconds += bpf_ktime_get_ns() - *start;
	}
	bpf_map_delete_elem(&entered, &thread);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
