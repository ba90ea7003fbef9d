// SPDX-License-Identifier: GPL-2.0
// Redirects by a device map.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_DEVMAP);
  __uint(max_entries, 64);
  __type(key, u32);
  __type(value, struct bpf_devmap_val);
} devices SEC(".maps");

SEC("xdp")
int redirect(struct xdp_md *ctx) {
  return bpf_redirect_map(&devices, ctx->ingress_ifindex & 63, XDP_PASS);
}

char LICENSE[] SEC("license") = "GPL";
