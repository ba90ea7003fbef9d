// Code behind what no verifier knows to be a constant is reached, however constant it looks; the member that is read does not exist. The verifiers of
// Linux 6.1 refuse all of these.
//
// RUN: rm -rf %t && mkdir %t && echo 'struct task_struct { char comm[16]; } *t; struct __sk_buff { int len; } *s;' > %t/k.c && %clang_bpf -c %t/k.c -o %t/6.1.btf
// RUN: %clang_bpf -mcpu=v3 -I%source/headers/bpf_helpers -c %s -o %t/a.o && %bpfbuild relocs %t/a.o --btf=%t/6.1.btf | FileCheck %s --implicit-check-not=guarded:
// CHECK-COUNT-7: broken: struct task_struct has no member 'nosuch'
// CHECK: 7 broken
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))
#define relocated __attribute__((preserve_access_index))
struct task_struct { char comm[16]; } relocated;
struct task_struct___none { long nosuch; } relocated;
static long (*probe_read)(void *to, unsigned size, const void *from) = (void *)113;
static u64 counter;
long out;
const volatile u64 setting;
#define BAD() out = ((struct task_struct___none *)ctx)->nosuch
#define PROGRAM(name) SEC("raw_tp/sched_switch") int name(void *ctx)
#define SIZE __builtin_preserve_field_info(((struct task_struct *)0)->comm, 1)

PROGRAM(fetches)
{
	if (__sync_fetch_and_add(&counter, 1) == 0)
		BAD();
	return 0;
}
PROGRAM(exchanges)
{
	if (__sync_val_compare_and_swap(&counter, 0, 1) == 1)
		BAD();
	return 0;
}
PROGRAM(is_written_by_a_helper)
{
	u64 v = setting;
	probe_read(&v, 8, ctx);
	if (v)
		BAD();
	return 0;
}
PROGRAM(is_written_below_a_pointer)
{
	u64 r;
	asm volatile("r1 = 0; *(u64 *)(r10 - 496) = r1; r2 = r10; r2 += -488; r3 = %1; *(u64 *)(r2 - 8) = r3; %0 = *(u64 *)(r10 - 496);"
		     : "=r"(r) : "r"(ctx) : "r1", "r2", "r3", "memory");
	if (r)
		BAD();
	return 0;
}
PROGRAM(divides)
{
	u64 n = SIZE;
	asm volatile("%0 /= 3" : "+r"(n));
	if (n != 5)
		BAD();
	return 0;
}
PROGRAM(negates)
{
	u64 n = SIZE;
	asm volatile("%0 = -%0" : "+r"(n));
	if (n != -16)
		BAD();
	return 0;
}
SEC("socket") int loads_from_a_packet(void *ctx)
{
	u64 r;
	asm volatile("r6 = %1; r0 = 0; r0 = *(u8 *)skb[12]; %0 = r0;" : "=r"(r) : "r"(ctx) : "r0", "r1", "r2", "r3", "r4", "r5", "r6");
	if (r)
		BAD();
	return 0;
}
