// SPDX-License-Identifier: GPL-2.0
// A task by its number, with reference counting kfuncs that the program declares itself.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *p) __ksym;

u64 start_time;

SEC("tp_btf/task_newtask")
int BPF_PROG(created, struct task_struct *task, u64 clone_flags) {
  struct task_struct *parent = bpf_task_from_pid(task->real_parent->pid);
  if (!parent)
    return 0;
  start_time = parent->start_time;
  bpf_task_release(parent);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
