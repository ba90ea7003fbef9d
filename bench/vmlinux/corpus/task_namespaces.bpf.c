// SPDX-License-Identifier: GPL-2.0
// The namespaces of a process that is created.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event {
  u32 pid, pid_in_ns;
  u32 mnt, net, uts;
};

SEC("tp/sched/sched_process_fork")
int forked(void *ctx) {
  struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
  if (!e)
    return 0;
  struct task_struct *task = (void *)bpf_get_current_task();
  struct nsproxy *proxy = BPF_CORE_READ(task, nsproxy);
  e->pid = BPF_CORE_READ(task, pid);
  struct pid *pid = BPF_CORE_READ(task, thread_pid);
  unsigned int level = BPF_CORE_READ(pid, level);
  struct upid upid = {};
  bpf_core_read(&upid, sizeof(upid), &pid->numbers[level & 3]);
  e->pid_in_ns = upid.nr;
  e->mnt = BPF_CORE_READ(proxy, mnt_ns, ns.inum);
  e->net = BPF_CORE_READ(proxy, net_ns, ns.inum);
  e->uts = BPF_CORE_READ(proxy, uts_ns, ns.inum);
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
