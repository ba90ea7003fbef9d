// SPDX-License-Identifier: GPL-2.0
// Every open file of every task.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

SEC("iter/task_file")
int dump(struct bpf_iter__task_file *ctx) {
  struct task_struct *task = ctx->task;
  struct file *file = ctx->file;
  if (!task || !file)
    return 0;
  u64 line[3] = {task->tgid, ctx->fd, file->f_inode->i_ino};
  bpf_seq_write(ctx->meta->seq, line, sizeof(line));
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
