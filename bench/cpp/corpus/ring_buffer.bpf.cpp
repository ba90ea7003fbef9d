// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// ring_buffer.bpf.c in C++: records are given up by themselves.
#include "vmlinux.h"
#include <bpf_helpers/bpf.hpp>

struct event {
	u64 when_ns;
	pid_t pid;
	int result;
	char comm[16];
};

bpf::ringbuf<256 * 1024> events;

u64 lost;

SEC("tp_btf/sys_exit")
int on_exit(bpf::arguments<pt_regs *, long> *ctx)
{
	auto event = events.reserve<::event>();

	if (!event) {
		__sync_fetch_and_add(&lost, 1);
		return 0;
	}
	event->pid = bpf::current_pid();
	if (event->pid == 1)
		return 0;
	event->when_ns = bpf::ktime_ns();
	event->result = ctx->get<1>();
	if (bpf::current_comm(event->comm))
		return 0;
	event.submit();
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
