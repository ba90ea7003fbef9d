// SPDX-License-Identifier: GPL-2.0
// Who is killed for want of memory, and by how much.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event {
  u32 pid;
  u64 pages;
  long points;
  char comm[16];
};

SEC("kprobe/oom_kill_process")
int BPF_KPROBE(killed, struct oom_control *control, const char *message) {
  struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
  if (!e)
    return 0;
  e->pid = BPF_CORE_READ(control, chosen, tgid);
  e->pages = BPF_CORE_READ(control, totalpages);
  e->points = BPF_CORE_READ(control, chosen_points);
  BPF_CORE_READ_STR_INTO(&e->comm, control, chosen, comm);
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
