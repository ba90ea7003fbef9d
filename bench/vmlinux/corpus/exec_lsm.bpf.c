// SPDX-License-Identifier: GPL-2.0
// What is executed, with credentials, as a security module.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

SEC("lsm/bprm_check_security")
int BPF_PROG(check, struct linux_binprm *bprm, int ret) {
  if (ret)
    return ret;
  u64 *e = bpf_ringbuf_reserve(&events, 2 * sizeof(*e), 0);
  if (!e)
    return 0;
  e[0] = bprm->file->f_inode->i_ino;
  e[1] = bprm->cred->euid.val;
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
