// SPDX-License-Identifier: GPL-2.0
// A member that was renamed: flavours and existence checks.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u32);
  __type(value, u64);
} states SEC(".maps");

struct task_struct___old {
  long state;
} __attribute__((preserve_access_index));

static __always_inline long state_of(struct task_struct *task) {
  if (bpf_core_field_exists(task->__state))
    return BPF_CORE_READ(task, __state);
  return BPF_CORE_READ((struct task_struct___old *)task, state);
}

SEC("tp/sched/sched_switch")
int switched(struct trace_event_raw_sched_switch *ctx) {
  u32 pid = ctx->prev_pid;
  u64 state = state_of((void *)bpf_get_current_task());
  bpf_map_update_elem(&states, &pid, &state, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
