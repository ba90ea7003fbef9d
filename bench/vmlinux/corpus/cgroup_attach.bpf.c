// SPDX-License-Identifier: GPL-2.0
// Tasks that move from one cgroup to another.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u64);
  __type(value, u32);
} moves SEC(".maps");

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(attached, struct cgroup *to, const char *path, struct task_struct *task, bool group) {
  u64 id = to->kn->id;
  u32 pid = task->pid;
  bpf_map_update_elem(&moves, &id, &pid, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
