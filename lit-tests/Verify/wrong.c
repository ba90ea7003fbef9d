// Each program has one mistake, which only the verifier tells; the programs that follow it are judged all the same.
// REQUIRES: bpf, kernel-btf
// RUN: %bpfcc -w -Wno-bpf-memory -Wno-bpf-context -c %s -o %t.o
// RUN: not %bpfbuild verify %t.o > %t.table 2> %t.err
// RUN: FileCheck --implicit-check-not="'fine'" %s < %t.err
// RUN: FileCheck --check-prefix=BTF %s < %t.err
// RUN: FileCheck --check-prefix=TABLE %s < %t.table
// TABLE: refused    null_value: {{[1-9][0-9]*}} instructions
// TABLE: accepted   fine: {{[1-9][0-9]*}} instructions, {{[0-9]+}} states (at most {{[0-9]+}} at a time), stack 8 bytes
// What is refused is not written, and an error of the verifier is governed like any other check.
// RUN: rm -f %t.never.o && not %bpfcc -w -Wno-bpf-memory -Wno-bpf-context --verify -c %s -o %t.never.o 2> %t.err2
// RUN: not test -e %t.never.o
// RUN: FileCheck --implicit-check-not="'fine'" %s < %t.err2
// RUN: not %bpfbuild verify --diagnostics-format=json %t.o | FileCheck --check-prefix=JSON %s
// JSON: "check":"bpf-verifier"
// RUN: not %bpfbuild verify --json %t.o 2> %t.none | FileCheck --check-prefix=REPORT %s
// RUN: not %bpfbuild verify --kernel=running --html %t.o -o %t.html 2> %t.none && FileCheck --check-prefix=HTML %s < %t.html
// HTML: <!DOCTYPE html>
// HTML-NOT: <script
// HTML: <tr><th>program</th><th>running</th></tr>
// HTML: <tr><th>null_value<div class="stats">SEC(&quot;xdp&quot;)</div></th><td class="refused">refused
// HTML-SAME: <pre>{{.*}}wrong.c:{{[0-9]+}}:10: error: the kernel refuses &apos;null_value&apos;
// HTML: <td class="accepted">accepted
// HTML: </html>
// RUN: not %bpfbuild verify --junit %t.o -o %t.xml 2> %t.none
// RUN: %python -c "import sys, xml.etree.ElementTree as t; s = t.parse(sys.argv[1]).getroot()[0]; print(s.get('failures'), [c.get('name') for c in s if len(c) == 0])" %t.xml | FileCheck --check-prefix=JUNIT %s
// JUNIT: 11 ['fine']
// REPORT: "objection": [
// REPORT: "program": "null_value"
// REPORT: "verdict": "refused"
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
char LICENSE[] SEC("license") = "GPL";

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 10240);
  __type(key, __u32);
  __type(value, __u64);
} counts SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 4);
  __type(key, __u32);
  __type(value, __u64[4]);
} rows SEC(".maps");
struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 1 << 20);
} events SEC(".maps");
struct pair {
  __u8 kind;
  __u32 id;
};
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 16);
  __type(key, struct pair);
  __type(value, __u64);
} pairs SEC(".maps");

SEC("xdp") int null_value(struct xdp_md *ctx) {
  __u32 key = 1;
  __u64 *value = bpf_map_lookup_elem(&counts, &key);
  if (ctx->ingress_ifindex == 7)
    return XDP_DROP;
  return *value;
  // CHECK: wrong.c:[[#@LINE-1]]:10: error: {{.*}} refuses 'null_value': R0 invalid mem access 'map_value_or_null' [-Wbpf-verifier]
  // CHECK-NEXT: note: a map lookup gives null where the key is not there; compare its result with NULL before you use it (instruction {{[0-9]+}}: r{{[0-9]}} = *(u64 *)(r0 +0))
  // CHECK-NEXT: wrong.c:[[#@LINE-6]]:18: note: the value comes from this call of bpf_map_lookup_elem()
  // CHECK-NEXT: wrong.c:[[#@LINE-6]]:28: note: the way there: from this branch to line [[#@LINE-4]]
}

SEC("xdp") int packet(struct xdp_md *ctx) {
  unsigned char *data = (void *)(long)ctx->data;
  return data[12];
  // CHECK: wrong.c:[[#@LINE-1]]:10: error: {{.*}} refuses 'packet': invalid access to packet, off=12 size=1
  // CHECK-NEXT: note: the packet may end before this; compare the end of what you read with data_end first
}

