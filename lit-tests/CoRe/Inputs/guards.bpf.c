// Programs that ask, or do not ask, before they use what some kernels lack. Each is judged by `bpfbuild relocs` and by the verifiers of four
// kernels; functions that only one program calls have its name as the beginning of theirs.
//
// task_struct has state until 5.13 and __state from 5.14 on; BPF_FUNC_loop came with 5.17, struct bpf_iter_num with 6.4.
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";

struct task_struct___old {
	long state;
} __attribute__((preserve_access_index));
struct task_struct___new {
	unsigned int __state;
} __attribute__((preserve_access_index));
struct bpf_iter_num___new {
	unsigned long long __opaque[1];
} __attribute__((preserve_access_index));
struct nowhere___new {
	int x;
} __attribute__((preserve_access_index));
enum bpf_func_id___new { BPF_FUNC_loop___new = 181 };

const volatile int wanted;
const volatile bool by_the_host;
extern unsigned int LINUX_KERNEL_VERSION __kconfig;

static __always_inline void *task(void) { return (void *)bpf_get_current_task(); }
static __always_inline long read_old(void)
{
	struct task_struct___old *t = task();
	long state = 0;
	bpf_probe_read_kernel(&state, sizeof(state), &t->state);
	return state;
}
static __always_inline long read_new(void)
{
	struct task_struct___new *t = task();
	unsigned int state = 0;
	bpf_probe_read_kernel(&state, sizeof(state), &t->__state);
	return state;
}
static __always_inline long read_nowhere(void)
{
	struct nowhere___new *n = task();
	int x = 0;
	bpf_probe_read_kernel(&x, sizeof(x), &n->x);
	return x;
}
#define HAS_OLD bpf_core_field_exists(struct task_struct___old, state)
#define HAS_NEW bpf_core_field_exists(struct task_struct___new, __state)
#define HAS_LOOP bpf_core_enum_value_exists(enum bpf_func_id___new, BPF_FUNC_loop___new)
#define HAS_ITER bpf_core_type_exists(struct bpf_iter_num___new)
#define DATA bpf_get_prandom_u32()
#define PROGRAM(name) SEC("raw_tp/sched_switch") int name(void *ctx)

PROGRAM(either) { return HAS_OLD ? read_old() : read_new(); }
PROGRAM(either_reversed) { return HAS_NEW ? read_new() : read_old(); }
PROGRAM(only_old) { return read_old(); }
PROGRAM(only_new) { return read_new(); }
PROGRAM(asks_for_other) { return HAS_NEW ? read_old() : 0; }
PROGRAM(returns_early)
{
	if (!HAS_OLD)
		return 0;
	return read_old() + DATA;
}
PROGRAM(asks_enumerator) { return HAS_LOOP ? read_new() : 0; }
PROGRAM(asks_type) { return HAS_ITER ? read_new() : 0; }
PROGRAM(asks_size) { return bpf_core_type_size(struct bpf_iter_num___new) > 0 ? read_new() : 0; }
PROGRAM(asks_field_size) { return HAS_OLD && bpf_core_field_size(struct task_struct___old, state) == 8 ? read_old() : 0; }
PROGRAM(asks_value) { return HAS_LOOP && bpf_core_enum_value(enum bpf_func_id___new, BPF_FUNC_loop___new) == 181 ? read_new() : 0; }
PROGRAM(asks_match) { return bpf_core_type_matches(struct task_struct___new) ? read_new() : 0; }
PROGRAM(and_data) { return HAS_OLD && DATA > 5 ? read_old() : 0; }
PROGRAM(or_data) { return HAS_OLD || DATA > 5 ? read_old() : 0; }
PROGRAM(never) { return HAS_OLD && HAS_NEW ? read_nowhere() : 0; }
PROGRAM(always) { return HAS_OLD || HAS_NEW ? read_nowhere() : 0; }
PROGRAM(flag)
{
	bool has = HAS_OLD;
	long x = DATA;
	if (x & 1)
		x += bpf_get_smp_processor_id();
	if (has)
		x += read_old();
	return x;
}
PROGRAM(number)
{
	int which = HAS_OLD + 2 * HAS_LOOP;
	asm volatile("" : "+r"(which));
	switch (which) {
	case 1:
		return read_old();
	case 2:
		return read_new();
	}
	return 0;
}
PROGRAM(shifted)
{
	unsigned long bits = (unsigned long)HAS_OLD << 4 | (unsigned long)HAS_NEW << 3;
	asm volatile("%0 += 0" : "+r"(bits));
	return bits >> 4 & 1 ? read_old() : bits & 8 ? read_new() : read_nowhere();
}
PROGRAM(spilled)
{
	volatile long has = HAS_OLD;
	long x = DATA;
	return has ? read_old() + x : x;
}
PROGRAM(in_loop)
{
	long x = 0;
	for (int i = 0; i < 8; ++i) {
		if (HAS_NEW)
			x += read_new();
		if (HAS_OLD)
			x += read_old();
	}
	return x;
}
PROGRAM(nested)
{
	if (HAS_NEW) {
		if (HAS_LOOP)
			return read_new();
		if (HAS_OLD)
			return read_nowhere();
	}
	return 0;
}

static __noinline bool function_says_has(void) { return HAS_OLD; }
PROGRAM(function_says) { return function_says_has() ? read_old() : 0; }

static __noinline long is_told_read(bool has) { return has ? read_old() : DATA; }
PROGRAM(is_told) { return is_told_read(HAS_OLD); }

static __noinline long by_caller_read(void) { return read_old(); }
PROGRAM(by_caller) { return HAS_OLD ? by_caller_read() : 0; }

static __noinline long one_caller_asks_read(void) { return read_old(); }
PROGRAM(one_caller_asks) { return (HAS_OLD ? one_caller_asks_read() : 0) + (DATA & 1 ? one_caller_asks_read() : 0); }

__noinline long global_asks_read(int x) { return HAS_OLD ? read_old() : x; }
PROGRAM(global_asks) { return global_asks_read(DATA); }

__noinline long global_is_told_read(int has) { return has ? read_old() : 1; }
PROGRAM(global_is_told) { return global_is_told_read(HAS_OLD); }

PROGRAM(by_version) { return LINUX_KERNEL_VERSION >= KERNEL_VERSION(5, 14, 0) ? read_new() : read_old(); }
PROGRAM(setting) { return by_the_host ? read_nowhere() : 0; }
PROGRAM(setting_and_data) { return wanted && wanted == (int)DATA ? read_nowhere() : 0; }
PROGRAM(setting_or_data) { return wanted || DATA == 7 ? read_nowhere() : 0; }
PROGRAM(jumps)
{
	long x = DATA;
	if (!HAS_NEW)
		goto out;
	x += read_new();
	if (x == 3)
		goto out;
	x += read_new();
out:
	return x;
}
