// SPDX-License-Identifier: GPL-2.0
// Mounts, by the file system's type.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event {
  u32 ns;
  char type[16];
};

SEC("kprobe/security_sb_mount")
int BPF_KPROBE(mounted, const char *device, const struct path *path) {
  struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
  if (!e)
    return 0;
  struct task_struct *task = (void *)bpf_get_current_task();
  e->ns = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
  const char *type = BPF_CORE_READ(path, mnt, mnt_sb, s_type, name);
  bpf_core_read_str(e->type, sizeof(e->type), type);
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
