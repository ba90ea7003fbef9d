// What is a guard, and what is not: every line without one is an error, and no other.
// RUN: not %bpfcc -c -ferror-limit=0 --target-kernel=5.15 %s -o %t.o 2> %t.err
// RUN: FileCheck %s < %t.err
// RUN: grep -c 'error: bpf_loop' %t.err | FileCheck --check-prefix=COUNT %s
// COUNT: {{^}}13{{$}}
// The object says the same as the source.
// RUN: %bpfcc -c -mcpu=v3 %s -o %t.any.o && not %bpfbuild check --target-kernel=5.15 %t.any.o 2> %t.check
// RUN: sed -n 's/.*guards.c:\([0-9]*\):[0-9]*: error: \(bpf_loop.*\)/\1 \2/p' %t.err > %t.source && sed -n 's/.*guards.c:\([0-9]*\):[0-9]*: error: \(bpf_loop.*\)/\1 \2/p' %t.check | cmp - %t.source
// RUN: not %bpfbuild check --target-kernel=5.15 --diagnostics-format=json %t.any.o | FileCheck --check-prefix=JSON %s
// JSON: {"severity":"error","check":"bpf-helper","message":"bpf_loop: needs Linux 5.17; compiled for 5.15","file":"{{.*}}guards.c","line":{{[0-9]+}},"column":{{[0-9]+}},"object":"{{.*}}","since":"5.17"}
// RUN: not %bpfcc -c --target-kernel=5.15 -Wno-bpf-helper -DALSO_MAP %s -o %t.o 2>&1 | FileCheck --check-prefix=MAP %s
// MAP-NOT: bpf_loop
// MAP: map 'partly': BPF_MAP_TYPE_BLOOM_FILTER came with Linux 5.16; this is for 5.15
// MAP-NOT: map 'guarded'
// MAP: 1 error generated.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define LOOP() bpf_loop(4, body, &x, 0)
extern int LINUX_KERNEL_VERSION __kconfig;
extern _Bool CONFIG_BPF_JIT __kconfig __weak;
extern void bpf_rcu_read_lock(void) __weak __ksym;
const volatile _Bool choice;
const volatile struct { int mode, size; } settings;
int variable;
enum bpf_func_id___new { BPF_FUNC_loop___new = 181 };
struct new_in_5_17 { int x; } __attribute__((preserve_access_index));

static long body(__u32 index, void *ctx) { return 0; }
static __always_inline _Bool has_loop(void)
{
	return bpf_core_enum_value_exists(enum bpf_func_id___new, BPF_FUNC_loop___new);
}
static __noinline _Bool asks_elsewhere(void)
{
	return bpf_core_enum_value_exists(enum bpf_func_id___new, BPF_FUNC_loop___new);
}
static __noinline long only_guarded(long x) { return LOOP(); }
// A global function is verified by itself until Linux 6.8, whoever calls it.
// CHECK: guards.c:[[@LINE+1]]:
__noinline long global_function(long x) { return LOOP(); }
// CHECK: guards.c:[[@LINE+1]]:{{[0-9]+}}: error: bpf_loop: needs Linux 5.17; compiled for 5.15 [-Wbpf-helper]
static __noinline long sometimes_guarded(long x) { return LOOP(); }

SEC("socket") int ways_to_ask(void *ctx)
{
	long x = bpf_get_prandom_u32();
	if (has_loop())
		LOOP();
	if (bpf_core_type_exists(struct new_in_5_17))
		LOOP();
	if (bpf_core_field_exists(struct new_in_5_17, x))
		LOOP();
	if (LINUX_KERNEL_VERSION >= KERNEL_VERSION(5, 17, 0))
		LOOP();
	if (CONFIG_BPF_JIT)
		LOOP();
	if (bpf_ksym_exists(bpf_rcu_read_lock))
		LOOP();
	if (choice)
		LOOP();
	if (settings.mode == 2)
		LOOP();
	if (asks_elsewhere())
		only_guarded(x);
	return x;
}

