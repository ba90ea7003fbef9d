// SPDX-License-Identifier: GPL-2.0
// Pages that are written back, by the reason.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u32);
  __type(value, u64);
} pages SEC(".maps");

SEC("tp/writeback/writeback_start")
int started(struct trace_event_raw_writeback_work_class *ctx) {
  u32 reason = ctx->reason;
  u64 count = ctx->nr_pages;
  bpf_map_update_elem(&pages, &reason, &count, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
