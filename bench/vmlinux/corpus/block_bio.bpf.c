// SPDX-License-Identifier: GPL-2.0
// Segments of block I/O.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, u32);
  __type(value, u32);
} sizes SEC(".maps");

SEC("kprobe/submit_bio_noacct")
int BPF_KPROBE(submitted, struct bio *bio) {
  u32 operation = BPF_CORE_READ(bio, bi_opf), size = BPF_CORE_READ(bio, bi_iter.bi_size);
  u16 segments = BPF_CORE_READ(bio, bi_vcnt);
  u32 key = operation << 16 | segments;
  bpf_map_update_elem(&sizes, &key, &size, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
