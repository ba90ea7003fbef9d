// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// core_read.bpf.c in C++.
#include "vmlinux.h"
#include <bpf_helpers/bpf.hpp>

u64 sum;
char name[64];

SEC("tp/sched/sched_process_exec")
int by_helper(void *)
{
	auto *task = bpf::current_task();

	sum += bpf::core_read<&task_struct::real_parent, &task_struct::tgid>(task);
	sum += bpf::core_read<&task_struct::se, &sched_entity::vruntime>(task);
	sum += bpf::core_read<&task_struct::nsproxy, &nsproxy::pid_ns_for_children, &pid_namespace::ns, &ns_common::inum>(task);
	sum += bpf::core_read<&task_struct::mm, &mm_struct::start_code>(task);
	bpf::core_read_str<&task_struct::group_leader, &task_struct::comm>(name, task);
	return 0;
}

SEC("tp_btf/sched_switch")
int by_type(bpf::arguments<bool, task_struct *, task_struct *> *ctx)
{
	auto [preempt, prev, next] = *ctx;

	sum += prev->pid + next->real_parent->tgid + prev->se.vruntime;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
