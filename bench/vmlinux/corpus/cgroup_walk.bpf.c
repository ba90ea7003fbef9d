// SPDX-License-Identifier: GPL-2.0
// A task's cgroup, its ancestors and their names.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

#define container_of(ptr, type, member)                                        \
  ((type *)((void *)(ptr) - __builtin_offsetof(type, member)))

struct event {
  u64 id;
  int level;
  char name[4][32];
};

SEC("tp/sched/sched_process_exec")
int walk(void *ctx) {
  struct task_struct *task = (void *)bpf_get_current_task();
  struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
  if (!e)
    return 0;
  struct cgroup *cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp);
  struct kernfs_node *node = BPF_CORE_READ(cgroup, kn);
  e->id = BPF_CORE_READ(node, id);
  e->level = BPF_CORE_READ(cgroup, level);
#pragma unroll
  for (int i = 0; i < 4; i++) {
    const char *name = BPF_CORE_READ(node, name);
    bpf_core_read_str(e->name[i], sizeof(e->name[i]), name);
    struct cgroup_subsys_state *parent = BPF_CORE_READ(cgroup, self.parent);
    if (!parent)
      break;
    cgroup = container_of(parent, struct cgroup, self);
    node = BPF_CORE_READ(cgroup, kn);
  }
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
