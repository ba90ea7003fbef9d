// A task iterator that prints a table, as bpf_iter programs do.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

const volatile u32 only_tgid = 0;

SEC("iter/task")
int dump_task(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	static const char header[] = "    tgid      pid  comm\n";
	static const char row[] = "%8d %8d  %s\n";
	u64 arguments[3];

	if (!task || (only_tgid && task->tgid != only_tgid))
		return 0;
	if (ctx->meta->seq_num == 0)
		bpf_seq_printf(seq, header, sizeof(header), NULL, 0);
	arguments[0] = task->tgid;
	arguments[1] = task->pid;
	arguments[2] = (u64)task->comm;
	bpf_seq_printf(seq, row, sizeof(row), arguments, sizeof(arguments));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
