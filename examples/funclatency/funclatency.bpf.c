// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// How long a function takes: the time when a thread entered it waits in a hash, and each return counts in a histogram of
// powers of two. Which function, of the kernel or of a program, user space says when it attaches the two.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define BUCKETS 36

const volatile pid_t target_pid = 0;

/* Calls by the logarithm of their nanoseconds. */
u64 histogram[BUCKETS];
u64 total_ns = 0;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 10240);
} entered SEC(".maps");

static u32 logarithm(u64 value)
{
	u32 result = 0;

	for (int i = 0; i < BUCKETS - 1 && value > 1; i++, value >>= 1)
		result++;
	return result;
}

SEC("kprobe")
int enter(void *ctx)
{
	u64 id = bpf_get_current_pid_tgid(), now = bpf_ktime_get_ns();
	u32 thread = id;

	if (!target_pid || target_pid == id >> 32)
		bpf_map_update_elem(&entered, &thread, &now, BPF_ANY);
	return 0;
}

SEC("kretprobe")
int leave(void *ctx)
{
	u32 thread = bpf_get_current_pid_tgid(), bucket;
	u64 *start = bpf_map_lookup_elem(&entered, &thread);

	if (!start)
		return 0;
	u64 took = bpf_ktime_get_ns() - *start;
	bpf_map_delete_elem(&entered, &thread);
	bucket = logarithm(took);
	if (bucket < BUCKETS)
		__sync_fetch_and_add(&histogram[bucket], 1);
	__sync_fetch_and_add(&total_ns, took);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
