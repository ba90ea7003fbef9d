// SPDX-License-Identifier: GPL-2.0
// Credentials and capabilities of who calls execve().
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event {
  uid_t uid, euid;
  gid_t gid;
  u64 effective;
  char comm[TASK_COMM_LEN];
};

SEC("tp/syscalls/sys_enter_execve")
int enter(struct trace_event_raw_sys_enter *ctx) {
  struct task_struct *task = (void *)bpf_get_current_task();
  const struct cred *cred = BPF_CORE_READ(task, cred);
  struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
  if (!e)
    return 0;
  e->uid = BPF_CORE_READ(cred, uid.val);
  e->euid = BPF_CORE_READ(cred, euid.val);
  e->gid = BPF_CORE_READ(cred, gid.val);
  kernel_cap_t caps = BPF_CORE_READ(cred, cap_effective);
  __builtin_memcpy(&e->effective, &caps, sizeof(e->effective));
  BPF_CORE_READ_STR_INTO(&e->comm, task, comm);
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
