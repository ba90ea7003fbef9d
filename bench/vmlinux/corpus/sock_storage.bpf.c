// SPDX-License-Identifier: GPL-2.0
// Bytes by socket, in socket-local storage, from cgroup hooks.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_SK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, u64);
} bytes SEC(".maps");

SEC("cgroup_skb/egress")
int egress(struct __sk_buff *skb) {
  struct bpf_sock *sk = skb->sk;
  if (!sk)
    return 1;
  sk = bpf_sk_fullsock(sk);
  if (!sk)
    return 1;
  u64 *sum = bpf_sk_storage_get(&bytes, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
  if (sum)
    __sync_fetch_and_add(sum, skb->len);
  return 1;
}

char LICENSE[] SEC("license") = "GPL";
