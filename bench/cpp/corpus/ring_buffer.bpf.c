// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Records of a ring buffer: filled in place and submitted, or given up on the way.
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

struct event {
	u64 when_ns;
	pid_t pid;
	int result;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

u64 lost;

SEC("tp_btf/sys_exit")
int on_exit(unsigned long long *ctx)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	long result = ctx[1];

	if (!event) {
		__sync_fetch_and_add(&lost, 1);
		return 0;
	}
	event->pid = bpf_get_current_pid_tgid() >> 32;
	if (event->pid == 1) {
		bpf_ringbuf_discard(event, 0);
		return 0;
	}
	event->when_ns = bpf_ktime_get_ns();
	event->result = result;
	if (bpf_get_current_comm(event->comm, sizeof(event->comm))) {
		bpf_ringbuf_discard(event, 0);
		return 0;
	}
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
