// SPDX-License-Identifier: GPL-2.0
// Time on the CPU by task-local storage.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, u64);
} since SEC(".maps");

SEC("tp_btf/sched_switch")
int BPF_PROG(switched, bool preempt, struct task_struct *prev, struct task_struct *next) {
  u64 now = bpf_ktime_get_ns();
  u64 *start = bpf_task_storage_get(&since, next, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
  if (start)
    *start = now;
  return prev->flags & 1;
}

char LICENSE[] SEC("license") = "GPL";