SEC("socket") int ways_to_branch(void *ctx)
{
	long x = bpf_get_prandom_u32();
	_Bool has = has_loop();
	if (x > 4 && has)
		LOOP();
	if (has || choice)
		LOOP();
	if (has)
		LOOP();
	else
		bpf_printk("old");
	for (int i = 0; has && i < 100; ++i)
		LOOP();
	switch (settings.mode) {
	case 1:
		LOOP();
		break;
	case 2:
		bpf_printk("two");
	}
	if (choice)
		sometimes_guarded(x);
	if (!has)
		return 0;
	if (x & 1)
		only_guarded(x);
	LOOP();
	return x;
}

SEC("?socket") int optional(void *ctx)
{
	long x = 0;
	return LOOP();
}

SEC("socket") int not_guarded(void *ctx)
{
	long x = bpf_get_prandom_u32();
// CHECK: guards.c:[[@LINE+1]]:
	LOOP();
	if (x > 7)
// CHECK: guards.c:[[@LINE+1]]:
		LOOP();
	if (variable)
// CHECK: guards.c:[[@LINE+1]]:
		LOOP();
	if (has_loop())
		x = 1;
// CHECK: guards.c:[[@LINE+1]]:
	LOOP();
	if (has_loop() || variable == 3)
// CHECK: guards.c:[[@LINE+1]]:
		LOOP();
	sometimes_guarded(x);
	return x;
}

SEC("socket") int not_guarded_either(void *ctx)
{
	long x = 0;
	if (choice)
		bpf_printk("chosen");
	else if (bpf_get_prandom_u32() > 9)
		return 2;
// CHECK: guards.c:[[@LINE+1]]:
	LOOP();
	return x;
}

SEC("socket") int overwritten(void *ctx)
{
	long x = choice;
	x = bpf_get_prandom_u32();
	if (x > 4)
// CHECK: guards.c:[[@LINE+1]]:
		LOOP();
	if (bpf_core_field_offset(struct new_in_5_17, x) == 0)
// CHECK: guards.c:[[@LINE+1]]:
		LOOP();
	return 0;
}

static __noinline long asks_argument(_Bool has, long x) { return has ? LOOP() : 1; }
SEC("socket") int more_ways(void *ctx)
{
	volatile _Bool spilled = has_loop();
	volatile int neighbour = bpf_get_prandom_u32();
	long x = neighbour;
	if (spilled)
		LOOP();
	if (bpf_core_enum_value(enum bpf_func_id___new, BPF_FUNC_loop___new) == settings.mode)
		LOOP();
	return asks_argument(has_loop(), x);
}

SEC("socket") int asks_for_data(struct __sk_buff *ctx)
{
	long x = bpf_get_prandom_u32();
	if (settings.size && settings.size != ctx->len)
		return 0;
// CHECK: guards.c:[[@LINE+1]]:
	LOOP();
	for (unsigned i = 0; i < settings.mode; ++i)
		x += bpf_get_prandom_u32();
// CHECK: guards.c:[[@LINE+1]]:
	LOOP();
	x += choice ? ctx->mark : 0;
	if (x == 5)
// CHECK: guards.c:[[@LINE+1]]:
		LOOP();
	return x;
}

SEC("socket") int calls_global(void *ctx) { return choice ? global_function(1) : 0; }

#ifdef ALSO_MAP
#define BLOOM(name) struct { __uint(type, BPF_MAP_TYPE_BLOOM_FILTER); __uint(value_size, 4); __uint(max_entries, 1); } name SEC(".maps")
BLOOM(guarded);
BLOOM(partly);
SEC("socket") int maps(void *ctx)
{
	int value = 1;
	if (choice)
		bpf_map_push_elem(&guarded, &value, 0);
	if (choice)
		bpf_map_push_elem(&partly, &value, 0);
	return bpf_map_peek_elem(&partly, &value);
}
#endif
