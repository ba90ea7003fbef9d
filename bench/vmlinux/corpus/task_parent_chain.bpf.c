// SPDX-License-Identifier: GPL-2.0
// Depths 1 to 6 of BPF_CORE_READ through a task's ancestors.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u32);
  __type(value, u64[6]);
} chains SEC(".maps");

SEC("tp/sched/sched_process_exec")
int chain(void *ctx) {
  struct task_struct *task = (void *)bpf_get_current_task();
  u64 ids[6] = {};
  ids[0] = BPF_CORE_READ(task, tgid);
  ids[1] = BPF_CORE_READ(task, real_parent, tgid);
  ids[2] = BPF_CORE_READ(task, real_parent, real_parent, tgid);
  ids[3] = BPF_CORE_READ(task, real_parent, real_parent, real_parent, tgid);
  ids[4] = BPF_CORE_READ(task, real_parent, real_parent, real_parent, real_parent, tgid);
  ids[5] = BPF_CORE_READ(task, mm, exe_file, f_path.dentry, d_inode, i_sb, s_dev);
  u32 key = ids[0];
  bpf_map_update_elem(&chains, &key, ids, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
