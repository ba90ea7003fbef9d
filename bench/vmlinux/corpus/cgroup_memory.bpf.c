// SPDX-License-Identifier: GPL-2.0
// The limits of a memory cgroup, where there are such.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u64);
  __type(value, u64);
} limits SEC(".maps");

SEC("tp/vmscan/mm_vmscan_memcg_reclaim_begin")
int reclaim(void *ctx) {
  struct task_struct *task = (void *)bpf_get_current_task();
  struct cgroup_subsys_state *css;
  int index = bpf_core_enum_value(enum cgroup_subsys_id, memory_cgrp_id);
  struct css_set *set = BPF_CORE_READ(task, cgroups);
  bpf_core_read(&css, sizeof(css), &set->subsys[index & 15]);
  u64 id = BPF_CORE_READ(css, cgroup, kn, id);
  u64 flags = BPF_CORE_READ(css, flags);
  bpf_map_update_elem(&limits, &id, &flags, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
