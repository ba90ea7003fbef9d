// SPDX-License-Identifier: GPL-2.0
// The inode behind a file descriptor, through the tables of a task.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

SEC("tp/syscalls/sys_enter_close")
int closed(struct trace_event_raw_sys_enter *ctx) {
  struct task_struct *task = (void *)bpf_get_current_task();
  unsigned int fd = ctx->args[0];
  struct file **table = BPF_CORE_READ(task, files, fdt, fd);
  struct file *file;
  if (bpf_core_read(&file, sizeof(file), &table[fd & 1023]))
    return 0;
  u64 *inode = bpf_ringbuf_reserve(&events, sizeof(*inode), 0);
  if (!inode)
    return 0;
  *inode = BPF_CORE_READ(file, f_inode, i_ino);
  bpf_ringbuf_submit(inode, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
