// What a named kernel lacks is an error at its line, unless the program asks first.
//
// RUN: rm -rf %t && mkdir %t && echo 'struct task { long id, state; } *t; void do_exit(long code) {} int tcp_connect(void *sk) { return 0; } typedef void (*btf_trace_sched_switch)(void *);enum e { A } e; btf_trace_sched_switch s; void (*f)(long) = do_exit;' > %t/old.c
// RUN: echo 'struct task { long id; unsigned int __state; } *t; typedef void (*btf_trace_sched_switch)(void *); enum e { A, B } e; btf_trace_sched_switch s; int vfs_open2(int x) { return x; }' > %t/new.c
// RUN: %clang_bpf -c %t/old.c -o %t/5.10.btf && %clang_bpf -c %t/new.c -o %t/6.1.btf
// RUN: not %bpfcc --vmlinux=none -c %s -o %t/a.o --target-btf=%t/5.10.btf --target-btf=%t/6.1.btf 2>&1 | FileCheck %s --implicit-check-not=error:
// RUN: not ls %t/a.o
// RUN: not %bpfcc --vmlinux=none -c %s -o %t/a.o --target-btf=%t/5.10.btf --diagnostics-format=json | FileCheck %s --check-prefix=JSON
// RUN: %bpfcc --vmlinux=none -c %s -o %t/a.o -MD -MF %t/a.d --target-btf=%t/5.10.btf --target-btf=%t/6.1.btf -Wno-bpf-core-relocation -Wno-bpf-core-target && FileCheck %s --check-prefix=DEPS < %t/a.d
// RUN: not %bpfbuild check %t/a.o --target-btf=%t/6.1.btf 2>&1 | FileCheck %s --check-prefix=CHECK-OBJECT
// RUN: not %bpfcc %t/a.o -o %t/linked.o --target-btf=%t/6.1.btf 2>&1 | FileCheck %s --check-prefix=CHECK-OBJECT
// RUN: not %bpfcc --vmlinux=none -c %s --target-btf=no-such-kernel 2>&1 | FileCheck %s --check-prefix=UNKNOWN
//
// UNKNOWN: error: unknown kernel 'no-such-kernel'
// DEPS: a.o:
// DEPS: 5.10.btf
// DEPS: 6.1.btf
#define SEC(name) __attribute__((section(name), used))
#define relocated __attribute__((preserve_access_index))
struct task { unsigned int __state; } relocated;
struct task___old { long state; } relocated;
enum e { B = 1 };
static void *(*get)(void) = (void *)35;
static long (*probe_read)(void *to, unsigned size, const void *from) = (void *)113;
char LICENSE[] SEC("license") = "GPL";

SEC("tp_btf/sched_switch") int asks(void *ctx)
{
	struct task___old *old = get();
	long x = 0;
	if (__builtin_preserve_field_info(old->state, 2))
		probe_read(&x, 8, &old->state);
	else
		probe_read(&x, 4, &((struct task *)old)->__state);
	return x;
}

SEC("tp_btf/sched_switch") int asks_not(void *ctx)
{
	struct task___old *old = get();
	long x = 0;
// CHECK: target-btf.c:[[@LINE+2]]:{{[0-9]+}}: error: struct task___old.state: struct task has no member 'state' in 6.1; did you mean '__state'? [-Wbpf-core-relocation]
// CHECK: for kernels without it, ask first: if (bpf_core_field_exists(struct task___old, state))
	probe_read(&x, 8, &old->state);
// JSON: {"severity":"error","check":"bpf-core-relocation","message":"enum e.B: enum e has no enumerator 'B' in 5.10","file":"{{.*}}target-btf.c","line":[[@LINE+2]]
// CHECK: target-btf.c:[[@LINE+1]]:{{[0-9]+}}: error: enum e.B: enum e has no enumerator 'B' in 5.10 [-Wbpf-core-relocation]
	return x + __builtin_preserve_enum_value(*(typeof(enum e) *)B, 1);
}
// CHECK-OBJECT: error: struct task___old.state: struct task has no member 'state' in 6.1
// CHECK-OBJECT: error: SEC("fentry/do_exit"): no function 'do_exit' in 6.1

// One that the host has to ask for may be missing.
SEC("?fentry/do_exit") int optional(void *ctx) { return 0; }
// CHECK: target-btf.c:[[@LINE+1]]:{{[0-9]+}}: warning: SEC("kprobe/tcp_connect"): no function 'tcp_connect' in 6.1 [-Wbpf-attach-target]
SEC("kprobe/tcp_connect") int probe(void *ctx) { return 0; }
// CHECK: target-btf.c:[[@LINE+2]]:{{[0-9]+}}: error: SEC("fentry/do_exit"): no function 'do_exit' in 6.1 [-Wbpf-core-target]
// CHECK: note: if a module has it, name a folder with the BTF of 6.1 and its modules
SEC("fentry/do_exit") int missing(void *ctx) { return 0; }
