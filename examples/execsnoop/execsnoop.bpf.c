// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Every program that is executed, and how it ends. A hash map remembers who is running; a ring buffer takes the news to user
// space. The kernel's types come from the kernel itself: there is no vmlinux.h in this project.
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

enum happening { EXECUTED, EXITED };

struct event {
	enum happening what;
	pid_t pid;
	pid_t ppid;
	uid_t uid;
	int exit_code;
	u64 started_ns; /* since boot */
	u64 lasted_ns;
	char comm[16];
	char filename[128];
};

/* Set by user space before the program is loaded. */
const volatile bool only_one_uid = false;
const volatile uid_t target_uid = 0;

/* Events that found no room in the ring buffer. */
u64 lost = 0;

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, pid_t);
	__type(value, struct event);
	__uint(max_entries, 10240);
} running SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

static void send(const struct event *event)
{
	if (bpf_ringbuf_output(&events, (void *)event, sizeof(*event), 0))
		__sync_fetch_and_add(&lost, 1);
}

SEC("tp/sched/sched_process_exec")
int handle_exec(struct trace_event_raw_sched_process_exec *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	unsigned int filename_offset = ctx->__data_loc_filename & 0xffff;
	struct event event = {};

	event.uid = (uid_t)bpf_get_current_uid_gid();
	if (only_one_uid && event.uid != target_uid)
		return 0;
	event.what = EXECUTED;
	event.pid = bpf_get_current_pid_tgid() >> 32;
	event.ppid = BPF_CORE_READ(task, real_parent, tgid);
	event.started_ns = bpf_ktime_get_ns();
	bpf_get_current_comm(event.comm, sizeof(event.comm));
	bpf_probe_read_kernel_str(event.filename, sizeof(event.filename), (void *)ctx + filename_offset);

	bpf_map_update_elem(&running, &event.pid, &event, BPF_ANY);
	send(&event);
	return 0;
}

SEC("tp/sched/sched_process_exit")
int handle_exit(void *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	u64 pid_tgid = bpf_get_current_pid_tgid();
	pid_t pid = pid_tgid >> 32;
	struct event *event;

	if (pid != (pid_t)pid_tgid) /* a thread, not the process */
		return 0;
	event = bpf_map_lookup_elem(&running, &pid);
	if (!event)
		return 0;
	event->what = EXITED;
	event->exit_code = BPF_CORE_READ(task, exit_code) >> 8;
	event->lasted_ns = bpf_ktime_get_ns() - event->started_ns;
	send(event);
	bpf_map_delete_elem(&running, &pid);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
