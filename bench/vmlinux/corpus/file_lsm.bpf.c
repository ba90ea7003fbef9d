// SPDX-License-Identifier: GPL-2.0
// Refuses to open what others own, as a security module.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

const volatile uid_t allowed;

SEC("lsm/file_open")
int BPF_PROG(check, struct file *file) {
  uid_t owner = file->f_inode->i_uid.val;
  return owner == allowed || owner == 0 ? 0 : -1;
}

char LICENSE[] SEC("license") = "GPL";
