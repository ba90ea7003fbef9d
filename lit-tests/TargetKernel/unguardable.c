// What no guard in the code helps with: older verifiers refuse it although it is never run. A program that is loaded only if
// the host asks for it may have it.
// RUN: not %bpfcc -c -ferror-limit=0 --target-kernel=4.19 -mcpu=v4 %s -o %t.no.o 2>&1 | FileCheck %s
// RUN: %bpfcc -c --target-kernel=4.19 -mcpu=v4 -Werror -DOPTIONAL='"?"' %s -o %t.o
// RUN: not %bpfcc -c --target-kernel=5.4 -DOPTIONAL='"?"' -DSTRONG %s -o %t.no.o 2>&1 | FileCheck --check-prefix=STRONG %s
// RUN: not %bpfcc -c -DCONSTANT %s -o %t.no.o 2>&1 | FileCheck --check-prefix=CONSTANT %s
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#ifndef OPTIONAL
#define OPTIONAL
#endif
enum bpf_func_id___new { BPF_FUNC_new___new = 1 };
#define IF_NEW if (bpf_core_enum_value_exists(enum bpf_func_id___new, BPF_FUNC_new___new))
long counter;
static long body(__u32 index, void *ctx) { return 0; }
SEC(OPTIONAL "socket") int program(void *ctx)
{
// CHECK: unguardable.c:[[@LINE+3]]:{{[0-9]+}}: error: global data: needs Linux 5.2; compiled for 4.19 [-Wbpf-instruction]
// CHECK: note: it is guarded, but older verifiers refuse it even in code that is never run
// CHECK: unguardable.c:[[@LINE+1]]:{{[0-9]+}}: error: an atomic operation other than add without its result: needs Linux 5.12; compiled for 4.19
	IF_NEW return __sync_fetch_and_or(&counter, 4);
// CHECK: unguardable.c:[[@LINE+1]]:{{[0-9]+}}: error: a jump that compares 32 bits: needs Linux 5.1
	IF_NEW for (int i = 0; i < 6400; ++i)
		bpf_get_prandom_u32();
// CHECK: unguardable.c:[[@LINE+1]]:{{[0-9]+}}: error: gotol: needs Linux 6.6
	IF_NEW __asm__ volatile("gotol 1f; 1:");
// CHECK: unguardable.c:[[@LINE+1]]:{{[0-9]+}}: error: may_goto: needs Linux 6.9
	IF_NEW __asm__ volatile("may_goto +0");
// CHECK: unguardable.c:[[@LINE+1]]:{{[0-9]+}}: error: bswap: needs Linux 6.6
	IF_NEW __asm__ volatile("r0 = bswap32 r0" ::: "r0");
// CHECK: unguardable.c:[[@LINE+1]]:{{[0-9]+}}: error: the address of a BPF function: needs Linux 5.13
	IF_NEW bpf_loop(4, body, ctx, 0);
	return 0;
}
#ifdef STRONG
extern void tcp_slow_start(void *sk, __u32 acked) __ksym;
SEC("?socket") int kfunc(void *ctx)
{
	IF_NEW tcp_slow_start(ctx, 1);
	return 0;
}
#endif
// STRONG: unguardable.c:[[@LINE-4]]:9: error: tcp_slow_start: needs Linux 5.13; compiled for 5.4 [-Wbpf-kfunc]
// STRONG: note: it is guarded, but libbpf refuses the object where a kfunc is not there, unless it is declared __weak
#ifdef CONSTANT
extern void tcp_slow_start(void *sk, __u32 acked) __ksym;
int always(void) { return bpf_ksym_exists(tcp_slow_start); }
#endif
// CONSTANT: error: static assertion failed{{.*}}tcp_slow_start should be marked as __weak
