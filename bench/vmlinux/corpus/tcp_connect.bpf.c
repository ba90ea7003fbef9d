// SPDX-License-Identifier: GPL-2.0
// Connections by address, with bit-fields of the socket.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_endian.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event {
  __be32 saddr, daddr;
  __be16 dport;
  u16 family;
  u8 ipv6only, reuse;
};

SEC("kprobe/tcp_v4_connect")
int BPF_KPROBE(connecting, struct sock *sk) {
  struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
  if (!e)
    return 0;
  e->saddr = BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr);
  e->daddr = BPF_CORE_READ(sk, __sk_common.skc_daddr);
  e->dport = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
  e->family = BPF_CORE_READ(sk, __sk_common.skc_family);
  e->ipv6only = BPF_CORE_READ_BITFIELD_PROBED(sk, __sk_common.skc_ipv6only);
  e->reuse = BPF_CORE_READ_BITFIELD_PROBED(sk, __sk_common.skc_reuse);
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
