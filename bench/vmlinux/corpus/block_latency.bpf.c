// SPDX-License-Identifier: GPL-2.0
// Latency of block requests, by device and operation.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, struct request *);
  __type(value, u64);
} started SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u32);
  __type(value, u64);
} slots SEC(".maps");

SEC("tp_btf/block_rq_issue")
int BPF_PROG(issued, struct request *rq) {
  u64 now = bpf_ktime_get_ns();
  bpf_map_update_elem(&started, &rq, &now, BPF_ANY);
  return 0;
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(completed, struct request *rq, int error, unsigned int bytes) {
  u64 *start = bpf_map_lookup_elem(&started, &rq);
  if (!start)
    return 0;
  u32 operation = BPF_CORE_READ(rq, cmd_flags) & 0xff;
  u64 delta = bpf_ktime_get_ns() - *start;
  bpf_map_update_elem(&slots, &operation, &delta, BPF_ANY);
  bpf_map_delete_elem(&started, &rq);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
