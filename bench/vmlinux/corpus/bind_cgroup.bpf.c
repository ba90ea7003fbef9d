// SPDX-License-Identifier: GPL-2.0
// Rewrites the address that a service binds to.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

const volatile __u32 address = 0x0100007f;

SEC("cgroup/bind4")
int rewrite(struct bpf_sock_addr *ctx) {
  if (ctx->type != SOCK_STREAM || ctx->user_port != bpf_htons(8080))
    return 1;
  ctx->user_ip4 = address;
  return 1;
}

char LICENSE[] SEC("license") = "GPL";