SEC("xdp") int index_(struct xdp_md *ctx) {
  __u32 key = 0, i = ctx->ingress_ifindex;
  __u64 *row = bpf_map_lookup_elem(&rows, &key);
  if (!row)
    return 0;
  return row[i];
  // CHECK: wrong.c:[[#@LINE-1]]:10: error: {{.*}} refuses 'index_': R0 unbounded memory access
  // CHECK-NEXT: note: the verifier knows no upper limit of this number; limit it first
  // CHECK-NEXT: wrong.c:[[#@LINE-7]]:27: note: the value comes from here: r{{[0-9]}} = *(u32 *)(r1 +12)
}

SEC("xdp") int leak(struct xdp_md *ctx) {
  __u64 *record = bpf_ringbuf_reserve(&events, 8, 0);
  if (!record)
    return 0;
  *record = 1;
  if (ctx->ingress_ifindex == 3)
    return 1;
  bpf_ringbuf_submit(record, 0);
  return 0;
} // CHECK: wrong.c:[[#@LINE]]:1: error: {{.*}} refuses 'leak': Unreleased reference id=
// CHECK-NEXT: note: what was acquired, such as a ring buffer's record or a socket, is not given back on this path
// CHECK-NEXT: wrong.c:[[#@LINE-10]]:19: note: it was acquired here
// CHECK-NEXT: wrong.c:[[#@LINE-7]]:28: note: the way there: from this branch to line [[#@LINE-3]]

SEC("xdp") int full(struct xdp_md *ctx) {
  __u64 *record = bpf_ringbuf_reserve(&events, 8, 0);
  *record = ctx->ingress_ifindex;
  // CHECK: wrong.c:[[#@LINE-1]]:11: error: {{.*}} refuses 'full': R0 invalid mem access '{{(ringbuf_|alloc_)?}}mem_or_null'
  // CHECK-NEXT: note: {{a ring buffer that is full gives null|the memory may not have been given}}
  bpf_ringbuf_submit(record, 0);
  return 0;
}

SEC("tp_btf/sched_switch") int kernel_pointer(__u64 *ctx) {
  struct task_struct *task = (void *)bpf_get_current_task();
  return task->pid;
  // BTF: wrong.c:[[#@LINE-1]]:16: error: {{.*}} refuses 'kernel_pointer': R0 invalid mem access '{{scalar|inv}}'
  // BTF-NEXT: note: this is a number to the verifier, not a pointer; after a release, or a change of the packet, get the pointer again; read kernel memory with BPF_CORE_READ
  // BTF-NEXT: wrong.c:[[#@LINE-4]]:38: note: the value comes from this call of bpf_get_current_task()
}

SEC("xdp") int context(struct xdp_md *ctx) {
  return *(int *)((char *)ctx + 64);
  // CHECK: wrong.c:[[#@LINE-1]]:10: error: {{.*}} refuses 'context': invalid bpf_context access off=64 size=4
  // CHECK-NEXT: note: the context of this program type has no such member
}

SEC("xdp") int endless(struct xdp_md *ctx) {
  volatile int i = 0;
  while (1)
    i = 0;
  // CHECK: wrong.c:{{[0-9]+}}:3: error: {{.*}} refuses 'endless': infinite loop detected at insn {{[0-9]+}} [-Wbpf-verifier]
  // CHECK-NEXT: note: this loop does not change anything that could end it; bound it by a counter
  return i;
}

SEC("xdp") int unlimited(struct xdp_md *ctx) {
  char buffer[16] = {};
  __u32 n = ctx->ingress_ifindex;
  bpf_probe_read_kernel(buffer, n, ctx);
  // CHECK: wrong.c:[[#@LINE-1]]:3: error: {{.*}} refuses 'unlimited': R2 unbounded memory access
  // CHECK-NEXT: note: the verifier knows no upper limit of this number
  // CHECK-NEXT: wrong.c:[[#@LINE-4]]:18: note: the value comes from here
  return buffer[0];
}

static __noinline int helper_of(__u64 *row, __u32 i) {
  return row[i];
  // CHECK: wrong.c:[[#@LINE-1]]:10: error: {{.*}} refuses 'in_function': R{{[0-9]}} unbounded memory access
}
SEC("xdp") int in_function(struct xdp_md *ctx) {
  __u32 key = 0;
  __u64 *row = bpf_map_lookup_elem(&rows, &key);
  return row ? helper_of(row, ctx->ingress_ifindex) : 0;
}

SEC("cgroup/skb") int range(struct __sk_buff *skb) {
  return 9;
  // BTF: error: {{.*}} refuses 'range': At program exit the register R0 has
  // BTF-NEXT: note: the program returns a value that its type does not allow
}
SEC("xdp") int fine(struct xdp_md *ctx) {
  __u32 key = 1;
  __u64 *value = bpf_map_lookup_elem(&counts, &key);
  return value ? 1 : 2;
}
