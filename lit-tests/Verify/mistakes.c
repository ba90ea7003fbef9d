// More that only the verifier tells; each diagnostic stands at the line of the mistake.
// REQUIRES: bpf, kernel-btf
// RUN: %bpfcc -w -Wno-bpf-map-helper -Wno-bpf-helper-type -Wno-bpf-memory -Wno-bpf-context -c %s -o %t.o
// RUN: not %bpfbuild verify %t.o > %t.out 2> %t.err
// RUN: FileCheck %s < %t.err
// RUN: %bpfcc -DCORRECTED -c %s -o %t.right.o && %bpfbuild verify %t.right.o > %t.right.out 2> %t.right.err
// RUN: count 0 < %t.right.err && grep -c accepted %t.right.out | FileCheck --check-prefix=TWINS %s
// TWINS: 19
// RUN: FileCheck --check-prefix=TABLE --implicit-check-not=accepted %s < %t.out
// TABLE: refused    still_locked
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "Inputs/twins.h"
char LICENSE[] SEC("license") = "GPL";

struct locked {
  struct bpf_spin_lock lock;
  __u32 n;
};
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 16);
  __type(key, __u32);
  __type(value, struct locked);
} locks SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 4);
  __type(key, __u32);
  __type(value, __u64);
} numbers SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 4);
  __uint(map_flags, BPF_F_RDONLY_PROG);
  __type(key, __u32);
  __type(value, __u64);
} constants SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_PROG_ARRAY);
  __uint(max_entries, 4);
  __type(key, __u32);
  __type(value, __u32);
} calls SEC(".maps");
const volatile int limit = 3;

SEC("xdp") int still_locked(struct xdp_md *ctx) {
  __u32 key = 0;
  struct locked *value = bpf_map_lookup_elem(&locks, &key);
  if (!value)
    return 0;
  bpf_spin_lock(&value->lock);
  value->n++; RIGHT(bpf_spin_unlock(&value->lock);)
  return 0;
}
// CHECK: mistakes.c:[[#@LINE-1]]:{{[0-9]+}}: error: {{.*}} refuses 'still_locked': {{.*}}bpf_spin_{{unlock is missing|lock-ed region}}
// CHECK-NEXT: note: the lock is still held here

SEC("xdp") int never_locked(struct xdp_md *ctx) {
  __u32 key = 0;
  struct locked *value = bpf_map_lookup_elem(&locks, &key);
  if (value)
    WRONG(bpf_spin_unlock(&value->lock)) RIGHT(value->n = 1);
  return 0;
}
// CHECK: mistakes.c:[[#@LINE-3]]:{{[0-9]+}}: error: {{.*}} refuses 'never_locked': bpf_spin_unlock without taking a lock
// CHECK-NEXT: note: no lock is held here

SEC("xdp") int calls_locked(struct xdp_md *ctx) {
  __u32 key = 0;
  struct locked *value = bpf_map_lookup_elem(&locks, &key);
  if (!value)
    return 0;
  RIGHT(__u32 now = bpf_ktime_get_ns();) bpf_spin_lock(&value->lock);
  value->n = WRONG(bpf_ktime_get_ns()) RIGHT(now);
  bpf_spin_unlock(&value->lock);
  return 0;
}
// CHECK: mistakes.c:[[#@LINE-4]]:{{[0-9]+}}: error: {{.*}} refuses 'calls_locked': function calls are not allowed while holding a lock
// CHECK-NEXT: note: unlock before you call a function

SEC("xdp") int beyond_value(struct xdp_md *ctx) {
  __u32 key = 0;
  __u64 *value = bpf_map_lookup_elem(&numbers, &key);
  return value ? value[WRONG(1) RIGHT(0)] : 0;
}
// CHECK: mistakes.c:[[#@LINE-2]]:{{[0-9]+}}: error: {{.*}} refuses 'beyond_value': invalid access to map value, value_size=8 off=8 size=8; R0 min value is outside
// CHECK-NEXT: note: the index or offset may be too large

