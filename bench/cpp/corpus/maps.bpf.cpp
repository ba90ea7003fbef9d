// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// maps.bpf.c in C++.
#include "vmlinux.h"
#include <bpf_helpers/bpf.hpp>

struct usage {
	u64 calls;
	u64 last_ns;
};

bpf::hash<pid_t, usage, 4096> by_pid;
bpf::lru_hash<pid_t, u64, 1024> started;
bpf::percpu_array<u64, 8> slots;
bpf::queue<u64, 64> recent;

u64 total;

SEC("tp_btf/sched_process_fork")
int on_fork(void *)
{
	const pid_t pid = bpf::current_pid();
	const u64 now = bpf::ktime_ns();

	const usage none = {};
	auto usage = by_pid.lookup_or_insert(pid, none);
	if (!usage)
		return 0;
	usage->calls++;
	usage->last_ns = now;
	started.update(pid, now);
	recent.push(now, true);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int on_exit(void *)
{
	const pid_t pid = bpf::current_pid();
	auto begin = started.lookup(pid);

	if (!begin)
		return 0;
	if (auto slot = slots.lookup((bpf::ktime_ns() - *begin) >> 20 & 7))
		++*slot;
	started.erase(pid);
	by_pid.erase(pid);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int on_exec(void *)
{
	u64 sum = 0;

	by_pid.for_each(sum, [](pid_t, const usage &usage, u64 &sum) {
		sum += usage.calls;
		return sum > 1000000 ? bpf::step::stop : bpf::step::next;
	});
	total = sum;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
