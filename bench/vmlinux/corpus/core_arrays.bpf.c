// SPDX-License-Identifier: GPL-2.0
// Arrays of structures, unions within structures, pointers to pointers.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u32);
  __type(value, u64);
} values SEC(".maps");

SEC("tp/sched/sched_process_exit")
int read(void *ctx) {
  struct task_struct *task = (void *)bpf_get_current_task();
  u64 soft = BPF_CORE_READ(task, signal, rlim[7].rlim_cur);
  u64 utime = BPF_CORE_READ(task, signal, prev_cputime.utime);
  unsigned long start = BPF_CORE_READ(task, mm, arg_start), end = BPF_CORE_READ(task, mm, arg_end);
  struct list_head *next = BPF_CORE_READ(task, children.next);
  u64 sum = soft + utime + (end - start) + (next != 0);
  u32 pid = BPF_CORE_READ(task, tgid);
  bpf_map_update_elem(&values, &pid, &sum, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