SEC("xdp") int read_only_map(struct xdp_md *ctx) {
  __u32 key = 0;
  __u64 *value = bpf_map_lookup_elem(&WRONG(constants) RIGHT(numbers), &key);
  if (value)
    *value = 1;
  return 0;
}
// CHECK: mistakes.c:[[#@LINE-3]]:{{[0-9]+}}: error: {{.*}} refuses 'read_only_map': write into map forbidden, value_size=8 off=0 size=8
// CHECK-NEXT: note: the map, or the section of read-only data, cannot be written

SEC("xdp") int read_only_data(struct xdp_md *ctx) {
  WRONG(*(volatile int *)&limit = 4;)
  return 0;
}
// CHECK: mistakes.c:[[#@LINE-3]]:{{[0-9]+}}: error: {{.*}} refuses 'read_only_data': write into map forbidden, value_size=4
// CHECK-NEXT: note: the map, or the section of read-only data, cannot be written

SEC("xdp") int tail_call_by_array(struct xdp_md *ctx) {
  bpf_tail_call(ctx, &WRONG(numbers) RIGHT(calls), 0);
  return 0;
}
// CHECK: mistakes.c:[[#@LINE-3]]:{{[0-9]+}}: error: {{.*}} refuses 'tail_call_by_array': {{expected prog array map for tail call|kernel subsystem misconfigured verifier}} [
// CHECK-NEXT: note: {{.*}}BPF_MAP_TYPE_PROG_ARRAY

SEC("xdp") int looks_up_programs(struct xdp_md *ctx) {
  __u32 key = 0;
  return bpf_map_lookup_elem(&WRONG(calls) RIGHT(numbers), &key) != 0;
}
// CHECK: mistakes.c:[[#@LINE-2]]:{{[0-9]+}}: error: {{.*}} refuses 'looks_up_programs': cannot pass map_type 3 into func bpf_map_lookup_elem#1
// CHECK-NEXT: note: this helper does not take maps of this type

SEC("xdp") int writes_context(struct xdp_md *ctx) {
  WRONG(ctx->ingress_ifindex = 1;)
  return 0;
}
// CHECK: mistakes.c:[[#@LINE-3]]:{{[0-9]+}}: error: {{.*}} refuses 'writes_context': invalid bpf_context access off=12 size=4
// CHECK-NEXT: note: the context of this program type has no such member

SEC("xdp") int sleeps(struct xdp_md *ctx) {
  char buffer[8] = {};
  return WRONG(bpf_copy_from_user(buffer, sizeof(buffer), 0)) RIGHT(bpf_xdp_adjust_head(ctx, buffer[0]));
}
// CHECK: mistakes.c:[[#@LINE-2]]:{{[0-9]+}}: error: {{.*}} refuses 'sleeps': {{helper call might sleep in a non-sleepable prog|(unknown func|program of this type cannot use helper) bpf_copy_from_user#148}}
// CHECK-NEXT: note: {{.*(program may not; use a sleepable section|programs of this type may not call)}}

SEC("xdp") int after_move(struct xdp_md *ctx) {
  unsigned char *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
  if (data + 4 > end)
    return 1;
  WRONG(bpf_xdp_adjust_head(ctx, -4);)
  return data[0];
}
// CHECK: mistakes.c:[[#@LINE-2]]:{{[0-9]+}}: error: {{.*}} refuses 'after_move': R{{[0-9]}} invalid mem access '{{scalar|inv}}'
// CHECK-NEXT: note: {{.*}}after a release, or a change of the packet, get the pointer again

SEC("xdp") int stack_index(struct xdp_md *ctx) {
  volatile char buffer[16] = {};
  return buffer[ctx->ingress_ifindex RIGHT(&15)];
}
// CHECK: mistakes.c:[[#@LINE-2]]:{{[0-9]+}}: error: {{.*}} refuses 'stack_index': invalid unbounded variable-offset read from stack
// CHECK-NEXT: note: the index into an array on the stack has no limit

