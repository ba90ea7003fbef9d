// SPDX-License-Identifier: GPL-2.0
// Round trips measured by socket operations.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 1024);
  __type(key, u64);
  __type(value, u32);
} rtts SEC(".maps");

SEC("sockops")
int measure(struct bpf_sock_ops *ops) {
  u64 cookie = bpf_get_socket_cookie(ops);
  u32 rtt;
  switch (ops->op) {
  case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
  case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
    bpf_sock_ops_cb_flags_set(ops, BPF_SOCK_OPS_RTT_CB_FLAG);
    break;
  case BPF_SOCK_OPS_RTT_CB:
    rtt = ops->srtt_us >> 3;
    bpf_map_update_elem(&rtts, &cookie, &rtt, BPF_ANY);
    break;
  }
  return 1;
}

char LICENSE[] SEC("license") = "GPL";
