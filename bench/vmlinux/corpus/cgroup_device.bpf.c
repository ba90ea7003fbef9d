// SPDX-License-Identifier: GPL-2.0
// Which devices a cgroup may open.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

#define BPF_DEVCG_DEV_CHAR 2 // an enumerator that kernels do not use, so that BTF has none

SEC("cgroup/dev")
int allow(struct bpf_cgroup_dev_ctx *ctx) {
  if ((ctx->access_type & 0xffff) != BPF_DEVCG_DEV_CHAR)
    return 0;
  return ctx->major == 1 && (ctx->minor == 3 || ctx->minor == 5 || ctx->minor == 9);
}

char LICENSE[] SEC("license") = "GPL";
