// Mistakes in packets, contexts, arguments, values of maps, references and results, each at its line, on every kernel; -DCORRECTED
// takes each away, and nothing is said.
// REQUIRES: bpf, kernel-btf
// RUN: %bpfcc -w -Wno-bpf-memory -Wno-bpf-context -c %s -o %t.o && %bpfcc -DCORRECTED -c %s -o %t.right.o
// RUN: not %bpfbuild verify %t.o > %t.out 2> %t.err && FileCheck %s < %t.err
// RUN: %bpfbuild verify %t.right.o > %t.right.out 2> %t.right.err && count 0 < %t.right.err
// RUN: grep -c refused %t.out | FileCheck --check-prefix=COUNT %s && grep -c accepted %t.right.out | FileCheck --check-prefix=COUNT %s
// COUNT: 33
#include "vmlinux.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "Inputs/twins.h"

char LICENSE[] SEC("license") = "GPL";

struct sixteen {
  __u32 item[16];
};
struct locked {
  struct bpf_spin_lock lock;
  __u32 count;
};
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 4);
  __type(key, __u32);
  __type(value, struct sixteen);
} tables SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 4);
  __type(key, __u32);
  __type(value, struct locked);
} locks SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 4096);
} events SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, 4);
  __type(key, __u32);
  __type(value, __u32);
} programs SEC(".maps");

static void *data_of(struct xdp_md *ctx) {
  return (void *)(long)ctx->data;
}
static void *end_of(struct xdp_md *ctx) {
  return (void *)(long)ctx->data_end;
}

//===----------------------------------------------------------------------===//
// Packets and contexts
//===----------------------------------------------------------------------===//

