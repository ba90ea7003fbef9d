// SPDX-License-Identifier: GPL-2.0
// Smoothed round trip times of TCP sockets.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u32);
  __type(value, u32);
} rtts SEC(".maps");

SEC("fentry/tcp_rcv_established")
int BPF_PROG(received, struct sock *sk) {
  struct tcp_sock *tcp = (struct tcp_sock *)sk;
  u32 address = BPF_CORE_READ(sk, __sk_common.skc_daddr);
  u32 rtt = BPF_CORE_READ(tcp, srtt_us) >> 3;
  bpf_map_update_elem(&rtts, &address, &rtt, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
