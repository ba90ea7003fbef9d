// CO-RE walks through task_struct: parents, namespaces, the executable's inode, credentials.
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct ancestry {
	pid_t pids[8];
	u32 depth;
	u32 pid_ns;
	u64 exe_inode;
	u32 euid;
	char comm[16];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, pid_t);
	__type(value, struct ancestry);
	__uint(max_entries, 4096);
} ancestries SEC(".maps");

SEC("tp/sched/sched_process_fork")
int on_fork(void *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct ancestry ancestry = {};
	pid_t pid = BPF_CORE_READ(task, tgid);

	ancestry.pid_ns = BPF_CORE_READ(task, nsproxy, pid_ns_for_children, ns.inum);
	ancestry.exe_inode = BPF_CORE_READ(task, mm, exe_file, f_inode, i_ino);
	ancestry.euid = BPF_CORE_READ(task, cred, euid.val);
	BPF_CORE_READ_STR_INTO(&ancestry.comm, task, comm);
#pragma unroll
	for (int i = 0; i < 8; i++) {
		ancestry.pids[i] = BPF_CORE_READ(task, tgid);
		ancestry.depth = i;
		if (ancestry.pids[i] <= 1)
			break;
		task = BPF_CORE_READ(task, real_parent);
	}
	bpf_map_update_elem(&ancestries, &pid, &ancestry, BPF_ANY);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