SEC("xdp") int check_reversed(struct xdp_md *ctx) {
  __u8 *byte = data_of(ctx);
  if ((void *)(byte + 4) WRONG(<) RIGHT(>) end_of(ctx))
    return XDP_PASS;
  return byte[3];
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'check_reversed': invalid access to packet, off=3 size=1
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: the packet may end before this; compare the end

SEC("xdp") int check_too_short(struct xdp_md *ctx) {
  struct ethhdr *eth = data_of(ctx);
  if ((void *)eth + WRONG(12) RIGHT(sizeof(*eth)) > end_of(ctx))
    return XDP_PASS;
  return eth->h_proto == bpf_htons(0x0800);
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'check_too_short': invalid access to packet, off=12 size=2
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: the packet may end before this; compare the end

SEC("xdp") int unbounded_offset(struct xdp_md *ctx) {
  __u32 offset = ctx->rx_queue_index;
  RIGHT(offset &= 0xff;)
  __u8 *byte = data_of(ctx) + offset;
  if ((void *)(byte + 1) > end_of(ctx))
    return XDP_PASS;
  return *byte;
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'unbounded_offset': invalid access to packet, off=0 size=1
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: the packet may end before this; compare the end

SEC("xdp") int reads_end(struct xdp_md *ctx) {
  __u8 *byte = WRONG(end_of(ctx)) RIGHT(data_of(ctx));
  RIGHT(if ((void *)(byte + 1) > end_of(ctx)) return XDP_PASS;)
  return *byte;
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'reads_end': R{{[0-9]+}} invalid mem access 'pkt_end'
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: data_end is only there to be compared with; read

SEC("xdp") int adds_pointers(struct xdp_md *ctx) {
  __u64 sum = ctx->data;
  WRONG(sum += (__u64)end_of(ctx); asm volatile("%0 += %1" : "+r"(sum) : "r"(data_of(ctx)));)
  return sum != 0;
}
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}error: {{.*}} refuses 'adds_pointers': R{{[0-9]+}} pointer += pointer prohibited
// CHECK-DAG: faults.c:[[#@LINE-4]]:{{.*}}note: two pointers cannot be added

SEC("xdp") int masks_pointer(struct xdp_md *ctx) {
  void *data = data_of(ctx);
  WRONG(asm volatile("%0 &= -8" : "+r"(data));)
  if (data + 1 > end_of(ctx))
    return XDP_PASS;
  return *(__u8 *)data;
}
// CHECK-DAG: faults.c:[[#@LINE-5]]:{{.*}}error: {{.*}} refuses 'masks_pointer': R{{[0-9]+}} bitwise operator &= on pointer prohibited
// CHECK-DAG: faults.c:[[#@LINE-6]]:{{.*}}note: this operation is not allowed on pointers; mask the

SEC("xdp") int wide_context(struct xdp_md *ctx) {
  return *(volatile WRONG(__u64) RIGHT(__u32) *)&ctx->data != 0;
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'wide_context': R{{[0-9]+}} pointer arithmetic on pkt_end prohibited
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: this kind of pointer takes no offset

SEC("xdp") int computed_context(struct xdp_md *ctx) {
  void *place = ctx;
  WRONG(place += ctx->rx_queue_index & 4;)
  asm volatile("" : "+r"(place));
  return *(volatile __u32 *)(place + offsetof(struct xdp_md, ingress_ifindex)) != 0;
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'computed_context': variable ctx access var_off=(0x0
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: the context can only be read at constant offsets;

SEC("tc") int writes_length(struct __sk_buff *skb) {
  skb->WRONG(len) RIGHT(mark) = 1;
  return 0;
}
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}error: {{.*}} refuses 'writes_length': invalid bpf_context access off=0 size=4
// CHECK-DAG: faults.c:[[#@LINE-4]]:{{.*}}note: the context of this program type has no such

SEC("cgroup/connect4") int other_family(struct bpf_sock_addr *ctx) {
  ctx->WRONG(user_ip6[0]) RIGHT(user_ip4) = 0;
  return 1;
}
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}error: {{.*}} refuses 'other_family': invalid bpf_context access off=8 size=4
// CHECK-DAG: faults.c:[[#@LINE-4]]:{{.*}}note: the context of this program type has no such

SEC("raw_tp/sched_switch") int many_arguments(__u64 *ctx) {
  return ctx[WRONG(30) RIGHT(1)] != 0;
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'many_arguments': invalid bpf_context access off=240 size=8
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: the context of this program type has no such

SEC("xdp") int atomic_on_context(struct xdp_md *ctx) {
  __u32 count = 0;
  __u32 *place = WRONG((__u32 *)ctx) RIGHT(&count);
  asm volatile("lock *(u32 *)(%0 + 0) += %1" ::"r"(place), "r"(count) : "memory");
  return 0;
}
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}error: {{.*}} refuses 'atomic_on_context': {{BPF_ATOMIC|BPF_XADD}} stores into R1 ctx is not allowed

//===----------------------------------------------------------------------===//
// Arguments of helpers
//===----------------------------------------------------------------------===//

SEC("xdp") int number_as_key(struct xdp_md *ctx) {
  __u32 key = 1;
  return bpf_map_lookup_elem(&tables, WRONG((void *)1) RIGHT(&key)) != 0;
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'number_as_key': R2 type={{scalar|inv}} expected=fp, pkt
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: the argument is of another kind than the helper

SEC("xdp") int moved_map(struct xdp_md *ctx) {
  __u32 key = 1;
  void *map = &tables;
  WRONG(asm volatile("%0 += 8" : "+r"(map));)
  return bpf_map_lookup_elem(map, &key) != 0;
}
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}error: {{.*}} refuses 'moved_map': R{{[0-9]+}} pointer arithmetic on map_ptr prohibited
// CHECK-DAG: faults.c:[[#@LINE-4]]:{{.*}}note: this kind of pointer takes no offset

SEC("xdp") int stack_as_context(struct xdp_md *ctx) {
  __u64 place[4] = {};
  bpf_tail_call(WRONG(place) RIGHT(ctx), &programs, 1);
  return 0;
}
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}error: {{.*}} refuses 'stack_as_context': R{{[0-9]+}} type=fp expected=ctx
// CHECK-DAG: faults.c:[[#@LINE-4]]:{{.*}}note: the argument is of another kind than the helper

SEC("raw_tp/sched_switch") int name_too_long(__u64 *ctx) {
  char name[16];
  return bpf_get_current_comm(name, WRONG(32) RIGHT(16));
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'name_too_long': invalid {{write|indirect access}} to stack R1 off=-16 size=32

SEC("xdp") int variable_reservation(struct xdp_md *ctx) {
  __u32 size = WRONG(ctx->rx_queue_index & 63) RIGHT(8);
  void *record = bpf_ringbuf_reserve(&events, size, 0);
  if (record)
    bpf_ringbuf_discard(record, 0);
  return 0;
}
// CHECK-DAG: faults.c:[[#@LINE-5]]:{{.*}}error: {{.*}} refuses 'variable_reservation': R2 {{is not a known constant|unbounded size}}

SEC("xdp") int unknown_number(struct xdp_md *ctx) {
  long (*helper)(void) = (void *)WRONG(9999L) RIGHT(5L);
  return helper() & 1;
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'unknown_number': invalid func unknown#9999
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: this kernel lacks the helper

SEC("xdp") int unchecked_in_helper(struct xdp_md *ctx) {
  __u32 *key = data_of(ctx);
  RIGHT(if ((void *)(key + 1) > end_of(ctx)) return XDP_PASS;)
  return bpf_map_lookup_elem(&tables, key) != 0;
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'unchecked_in_helper': invalid access to packet, off=0 size=4
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: the packet may end before this; compare the end

SEC("raw_tp/sched_switch") int lock_in_tracing(__u64 *ctx) {
  __u32 key = 0;
  __u32 *value = bpf_map_lookup_elem(&WRONG(locks) RIGHT(tables), &key);
  if (value)
    value[1] = 1;
  return 0;
}
// CHECK-DAG: faults.c:[[#@LINE-7]]:{{.*}}error: {{.*}} refuses 'lock_in_tracing': tracing progs cannot use bpf_spin_lock yet
// CHECK-DAG: faults.c:[[#@LINE-8]]:{{.*}}note: programs of this type may not use maps whose

//===----------------------------------------------------------------------===//
// Values of maps
//===----------------------------------------------------------------------===//

SEC("xdp") int negative_index(struct xdp_md *ctx) {
  __u32 key = 0;
  struct sixteen *table = bpf_map_lookup_elem(&tables, &key);
  WRONG(int) RIGHT(__u32) index = ctx->rx_queue_index;
  if (!table || index >= 16)
    return 0;
  asm volatile("" : "+r"(index));
  return table->item[index];
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'negative_index': math between map_value pointer and register with unbounded min value is not allowed
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: the offset has no lower limit; limit it first

SEC("xdp") int one_too_many(struct xdp_md *ctx) {
  __u32 key = 0;
  struct sixteen *table = bpf_map_lookup_elem(&tables, &key);
  __u64 index = ctx->rx_queue_index;
  if (!table || index WRONG(>) RIGHT(>=) 16)
    return 0;
  return table->item[index];
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'one_too_many': invalid access to map value, value_size=64 off=64 size=4
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: the index may be too large; compare it with

SEC("xdp") int two_locks(struct xdp_md *ctx) {
  __u32 first = 0, second = 1;
  struct locked *a = bpf_map_lookup_elem(&locks, &first), *b = bpf_map_lookup_elem(&locks, &second);
  if (!a || !b)
    return 0;
  bpf_spin_lock(&a->lock);
  RIGHT(bpf_spin_unlock(&a->lock);)
  bpf_spin_lock(&b->lock);
  bpf_spin_unlock(&b->lock);
  WRONG(bpf_spin_unlock(&a->lock);)
  return 0;
}
// CHECK-DAG: faults.c:[[#@LINE-5]]:{{.*}}error: {{.*}} refuses 'two_locks': function calls are not allowed while holding a lock
// CHECK-DAG: faults.c:[[#@LINE-6]]:{{.*}}note: unlock before you call a function

//===----------------------------------------------------------------------===//
// References
//===----------------------------------------------------------------------===//

SEC("xdp") int written_after_submit(struct xdp_md *ctx) {
  __u64 *record = bpf_ringbuf_reserve(&events, 8, 0);
  if (!record)
    return 0;
  RIGHT(*(volatile __u64 *)record = 1;)
  bpf_ringbuf_submit(record, 0);
  WRONG(*(volatile __u64 *)record = 1;)
  return 0;
}
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}error: {{.*}} refuses 'written_after_submit': R6 invalid mem access '{{scalar|inv}}'
// CHECK-DAG: faults.c:[[#@LINE-4]]:{{.*}}note: this is a number to the verifier, not a

SEC("xdp") int submitted_twice(struct xdp_md *ctx) {
  __u64 *record = bpf_ringbuf_reserve(&events, 8, 0);
  if (!record)
    return 0;
  *record = 1;
  bpf_ringbuf_submit(record, 0);
  WRONG(bpf_ringbuf_submit(record, 0);)
  return 0;
}
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}error: {{.*}} refuses 'submitted_twice': R1 type={{scalar|inv}} expected={{.*}}mem
// CHECK-DAG: faults.c:[[#@LINE-4]]:{{.*}}note: the argument is of another kind than the helper

SEC("xdp") int submitted_unchecked(struct xdp_md *ctx) {
  __u64 *record = bpf_ringbuf_reserve(&events, 8, 0);
  RIGHT(if (record))
    bpf_ringbuf_submit(record, 0);
  return 0;
}
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}error: {{.*}} refuses 'submitted_unchecked': R1 type={{.*}}mem_or_null expected={{.*}}mem
// CHECK-DAG: faults.c:[[#@LINE-4]]:{{.*}}note: the pointer may be null; compare it with NULL

SEC("xdp") int beyond_record(struct xdp_md *ctx) {
  __u64 *record = bpf_ringbuf_reserve(&events, WRONG(8) RIGHT(16), 0);
  if (!record)
    return 0;
  record[1] = 1;
  bpf_ringbuf_submit(record, 0);
  return 0;
}
// CHECK-DAG: faults.c:[[#@LINE-4]]:{{.*}}error: {{.*}} refuses 'beyond_record': invalid access to memory, mem_size=8 off=8 size=8
// CHECK-DAG: faults.c:[[#@LINE-5]]:{{.*}}note: the index or offset may be too large or

SEC("tc") int releases_what_is_not_its(struct __sk_buff *skb) {
  struct bpf_sock_tuple tuple = {};
  struct bpf_sock *sock = WRONG(skb->sk) RIGHT(bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple.ipv4), -1, 0));
  if (!sock)
    return 0;
  WRONG(sock = bpf_sk_fullsock(sock); if (!sock) return 0;)
  bpf_sk_release(sock);
  return 0;
}
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}error: {{.*}} refuses 'releases_what_is_not_its': {{R1 must be referenced when passed to release function|.*reference has not been acquired before}}

//===----------------------------------------------------------------------===//
// Results, and kernel memory
//===----------------------------------------------------------------------===//

SEC("cgroup_skb/ingress") int other_result(struct __sk_buff *skb) {
  return WRONG(5) RIGHT(1);
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'other_result': At program exit the register R0 has {{smin=5 smax=5|value \(0x5; 0x0\)}} should have been in
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: the program returns a value that its type does

SEC("cgroup_skb/egress") int unreachable(struct __sk_buff *skb) {
  int result RIGHT(= 1);
  WRONG(asm volatile("exit");)
  return result;
}
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}error: {{.*}} refuses 'unreachable': unreachable insn 1
// CHECK-DAG: faults.c:[[#@LINE-4]]:{{.*}}note: code is never reached; does a function end without

SEC("tp_btf/sched_switch") int argument_that_is_not_there(__u64 *ctx) {
  return ctx[WRONG(9) RIGHT(1)] != 0;
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'argument_that_is_not_there': func 'sched_switch' doesn't have {{7|10}}-th argument
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: the context of this program type has no such

SEC("tp_btf/sched_switch") int beyond_struct(__u64 *ctx) {
  struct task_struct *task = (void *)ctx[1];
  return *(volatile int *)((void *)task + WRONG(1000000) RIGHT(offsetof(struct task_struct, pid))) != 0;
}
// CHECK-DAG: faults.c:[[#@LINE-2]]:{{.*}}error: {{.*}} refuses 'beyond_struct': access beyond struct task_struct at off 1000000 size 4
// CHECK-DAG: faults.c:[[#@LINE-3]]:{{.*}}note: the access reaches beyond the kernel's structure; does its

SEC("raw_tp/sched_switch") int untyped_argument(__u64 *ctx) {
  struct task_struct *task = (void *)ctx[1];
  int pid = 0;
  WRONG(pid = task->pid;)
  RIGHT(bpf_probe_read_kernel(&pid, sizeof(pid), &task->pid);)
  return pid != 0;
}
// CHECK-DAG: faults.c:[[#@LINE-4]]:{{.*}}error: {{.*}} refuses 'untyped_argument': R1 invalid mem access '{{scalar|inv}}'
// CHECK-DAG: faults.c:[[#@LINE-5]]:{{.*}}note: this is a number to the verifier, not a
