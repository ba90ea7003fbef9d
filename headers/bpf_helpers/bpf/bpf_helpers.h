/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What every BPF program needs: helper functions, sections, map definitions, loops and printing.
 *
 * It stands in for libbpf's header of the same name, in C (gnu89 to C23) and C++ (11 to 23), before or after
 * linux/bpf.h, vmlinux.h, both or neither.
 */
#ifndef __BPF_HELPERS__
#define __BPF_HELPERS__

#include "bpf_helper_defs.h"

/* ---- Maps ---------------------------------------------------------------------------------------- *
 *
 *	struct {
 *		__uint(type, BPF_MAP_TYPE_HASH);
 *		__type(key, struct key);
 *		__type(value, __u64);
 *		__uint(max_entries, 1024);
 *	} counts SEC(".maps");
 */

/* A number, such as max_entries; __ulong() for one that needs 64 bits, such as map_extra. */
#define __uint(name, val) int (*name)[val]
#define __ulong(name, val) enum { ___bpf_concat(__unique_value, __COUNTER__) = val } name

/* A type: key or value. */
#define __type(name, val) __typeof__(val) *name

/* What a map of maps, or of programs, holds; it must be the last member. */
#define __array(name, val) __typeof__(val) *name[]

/* Whether libbpf pins a map: __uint(pinning, LIBBPF_PIN_BY_NAME). */
enum libbpf_pin_type {
	LIBBPF_PIN_NONE,
	LIBBPF_PIN_BY_NAME, /* as /sys/fs/bpf/NAME, shared with whoever pins that name too */
};

/* ---- Sections and attributes ---------------------------------------------------------------------- */

/*
 * Puts a program, map or variable into a section of the object: SEC("xdp"), SEC(".maps"), SEC("license").
 * The pragmas are for externs, of which "used" says nothing.
 */
#ifdef __clang__
#define SEC(name)								\
	_Pragma("clang diagnostic push")					\
	_Pragma("clang diagnostic ignored \"-Wignored-attributes\"")		\
	__attribute__((section(name), used))					\
	_Pragma("clang diagnostic pop")
#else
#define SEC(name) __attribute__((section(name), used))
#endif

#undef __always_inline /* linux/stddef.h has one that is not enough */
#define __always_inline __inline__ __attribute__((always_inline))

#ifndef __noinline
#define __noinline __attribute__((noinline))
#endif

#ifndef __weak
#define __weak __attribute__((weak))
#endif

/* A global function that the verifier checks where it is called, not by itself. */
#define __hidden __attribute__((visibility("hidden")))

/* extern int CONFIG_HZ __kconfig; a setting of the kernel that the program is loaded into. */
#define __kconfig __attribute__((section(".kconfig")))

/* What a yes-or-module setting is: extern enum libbpf_tristate CONFIG_BPF __kconfig; */
enum libbpf_tristate {
	TRI_NO = 0,
	TRI_YES = 1,
	TRI_MODULE = 2,
};

/* extern void bpf_rcu_read_lock(void) __ksym; a function or variable of the kernel. */
#define __ksym __attribute__((section(".ksyms")))

