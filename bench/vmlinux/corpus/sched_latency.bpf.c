// SPDX-License-Identifier: GPL-2.0
// Run queue latency by histogram.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u32);
  __type(value, u64);
} queued SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 64);
  __type(key, u32);
  __type(value, u64);
} histogram SEC(".maps");

static __always_inline void enqueue(u32 pid) {
  u64 now = bpf_ktime_get_ns();
  if (pid)
    bpf_map_update_elem(&queued, &pid, &now, BPF_ANY);
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(wakeup, struct task_struct *task) {
  enqueue(task->pid);
  return 0;
}

SEC("tp_btf/sched_switch")
int BPF_PROG(switched, bool preempt, struct task_struct *prev, struct task_struct *next) {
  u32 pid = next->pid;
  u64 *start = bpf_map_lookup_elem(&queued, &pid);
  if (!start)
    return 0;
  u64 delta = (bpf_ktime_get_ns() - *start) / 1000;
  u32 slot = 0;
  for (int i = 0; i < 31 && delta > 1; i++, delta >>= 1)
    slot++;
  u64 *count = bpf_map_lookup_elem(&histogram, &slot);
  if (count)
    __sync_fetch_and_add(count, 1);
  bpf_map_delete_elem(&queued, &pid);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
