// SPDX-License-Identifier: GPL-2.0
// How long vfs_read() takes, by fentry and fexit.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u64);
  __type(value, u64);
} started SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u32);
  __type(value, u64);
} totals SEC(".maps");

SEC("fentry/vfs_read")
int BPF_PROG(enter, struct file *file, char *buf, size_t count, loff_t *pos) {
  u64 id = bpf_get_current_pid_tgid(), now = bpf_ktime_get_ns();
  bpf_map_update_elem(&started, &id, &now, BPF_ANY);
  return 0;
}

SEC("fexit/vfs_read")
int BPF_PROG(leave, struct file *file, char *buf, size_t count, loff_t *pos, ssize_t ret) {
  u64 id = bpf_get_current_pid_tgid();
  u64 *start = bpf_map_lookup_elem(&started, &id);
  if (!start || ret < 0)
    return 0;
  u32 device = file->f_inode->i_sb->s_dev;
  u64 delta = bpf_ktime_get_ns() - *start;
  bpf_map_update_elem(&totals, &device, &delta, BPF_ANY);
  bpf_map_delete_elem(&started, &id);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
