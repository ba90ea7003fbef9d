// SPDX-License-Identifier: GPL-2.0
// Renames, by fentry and the arguments in a structure.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

SEC("fentry/vfs_rename")
int BPF_PROG(renamed, struct renamedata *data) {
  u64 *inode = bpf_ringbuf_reserve(&events, sizeof(*inode), 0);
  if (!inode)
    return 0;
  *inode = data->old_dentry->d_inode->i_ino;
  bpf_ringbuf_submit(inode, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
