// SPDX-License-Identifier: GPL-2.0
// Functions that work queues run.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u64);
  __type(value, u64);
} functions SEC(".maps");

SEC("tp_btf/workqueue_execute_start")
int BPF_PROG(started, struct work_struct *work) {
  u64 function = (u64)BPF_CORE_READ(work, func), now = bpf_ktime_get_ns();
  bpf_map_update_elem(&functions, &function, &now, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
