// SPDX-License-Identifier: GPL-2.0
// Values of enumerators, and whether they are there.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

u64 found[6];

SEC("raw_tp/sys_enter")
int ask(void *ctx) {
  found[0] = bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_ringbuf_output);
  found[1] = bpf_core_enum_value(enum bpf_map_type, BPF_MAP_TYPE_RINGBUF);
  found[2] = bpf_core_enum_value_exists(enum bpf_attach_type, BPF_TRACE_ITER);
  found[3] = bpf_core_type_exists(enum bpf_link_type);
  found[4] = bpf_core_enum_value(enum hrtimer_restart, HRTIMER_RESTART);
  found[5] = BPF_ANY;
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
