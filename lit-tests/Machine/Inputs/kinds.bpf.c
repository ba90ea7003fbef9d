// A program of each type that a live system often refuses. Each counts how often it ran.
#include <asm/ptrace.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/usdt.bpf.h>

#include "kinds.h"

char LICENSE[] SEC("license") = "GPL";

unsigned long long seen[KINDS];
int refused_nice; // the nice value that fmod_ret refuses
int watched_nice; // the one that the LSM program refuses

static void count(enum kind kind) {
  __sync_fetch_and_add(&seen[kind], 1);
}

SEC("kprobe/vfs_read")
int on_kprobe(void *ctx) {
  count(KPROBE);
  return 0;
}

SEC("kretprobe/vfs_read")
int on_kretprobe(void *ctx) {
  count(KRETPROBE);
  return 0;
}

SEC("?kprobe.multi/vfs_rea*")
int on_kprobe_multi(void *ctx) {
  count(KPROBE_MULTI);
  return 0;
}

SEC("ksyscall/getppid")
int on_ksyscall(void *ctx) {
  count(KSYSCALL);
  return 0;
}

SEC("uprobe")
int on_uprobe(struct pt_regs *ctx) {
  if (PT_REGS_PARM1(ctx) == 42)
    count(UPROBE);
  return 0;
}

SEC("uretprobe")
int on_uretprobe(struct pt_regs *ctx) {
  if (PT_REGS_RC(ctx) == 43)
    count(URETPROBE);
  return 0;
}

SEC("usdt")
int BPF_USDT(on_usdt, int number) {
  if (number == 42)
    count(USDT);
  return 0;
}

SEC("fentry/vfs_read")
int BPF_PROG(on_fentry) {
  count(FENTRY);
  return 0;
}

SEC("fexit/vfs_read")
int BPF_PROG(on_fexit) {
  count(FEXIT);
  return 0;
}

SEC("fmod_ret/security_task_setnice")
int BPF_PROG(on_fmod_ret, void *task, int nice, int result) {
  if (nice != refused_nice)
    return result;
  count(FMOD_RET);
  return -1; // -EPERM
}

SEC("lsm/task_setnice")
int BPF_PROG(on_lsm, void *task, int nice, int result) {
  if (nice != watched_nice)
    return result;
  count(LSM);
  return -1; // -EPERM
}

struct bpf_iter_meta {
  struct seq_file *seq;
  __u64 session_id, seq_num;
} __attribute__((preserve_access_index));
struct bpf_iter__task {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
} __attribute__((preserve_access_index));

SEC("iter/task")
int on_iter(struct bpf_iter__task *ctx) {
  static const char line[] = "task\n";
  if (ctx->task)
    bpf_seq_write(ctx->meta->seq, line, sizeof(line) - 1);
  return 0;
}

SEC("tc")
int on_tc(struct __sk_buff *skb) {
  count(TC);
  return TC_ACT_OK;
}

SEC("tc")
int on_tcx(struct __sk_buff *skb) {
  count(TCX);
  return TC_ACT_UNSPEC;
}

SEC("tc")
int on_netkit(struct __sk_buff *skb) {
  count(NETKIT);
  return TC_ACT_UNSPEC;
}

// A congestion control that does what it must. Members are matched by name, so those that it lacks may be left out.
struct tcp_congestion_ops {
  void (*init)(void *sock);
  __u32 (*ssthresh)(void *sock);
  void (*cong_avoid)(void *sock, __u32 ack, __u32 acked);
  __u32 (*undo_cwnd)(void *sock);
  char name[16];
};

SEC("struct_ops/on_init")
void BPF_PROG(on_init, void *sock) {
  count(STRUCT_OPS);
}

SEC("struct_ops/on_ssthresh")
__u32 BPF_PROG(on_ssthresh, void *sock) {
  return 2;
}

SEC("struct_ops/on_cong_avoid")
void BPF_PROG(on_cong_avoid, void *sock, __u32 ack, __u32 acked) {}

SEC("struct_ops/on_undo_cwnd")
__u32 BPF_PROG(on_undo_cwnd, void *sock) {
  return 2;
}

SEC(".struct_ops")
struct tcp_congestion_ops congestion = {
    .init = (void *)on_init,
    .ssthresh = (void *)on_ssthresh,
    .cong_avoid = (void *)on_cong_avoid,
    .undo_cwnd = (void *)on_undo_cwnd,
    .name = "bpf_attach",
};
