// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// CO-RE reads: through pointers, into structs in structs, of strings, and without a helper where BTF gives the types.
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

u64 sum;
char name[64];

SEC("tp/sched/sched_process_exec")
int by_helper(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	sum += BPF_CORE_READ(task, real_parent, tgid);
	sum += BPF_CORE_READ(task, se.vruntime);
	sum += BPF_CORE_READ(task, nsproxy, pid_ns_for_children, ns.inum);
	sum += BPF_CORE_READ(task, mm, start_code);
	BPF_CORE_READ_STR_INTO(&name, task, group_leader, comm);
	return 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(by_type, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	sum += prev->pid + next->real_parent->tgid + prev->se.vruntime;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
