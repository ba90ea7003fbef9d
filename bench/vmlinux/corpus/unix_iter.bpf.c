// SPDX-License-Identifier: GPL-2.0
// Sockets of a Unix domain and the processes that made them.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

SEC("iter/unix")
int dump(struct bpf_iter__unix *ctx) {
  struct unix_sock *unix_sk = ctx->unix_sk;
  if (!unix_sk)
    return 0;
  struct sock *sk = (struct sock *)unix_sk;
  u64 line[2] = {sk->sk_type, BPF_CORE_READ(sk, sk_peer_pid, numbers[0].nr)};
  bpf_seq_write(ctx->meta->seq, line, sizeof(line));
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
