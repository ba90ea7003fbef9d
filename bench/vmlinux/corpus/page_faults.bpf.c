// SPDX-License-Identifier: GPL-2.0
// Page faults by address and by the flags of the mapping.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_HASH);
  __uint(max_entries, 1024);
  __type(key, u32);
  __type(value, u64);
} faults SEC(".maps");

SEC("kprobe/handle_mm_fault")
int BPF_KPROBE(fault, struct vm_area_struct *vma, unsigned long address, unsigned int flags) {
  u32 pid = bpf_get_current_pid_tgid() >> 32;
  u64 key = address | (flags & FAULT_FLAG_WRITE) | (BPF_CORE_READ(vma, vm_mm, total_vm) & 2);
  bpf_map_update_elem(&faults, &pid, &key, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
