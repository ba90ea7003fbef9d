// SPDX-License-Identifier: GPL-2.0
// Life times of connections, by the state tracepoint.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, const void *);
  __type(value, u64);
} births SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event {
  u64 microseconds;
  u8 source[16], destination[16];
};

SEC("tp/sock/inet_sock_set_state")
int changed(struct trace_event_raw_inet_sock_set_state *ctx) {
  const void *sk = ctx->skaddr;
  u64 now = bpf_ktime_get_ns();
  int state = ctx->newstate;
  if (ctx->protocol != IPPROTO_TCP)
    return 0;
  if (state < TCP_FIN_WAIT1)
    bpf_map_update_elem(&births, &sk, &now, BPF_ANY);
  if (state != TCP_CLOSE)
    return 0;
  u64 *birth = bpf_map_lookup_elem(&births, &sk);
  struct event *e = birth ? bpf_ringbuf_reserve(&events, sizeof(*e), 0) : 0;
  if (!e)
    return 0;
  e->microseconds = (now - *birth) / 1000;
  bpf_probe_read_kernel(e->source, 16, ctx->saddr_v6);
  bpf_probe_read_kernel(e->destination, 16, ctx->daddr_v6);
  bpf_ringbuf_submit(e, 0);
  bpf_map_delete_elem(&births, &sk);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
