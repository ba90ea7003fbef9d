// SPDX-License-Identifier: GPL-2.0
// The congestion control of a socket and what it has in flight.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event {
  char name[16];
  u32 window, out, lost;
  u8 state;
};

SEC("kprobe/tcp_retransmit_skb")
int BPF_KPROBE(retransmitted, struct sock *sk) {
  struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
  if (!e)
    return 0;
  const struct inet_connection_sock *icsk = (void *)sk;
  const struct tcp_sock *tcp = (void *)sk;
  BPF_CORE_READ_STR_INTO(&e->name, icsk, icsk_ca_ops, name);
  e->window = BPF_CORE_READ(tcp, snd_cwnd);
  e->out = BPF_CORE_READ(tcp, packets_out);
  e->lost = BPF_CORE_READ(tcp, lost_out);
  e->state = BPF_CORE_READ_BITFIELD_PROBED(icsk, icsk_ca_state);
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
