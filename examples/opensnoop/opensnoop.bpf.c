// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Every file that is opened, and how that ended. What a call began with waits in a hash until it returns; a perf buffer takes
// the news to user space, as kernels before 5.8 have no ring buffers.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct event {
	pid_t pid;
	uid_t uid;
	int result; /* a descriptor, or a negative errno value */
	int flags;
	char comm[16];
	char path[128];
};

struct call {
	const char *path;
	int flags;
};

const volatile pid_t target_pid = 0;
const volatile bool only_failed = false;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u32);
	__type(value, struct call);
	__uint(max_entries, 10240);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(value, struct event);
} events SEC(".maps");

SEC("tp/syscalls/sys_enter_openat")
int enter(struct trace_event_raw_sys_enter *ctx)
{
	u64 id = bpf_get_current_pid_tgid();
	u32 thread = id;
	struct call call = {.path = (const char *)ctx->args[1], .flags = ctx->args[2]};

	if (!target_pid || target_pid == id >> 32)
		bpf_map_update_elem(&calls, &thread, &call, BPF_ANY);
	return 0;
}

SEC("tp/syscalls/sys_exit_openat")
int leave(struct trace_event_raw_sys_exit *ctx)
{
	u64 id = bpf_get_current_pid_tgid();
	u32 thread = id;
	struct call *call = bpf_map_lookup_elem(&calls, &thread);
	struct event event = {.pid = id >> 32, .result = ctx->ret};

	if (!call)
		return 0;
	event.uid = bpf_get_current_uid_gid();
	event.flags = call->flags;
	bpf_get_current_comm(event.comm, sizeof(event.comm));
	bpf_probe_read_user_str(event.path, sizeof(event.path), call->path);
	bpf_map_delete_elem(&calls, &thread);
	if (!only_failed || event.result < 0)
		bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &event, sizeof(event));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
