// SPDX-License-Identifier: GPL-2.0
// Offsets, sizes and signs of members.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

u64 found[8];

SEC("raw_tp/sys_enter")
int ask(void *ctx) {
  struct task_struct *task = (void *)bpf_get_current_task();
  found[0] = bpf_core_field_exists(task->on_cpu);
  found[1] = bpf_core_field_size(task->comm);
  found[2] = __builtin_preserve_field_info(task->prio, BPF_FIELD_BYTE_OFFSET);
  found[3] = __builtin_preserve_field_info(task->prio, BPF_FIELD_SIGNED);
  found[4] = bpf_core_field_exists(((struct task_struct *)0)->se.sum_exec_runtime);
  found[5] = bpf_core_field_exists(task->signal->rlim);
  found[6] = BPF_CORE_READ_BITFIELD_PROBED(task, in_execve);
  found[7] = __builtin_preserve_field_info(task->comm, BPF_FIELD_BYTE_OFFSET);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