int deeper(int n);
SEC("xdp") int huge_stack(struct xdp_md *ctx) {
  volatile char buffer[WRONG(300) RIGHT(30)] = {};
  return buffer[0] + deeper(3);
}
// CHECK: mistakes.c:{{[0-9:]+}} error: {{.*}} refuses 'huge_stack': combined stack size of 2 calls is
// CHECK-NEXT: note: the stacks of the functions that call each other exceed 512 bytes
__noinline int deeper(int n) {
  volatile char buffer[300] = {};
  return buffer[2] + n;
}

SEC("xdp") int multiplied(struct xdp_md *ctx) {
  __u64 data = (long)ctx->data;
  unsigned char *end = (void *)(data WRONG(* 2));
  return WRONG(*end) RIGHT(end != 0);
}
// CHECK: mistakes.c:[[#@LINE-3]]:{{[0-9]+}}: error: {{.*}} refuses 'multiplied': R{{[0-9]}} pointer arithmetic with <<= operator prohibited
// CHECK-NEXT: note: this operation is not allowed on pointers

SEC("xdp") int no_socket_release(struct xdp_md *ctx) {
  struct bpf_sock_tuple tuple = {};
  struct bpf_sock *sock = bpf_sk_lookup_tcp(ctx, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
  RIGHT(if (sock) bpf_sk_release(sock);) return sock != 0;
}
// CHECK: mistakes.c:[[#@LINE-2]]:{{[0-9]+}}: error: {{.*}} refuses 'no_socket_release': Unreleased reference id=
// CHECK-NEXT: note: what was acquired, such as a ring buffer's record or a socket, is not given back

SEC("xdp") int socket_unasked(struct xdp_md *ctx) {
  struct bpf_sock_tuple tuple = {};
  struct bpf_sock *sock = bpf_sk_lookup_tcp(ctx, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
  int family = RIGHT(!sock ? 0 :) sock->family;
  RIGHT(if (sock)) bpf_sk_release(sock);
  return family;
}
// CHECK: mistakes.c:[[#@LINE-4]]:{{[0-9]+}}: error: {{.*}} refuses 'socket_unasked': R0 invalid mem access 'sock_or_null'
// CHECK-NEXT: note: no socket may have been found

SEC("xdp") int used_after_release(struct xdp_md *ctx) {
  struct bpf_sock_tuple tuple = {};
  struct bpf_sock *sock = bpf_sk_lookup_tcp(ctx, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
  if (!sock)
    return 0;
  RIGHT(int family = sock->family;) bpf_sk_release(sock);
  return WRONG(sock->family) RIGHT(family);
}
// CHECK: mistakes.c:[[#@LINE-2]]:{{[0-9]+}}: error: {{.*}} refuses 'used_after_release': R{{[0-9]}} invalid mem access '{{scalar|inv}}'
// CHECK-NEXT: note: {{.*}}after a release, or a change of the packet, get the pointer again

SEC("tp_btf/sched_switch") int writes_kernel(__u64 *ctx) {
  struct task_struct *task = (void *)ctx[1];
  WRONG(task->pid = 1;)
  return 0;
}
// CHECK: mistakes.c:[[#@LINE-3]]:{{[0-9]+}}: error: {{.*}} refuses 'writes_kernel': only read is supported
// CHECK-NEXT: note: a kernel structure that is reached by a typed pointer cannot be written

SEC("tp_btf/sched_switch") int wrong_helper(__u64 *ctx) {
  return WRONG(bpf_xdp_adjust_head((void *)ctx, 4)) RIGHT(bpf_get_smp_processor_id());
}
// CHECK: mistakes.c:[[#@LINE-2]]:{{[0-9]+}}: error: {{.*}} refuses 'wrong_helper': {{program of this type cannot use helper|unknown func}} bpf_xdp_adjust_head#44
// CHECK-NEXT: note: {{.*}}programs of this type may not call
