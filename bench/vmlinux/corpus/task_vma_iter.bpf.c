// SPDX-License-Identifier: GPL-2.0
// The mappings of every task.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

SEC("iter/task_vma")
int dump(struct bpf_iter__task_vma *ctx) {
  struct vm_area_struct *vma = ctx->vma;
  struct task_struct *task = ctx->task;
  if (!task || !vma)
    return 0;
  u64 line[3] = {task->pid, vma->vm_start, vma->vm_end};
  bpf_seq_write(ctx->meta->seq, line, sizeof(line));
  struct file *file = vma->vm_file;
  if (file) {
    u64 inode = BPF_CORE_READ(file, f_inode, i_ino);
    bpf_seq_write(ctx->meta->seq, &inode, sizeof(inode));
  }
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
