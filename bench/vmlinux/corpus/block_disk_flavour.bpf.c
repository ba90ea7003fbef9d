// SPDX-License-Identifier: GPL-2.0
// The disk of a request, which moved from one structure to another.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 256 * 1024);
} events SEC(".maps");

struct request_queue___new {
  struct gendisk *disk;
} __attribute__((preserve_access_index));
struct request___old {
  struct gendisk *rq_disk;
} __attribute__((preserve_access_index));

struct event {
  u32 major, minor;
  u64 sector;
  char name[32];
};

SEC("kprobe/blk_account_io_done")
int BPF_KPROBE(done, struct request *rq) {
  struct gendisk *disk;
  struct request___old *old = (void *)rq;
  if (bpf_core_field_exists(old->rq_disk)) {
    disk = BPF_CORE_READ(old, rq_disk);
  } else {
    struct request_queue___new *queue = (void *)BPF_CORE_READ(rq, q);
    disk = BPF_CORE_READ(queue, disk);
  }
  struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
  if (!e)
    return 0;
  e->major = BPF_CORE_READ(disk, major);
  e->minor = BPF_CORE_READ(disk, first_minor);
  e->sector = BPF_CORE_READ(rq, __sector);
  BPF_CORE_READ_STR_INTO(&e->name, disk, disk_name);
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
