// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// execsnoop.bpf.c in C++: the same maps, the same events, the same instructions. -DCPP_PROGRAM=ON builds the application with it.
#include "vmlinux.h"
#include <bpf_helpers/bpf.hpp>

enum happening { EXECUTED, EXITED };

struct event {
	happening what;
	pid_t pid;
	pid_t ppid;
	uid_t uid;
	int exit_code;
	u64 started_ns; // since boot
	u64 lasted_ns;
	char comm[16];
	char filename[128];
};

// Set by user space before the program is loaded.
const volatile bool only_one_uid = false;
const volatile uid_t target_uid = 0;

// Events that found no room in the ring buffer.
u64 lost = 0;

bpf::hash<pid_t, event, 10240> running;
bpf::ringbuf<256 * 1024> events;

static void send(const event &event)
{
	if (events.output(event))
		__sync_fetch_and_add(&lost, 1);
}

SEC("tp/sched/sched_process_exec")
int handle_exec(trace_event_raw_sched_process_exec *ctx)
{
	event event = {};

	event.uid = bpf::current_uid();
	if (only_one_uid && event.uid != target_uid)
		return 0;
	event.what = EXECUTED;
	event.pid = bpf::current_pid();
	event.ppid = bpf::core_read<&task_struct::real_parent, &task_struct::tgid>(bpf::current_task());
	event.started_ns = bpf::ktime_ns();
	bpf::current_comm(event.comm);
	bpf::read_kernel_str(event.filename, bpf::data_loc(ctx, ctx->__data_loc_filename));

	running.update(event.pid, event);
	send(event);
	return 0;
}

SEC("tp/sched/sched_process_exit")
int handle_exit(void *)
{
	const pid_t pid = bpf::current_pid();

	if (pid != pid_t(bpf::current_tid())) // a thread, not the process
		return 0;
	auto event = running.lookup(pid);
	if (!event)
		return 0;
	event->what = EXITED;
	event->exit_code = bpf::core_read<&task_struct::exit_code>(bpf::current_task()) >> 8;
	event->lasted_ns = bpf::ktime_ns() - event->started_ns;
	send(*event);
	running.erase(pid);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
