// SPDX-License-Identifier: GPL-2.0
// Memory counters of a task that ends, whose type changed from kernel to kernel.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u32);
  __type(value, s64);
} rss SEC(".maps");

struct mm_rss_stat___old {
  atomic_long_t count[4];
} __attribute__((preserve_access_index));
struct mm_struct___old {
  struct mm_rss_stat___old rss_stat;
} __attribute__((preserve_access_index));

SEC("tp/sched/sched_process_exit")
int exited(void *ctx) {
  struct task_struct *task = (void *)bpf_get_current_task();
  struct mm_struct *mm = BPF_CORE_READ(task, mm);
  u32 pid = BPF_CORE_READ(task, tgid);
  s64 pages = 0;
  if (bpf_core_type_exists(struct mm_rss_stat___old)) {
    struct mm_struct___old *old = (void *)mm;
    pages = BPF_CORE_READ(old, rss_stat.count[0].counter);
  } else {
    pages = BPF_CORE_READ(mm, hiwater_rss);
  }
  bpf_map_update_elem(&rss, &pid, &pages, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
