// Reads and writes by file, over the syscalls' tracepoints and the files of the current task.
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

struct file_id {
	u64 inode;
	u32 dev;
	u32 pid;
};

struct file_stat {
	u64 reads, read_bytes, writes, write_bytes;
	char filename[64];
	char comm[16];
	char type;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct file_id);
	__type(value, struct file_stat);
	__uint(max_entries, 10240);
} entries SEC(".maps");

static struct file_stat zero;

static struct file *file_of(u32 fd)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd), *file = NULL;

	if (fd < BPF_CORE_READ(table, max_fds))
		bpf_probe_read_kernel(&file, sizeof(file), files + fd);
	return file;
}

static int account(u32 fd, u64 count, bool is_write)
{
	struct file *file = file_of(fd);
	struct file_id id = {};
	struct file_stat *stat;
	const unsigned char *name;
	umode_t mode;

	if (!file)
		return 0;
	id.pid = bpf_get_current_pid_tgid() >> 32;
	id.inode = BPF_CORE_READ(file, f_inode, i_ino);
	id.dev = BPF_CORE_READ(file, f_inode, i_sb, s_dev);
	stat = bpf_map_lookup_elem(&entries, &id);
	if (!stat) {
		bpf_map_update_elem(&entries, &id, &zero, BPF_ANY);
		stat = bpf_map_lookup_elem(&entries, &id);
		if (!stat)
			return 0;
		bpf_get_current_comm(stat->comm, sizeof(stat->comm));
		name = BPF_CORE_READ(file, f_path.dentry, d_name.name);
		bpf_probe_read_kernel_str(stat->filename, sizeof(stat->filename), name);
		mode = BPF_CORE_READ(file, f_inode, i_mode) & 0170000;
		stat->type = mode == 0100000 ? 'R' : mode == 0140000 ? 'S' : 'O';
	}
	if (is_write) {
		stat->writes++;
		stat->write_bytes += count;
	} else {
		stat->reads++;
		stat->read_bytes += count;
	}
	return 0;
}

SEC("tp/syscalls/sys_enter_read")
int on_read(struct trace_event_raw_sys_enter *ctx)
{
	return account(ctx->args[0], ctx->args[2], false);
}

SEC("tp/syscalls/sys_enter_write")
int on_write(struct trace_event_raw_sys_enter *ctx)
{
	return account(ctx->args[0], ctx->args[2], true);
}

char LICENSE[] SEC("license") = "GPL";
