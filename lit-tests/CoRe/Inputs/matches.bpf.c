// Types that do not match although the members that are read do: what pointers point to counts.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";
struct task_struct___void {
	void *mm;
} __attribute__((preserve_access_index));
struct task_struct___right {
	struct mm_struct *mm;
	struct task_struct *real_parent, *group_leader;
} __attribute__((preserve_access_index));
struct task_struct___other {
	struct files_struct *mm;
} __attribute__((preserve_access_index));
enum bpf_map_type___some { BPF_MAP_TYPE_HASH___some, BPF_MAP_TYPE_ARRAY___some };
long sum;

SEC("raw_tp/sched_switch") int matches(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	sum += (long)BPF_CORE_READ(task, mm) + (long)BPF_CORE_READ(task, mm, pgd) + (long)BPF_CORE_READ(task, files);
	sum += bpf_core_type_matches(struct task_struct___void) + bpf_core_type_matches(struct task_struct___right) * 2 +
	       bpf_core_type_matches(struct task_struct___other) * 4 + bpf_core_type_matches(enum bpf_map_type___some) * 8;
	return 0;
}
