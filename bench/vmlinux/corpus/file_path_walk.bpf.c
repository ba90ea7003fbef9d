// SPDX-License-Identifier: GPL-2.0
// A path, component by component, in a bounded loop.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event {
  u32 depth;
  u32 lengths[8];
};

SEC("kprobe/do_unlinkat")
int BPF_KPROBE(unlinked, int dfd, struct filename *name) {
  struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
  if (!e)
    return 0;
  struct task_struct *task = (void *)bpf_get_current_task();
  struct dentry *dentry = BPF_CORE_READ(task, fs, pwd.dentry);
  e->depth = 0;
#pragma unroll
  for (int i = 0; i < 8; i++) {
    struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
    e->lengths[i] = BPF_CORE_READ(dentry, d_name.len);
    if (parent == dentry)
      break;
    e->depth++;
    dentry = parent;
  }
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
