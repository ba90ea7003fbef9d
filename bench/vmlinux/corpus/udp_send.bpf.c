// SPDX-License-Identifier: GPL-2.0
// Datagrams by destination, from the message header.
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
  u32 pid;
  __be32 address;
  u16 port;
  u64 length;
};

SEC("kprobe/udp_sendmsg")
int BPF_KPROBE(sending, struct sock *sk, struct msghdr *message, size_t length) {
  struct sockaddr_in *to = BPF_CORE_READ(message, msg_name);
  struct event *e = to ? bpf_ringbuf_reserve(&events, sizeof(*e), 0) : 0;
  if (!e)
    return 0;
  e->pid = bpf_get_current_pid_tgid() >> 32;
  e->address = BPF_CORE_READ(to, sin_addr.s_addr);
  e->port = bpf_ntohs(BPF_CORE_READ(to, sin_port));
  e->length = length;
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