/* True where the kernel has the function or variable, which must be declared __weak __ksym. */
#define bpf_ksym_exists(sym)							\
	({									\
		_Static_assert(!__builtin_constant_p(!!sym), #sym " should be marked as __weak"); \
		!!sym;								\
	})

/* Pointers to objects of the kernel in a map's value. */
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __kptr_untrusted __attribute__((btf_type_tag("kptr_untrusted")))
#define __kptr_ref __attribute__((btf_type_tag("kptr_ref"))) /* as __kptr was called up to Linux 6.3 */
#define __percpu_kptr __attribute__((btf_type_tag("percpu_kptr")))
#define __uptr __attribute__((btf_type_tag("uptr")))

/* What the verifier may take for granted of a global function's parameter. */
#define __arg_ctx __attribute__((btf_decl_tag("arg:ctx")))
#define __arg_nonnull __attribute__((btf_decl_tag("arg:nonnull")))
#define __arg_nullable __attribute__((btf_decl_tag("arg:nullable")))
#define __arg_trusted __attribute__((btf_decl_tag("arg:trusted")))
#define __arg_untrusted __attribute__((btf_decl_tag("arg:untrusted")))
#define __arg_arena __attribute__((btf_decl_tag("arg:arena")))

/* ---- What a program cannot get from system headers beside vmlinux.h -------------------------------- */

#ifndef NULL
#ifdef __cplusplus
#define NULL __null
#else
#define NULL ((void *)0)
#endif
#endif

#ifndef KERNEL_VERSION
#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
#endif

/* Written so that they are relocated (CO-RE) with types of vmlinux.h, as those of stddef.h are not. */
#undef offsetof
#define offsetof(type, member) ((unsigned long)&((type *)0)->member)

#undef container_of
#define container_of(ptr, type, member)						\
	({									\
		char *___member = (char *)(ptr);				\
		(type *)(___member - offsetof(type, member));			\
	})

/* ---- Hints to the compiler ------------------------------------------------------------------------ */

/* Memory is not what the compiler thinks it is. */
#ifndef barrier
#define barrier() __asm__ volatile("" ::: "memory")
#endif

/*
 * A variable is not what the compiler thinks it is: its checks stay where they are written, on the register
 * that is used behind them.
 */
#ifndef barrier_var
#define barrier_var(var) __asm__ volatile("" : "+r"(var))
#endif

/* Fails to compile or load unless the compiler finds that it is never reached. */
#ifndef __bpf_unreachable
#define __bpf_unreachable() __builtin_trap()
#endif

/* Which way a condition mostly goes: if (unlikely(err)) … */
#ifndef likely
#define likely(x) (__builtin_expect(!!(x), 1))
#endif
#ifndef unlikely
#define unlikely(x) (__builtin_expect(!!(x), 0))
#endif

/* ---- Tail calls ----------------------------------------------------------------------------------- */

#if defined(__bpf__)
/*
 * bpf_tail_call() into a slot that is a constant. As map and slot are set directly before the call, the kernel
 * can make a jump of it.
 */
static __always_inline void bpf_tail_call_static(void *ctx, const void *map, const __u32 slot)
{
	if (!__builtin_constant_p(slot))
		__bpf_unreachable();
	__asm__ volatile("r1 = %[ctx]\n\t"
			 "r2 = %[map]\n\t"
			 "r3 = %[slot]\n\t"
			 "call 12"
			 :
			 : [ctx] "r"(ctx), [map] "r"(map), [slot] "i"(slot)
			 : "r0", "r1", "r2", "r3", "r4", "r5");
}
#endif

/* ---- Counting and filling in arguments ------------------------------------------------------------- */

#ifndef ___bpf_concat
#define ___bpf_concat(a, b) a##b
#endif
#ifndef ___bpf_apply
#define ___bpf_apply(fn, n) ___bpf_concat(fn, n)
#endif
#ifndef ___bpf_nth
#define ___bpf_nth(_, _1, _2, _3, _4, _5, _6, _7, _8, _9, _a, _b, _c, N, ...) N
#endif
#ifndef ___bpf_narg
#define ___bpf_narg(...) ___bpf_nth(_, ##__VA_ARGS__, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#endif

#define ___bpf_fill0(to, at, x) do {} while (0)
#define ___bpf_fill1(to, at, x) (to)[at] = (unsigned long long)(x)
#define ___bpf_fill2(to, at, x, rest...) ___bpf_fill1(to, at, x); ___bpf_fill1(to, at + 1, rest)
#define ___bpf_fill3(to, at, x, rest...) ___bpf_fill1(to, at, x); ___bpf_fill2(to, at + 1, rest)
#define ___bpf_fill4(to, at, x, rest...) ___bpf_fill1(to, at, x); ___bpf_fill3(to, at + 1, rest)
#define ___bpf_fill5(to, at, x, rest...) ___bpf_fill1(to, at, x); ___bpf_fill4(to, at + 1, rest)
#define ___bpf_fill6(to, at, x, rest...) ___bpf_fill1(to, at, x); ___bpf_fill5(to, at + 1, rest)
#define ___bpf_fill7(to, at, x, rest...) ___bpf_fill1(to, at, x); ___bpf_fill6(to, at + 1, rest)
#define ___bpf_fill8(to, at, x, rest...) ___bpf_fill1(to, at, x); ___bpf_fill7(to, at + 1, rest)
#define ___bpf_fill9(to, at, x, rest...) ___bpf_fill1(to, at, x); ___bpf_fill8(to, at + 1, rest)
#define ___bpf_fill10(to, at, x, rest...) ___bpf_fill1(to, at, x); ___bpf_fill9(to, at + 1, rest)
#define ___bpf_fill11(to, at, x, rest...) ___bpf_fill1(to, at, x); ___bpf_fill10(to, at + 1, rest)
#define ___bpf_fill12(to, at, x, rest...) ___bpf_fill1(to, at, x); ___bpf_fill11(to, at + 1, rest)
#define ___bpf_fill(to, args...) ___bpf_apply(___bpf_fill, ___bpf_narg(args))(to, 0, args)

/* The declarations that printing needs: the format as a constant, up to 12 arguments as an array. */
#define ___bpf_arguments(fmt, args...)						\
	static const char ___fmt[] = fmt;					\
	unsigned long long ___param[___bpf_narg(args)];				\
	___bpf_fill(___param, args)

/* ---- Printing ------------------------------------------------------------------------------------- */

/* Formats into the file of an iterator: BPF_SEQ_PRINTF(ctx->meta->seq, "%d\n", pid). */
#define BPF_SEQ_PRINTF(seq, fmt, args...)					\
	({									\
		___bpf_arguments(fmt, ##args);					\
		bpf_seq_printf(seq, ___fmt, sizeof(___fmt), ___param, sizeof(___param)); \
	})

/* Formats into a buffer: BPF_SNPRINTF(name, sizeof(name), "%s:%d", comm, pid). */
#define BPF_SNPRINTF(out, out_size, fmt, args...)				\
	({									\
		___bpf_arguments(fmt, ##args);					\
		bpf_snprintf(out, out_size, ___fmt, ___param, sizeof(___param)); \
	})

/* Before Linux 5.2 there is no data but on the stack: define BPF_NO_GLOBAL_DATA for it. */
#ifdef BPF_NO_GLOBAL_DATA
#define BPF_PRINTK_FMT_MOD
#else
#define BPF_PRINTK_FMT_MOD static const
#endif

#define __bpf_printk(fmt, ...)							\
	({									\
		BPF_PRINTK_FMT_MOD char ____fmt[] = fmt;			\
		bpf_trace_printk(____fmt, sizeof(____fmt), ##__VA_ARGS__);	\
	})

#define __bpf_vprintk(fmt, args...)						\
	({									\
		___bpf_arguments(fmt, ##args);					\
		bpf_trace_vprintk(___fmt, sizeof(___fmt), ___param, sizeof(___param)); \
	})

#define ___bpf_overfull_printk(...)						\
	({ _Static_assert(0, "bpf_printk() takes at most 12 arguments behind the format"); 0; })

#define ___bpf_20th(_, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, _13, _14, _15, _16, _17, _18, _19, N, ...) N
#define ___bpf_pick_printk(...)							\
	___bpf_20th(_, ##__VA_ARGS__, ___bpf_overfull_printk, ___bpf_overfull_printk,			\
		    ___bpf_overfull_printk, ___bpf_overfull_printk, ___bpf_overfull_printk,		\
		    ___bpf_overfull_printk, ___bpf_overfull_printk,					\
		    __bpf_vprintk, __bpf_vprintk, __bpf_vprintk, __bpf_vprintk, __bpf_vprintk,		\
		    __bpf_vprintk, __bpf_vprintk, __bpf_vprintk, __bpf_vprintk,				\
		    __bpf_printk, __bpf_printk, __bpf_printk, __bpf_printk)

/*
 * Writes a line to /sys/kernel/tracing/trace_pipe: bpf_printk("%s has %d", name, count). More than three
 * arguments need Linux 5.16.
 */
#define bpf_printk(fmt, args...) ___bpf_pick_printk(args)(fmt, ##args)

#ifdef __cplusplus
extern "C" {
#endif
extern int bpf_stream_vprintk_impl(int stream_id, const char *fmt__str, const void *args, __u32 len__sz,
				   void *aux__prog) __weak __ksym;
#ifdef __cplusplus
}
#endif

/* Writes to a stream of the program (BPF_STDOUT, BPF_STDERR), which user space can read. Since Linux 6.18. */
#define bpf_stream_printk(stream_id, fmt, args...)				\
	({									\
		___bpf_arguments(fmt, ##args);					\
		bpf_stream_vprintk_impl(stream_id, ___fmt, ___param, sizeof(___param), NULL); \
	})

/* ---- Loops ---------------------------------------------------------------------------------------- *
 *
 * Over iterators of the kernel, since Linux 6.4; the verifier sees the body once, however often it runs.
 */

struct bpf_iter_num;
#ifdef __cplusplus
extern "C" {
#endif
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __weak __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __weak __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __weak __ksym;
#ifdef __cplusplus
}
#endif

/* Makes an iterator that ends with the loop; naming its destructor gives that a type in the object's BTF. */
#define ___bpf_iterate(type, args...)						\
	struct bpf_iter_##type ___it						\
		__attribute__((aligned(8), cleanup(bpf_iter_##type##_destroy))),	\
	*___begun __attribute__((unused)) =					\
		(bpf_iter_##type##_new(&___it, ##args), (void)bpf_iter_##type##_destroy, (struct bpf_iter_##type *)0)

/* For every value of the iterator bpf_iter_TYPE: bpf_for_each(task, t, NULL, BPF_TASK_ITER_ALL_PROCS) … */
#define bpf_for_each(type, cur, args...) for (___bpf_iterate(type, ##args); ((cur) = bpf_iter_##type##_next(&___it));)

/* For i from start to end - 1: bpf_for(i, 0, count) … The verifier knows i to be in that range. */
#define bpf_for(i, start, end)							\
	for (___bpf_iterate(num, (start), (end)); ({				\
		int *___next = bpf_iter_num_next(&___it);			\
		___next && ((i) = *___next, (i) >= (start) && (i) < (end));	\
	});)

/* As often as count says: bpf_repeat(8) … */
#define bpf_repeat(count) for (___bpf_iterate(num, 0, (count)); bpf_iter_num_next(&___it);)

#endif /* __BPF_HELPERS__ */
