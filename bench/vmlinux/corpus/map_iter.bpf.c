// SPDX-License-Identifier: GPL-2.0
// Every BPF map, with its type and the memory that it takes.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

SEC("iter/bpf_map")
int dump(struct bpf_iter__bpf_map *ctx) {
  struct bpf_map *map = ctx->map;
  if (!map)
    return 0;
  u32 line[4] = {map->id, map->map_type, map->key_size, map->value_size};
  bpf_seq_write(ctx->meta->seq, line, sizeof(line));
  const struct btf *btf = map->btf;
  u32 id = btf ? BPF_CORE_READ(btf, id) : 0;
  bpf_seq_write(ctx->meta->seq, &id, sizeof(id));
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
