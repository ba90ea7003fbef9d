// SPDX-License-Identifier: GPL-2.0
// Names of files that are opened, by kprobe.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event {
  u32 pid, flags;
  char name[64];
};

SEC("kprobe/vfs_open")
int BPF_KPROBE(opened, const struct path *path, struct file *file) {
  struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
  if (!e)
    return 0;
  e->pid = bpf_get_current_pid_tgid() >> 32;
  e->flags = BPF_CORE_READ(file, f_flags);
  const unsigned char *name = BPF_CORE_READ(path, dentry, d_name.name);
  bpf_core_read_str(e->name, sizeof(e->name), name);
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
