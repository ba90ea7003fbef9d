// SPDX-License-Identifier: GPL-2.0
// Who sends which signal to whom.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct event {
  u32 from, to;
  int signal, error, code;
};

SEC("tp/signal/signal_generate")
int generated(struct trace_event_raw_signal_generate *ctx) {
  struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
  if (!e)
    return 0;
  e->from = bpf_get_current_pid_tgid() >> 32;
  e->to = ctx->pid;
  e->signal = ctx->sig;
  e->error = ctx->errno;
  e->code = ctx->code;
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
