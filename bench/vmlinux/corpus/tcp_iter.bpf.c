// SPDX-License-Identifier: GPL-2.0
// Every TCP socket, by an iterator.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

SEC("iter/tcp")
int dump(struct bpf_iter__tcp *ctx) {
  struct sock_common *common = ctx->sk_common;
  if (!common)
    return 0;
  u32 line[3] = {common->skc_family, common->skc_state, common->skc_num};
  bpf_seq_write(ctx->meta->seq, line, sizeof(line));
  struct tcp_sock *tcp = bpf_skc_to_tcp_sock(common);
  if (tcp) {
    u32 unread = tcp->rcv_nxt - tcp->copied_seq;
    bpf_seq_write(ctx->meta->seq, &unread, sizeof(unread));
  }
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
