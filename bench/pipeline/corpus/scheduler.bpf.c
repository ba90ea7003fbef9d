// Run queue latency with existence checks, enum values and bit-fields by CO-RE.
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* Before Linux 5.14 the state of a task was a plain member of another name. */
struct task_struct___before_5_14 {
	volatile long state;
} __attribute__((preserve_access_index));

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 10240);
} enqueued SEC(".maps");

u64 slots[26];
u64 in_iowait;

static long state_of(struct task_struct *task)
{
	struct task_struct___before_5_14 *old = (void *)task;

	if (bpf_core_field_exists(task->__state))
		return BPF_CORE_READ(task, __state);
	return BPF_CORE_READ(old, state);
}

static void note(struct task_struct *task)
{
	u32 pid = BPF_CORE_READ(task, pid);
	u64 now = bpf_ktime_get_ns();

	bpf_map_update_elem(&enqueued, &pid, &now, BPF_ANY);
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(on_wakeup, struct task_struct *task)
{
	note(task);
	return 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempt, struct task_struct *prev, struct task_struct *next)
{
	u32 pid = BPF_CORE_READ(next, pid);
	u64 *since = bpf_map_lookup_elem(&enqueued, &pid), delta;
	int slot;

	if (state_of(prev) == 0)
		note(prev);
	if (BPF_CORE_READ_BITFIELD_PROBED(prev, in_iowait))
		__sync_fetch_and_add(&in_iowait, 1);
	if (!since)
		return 0;
	delta = (bpf_ktime_get_ns() - *since) / 1000;
	for (slot = 0; slot < 25 && delta; slot++)
		delta >>= 1;
	if (bpf_core_enum_value_exists(enum pid_type, PIDTYPE_TGID))
		__sync_fetch_and_add(&slots[slot], 1);
	bpf_map_delete_elem(&enqueued, &pid);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
