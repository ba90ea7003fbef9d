// A sampling profiler: stacks by process, on perf events.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define MAX_STACK 127

struct stack_sample {
	u32 pid;
	int user_stack;
	int kernel_stack;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(key_size, sizeof(u32));
	__uint(value_size, MAX_STACK * sizeof(u64));
	__uint(max_entries, 1024);
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct stack_sample);
	__type(value, u64);
	__uint(max_entries, 10240);
} counts SEC(".maps");

const volatile bool kernel_stacks_only = false;
const volatile pid_t target_pid = -1;

SEC("perf_event")
int on_sample(struct bpf_perf_event_data *ctx)
{
	u64 id = bpf_get_current_pid_tgid(), one = 1, *count;
	struct stack_sample sample = {};

	if (!(id >> 32) || (target_pid != -1 && target_pid != id >> 32))
		return 0;
	sample.pid = id >> 32;
	bpf_get_current_comm(sample.comm, sizeof(sample.comm));
	sample.user_stack = kernel_stacks_only ? -1 : bpf_get_stackid(&ctx->regs, &stacks, BPF_F_USER_STACK);
	sample.kernel_stack = bpf_get_stackid(&ctx->regs, &stacks, 0);
	count = bpf_map_lookup_elem(&counts, &sample);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(&counts, &sample, &one, BPF_NOEXIST);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
