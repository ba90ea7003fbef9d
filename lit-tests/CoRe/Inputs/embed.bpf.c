// Compares what CO-RE reads of a task with what a helper says.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";
unsigned long same, different;

SEC("raw_tp/sys_enter") int compare(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	if (BPF_CORE_READ(task, tgid) == tgid && BPF_CORE_READ(task, group_leader, pid) == tgid)
		++same;
	else
		++different;
	return 0;
}
