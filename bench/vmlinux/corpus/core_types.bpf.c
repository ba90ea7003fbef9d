// SPDX-License-Identifier: GPL-2.0
// Sizes and identities of types.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct no_such_type {
  int member;
};

u64 found[8];

SEC("raw_tp/sys_enter")
int ask(void *ctx) {
  found[0] = bpf_core_type_exists(struct io_uring_sqe);
  found[1] = bpf_core_type_size(struct sk_buff);
  found[2] = bpf_core_type_id_kernel(struct bpf_map);
  found[3] = bpf_core_type_id_local(struct list_head);
  found[4] = bpf_core_type_exists(struct no_such_type);
  found[5] = bpf_core_type_exists(union bpf_attr);
  found[6] = bpf_core_type_exists(wait_queue_head_t);
  found[7] = bpf_core_type_size(spinlock_t);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
