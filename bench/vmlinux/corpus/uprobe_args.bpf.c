// SPDX-License-Identifier: GPL-2.0
// Arguments and return values of functions in user space.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

SEC("uprobe")
int BPF_KPROBE(entered, const char *name, size_t length) {
  char *text = bpf_ringbuf_reserve(&events, 64, 0);
  if (!text)
    return 0;
  bpf_probe_read_user_str(text, 64, name);
  bpf_ringbuf_submit(text, 0);
  return 0;
}

SEC("uretprobe")
int BPF_KRETPROBE(returned, long ret) {
  long *value = bpf_ringbuf_reserve(&events, sizeof(*value), 0);
  if (!value)
    return 0;
  *value = ret;
  bpf_ringbuf_submit(value, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
