// SPDX-License-Identifier: GPL-2.0
// Every task, by an iterator.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

SEC("iter/task")
int dump(struct bpf_iter__task *ctx) {
  struct seq_file *seq = ctx->meta->seq;
  struct task_struct *task = ctx->task;
  if (!task)
    return 0;
  if (ctx->meta->seq_num == 0)
    bpf_seq_write(seq, "tasks\n", 6);
  u64 line[3] = {task->tgid, task->pid, task->start_time};
  bpf_seq_write(seq, line, sizeof(line));
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
