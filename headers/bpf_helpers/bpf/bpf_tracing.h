/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * libbpf's header of the same name: BPF_PROG, BPF_KPROBE, PT_REGS_PARM1 and their kin. What newer ones have is here too, and
 * in C++, where no register becomes a pointer by itself, the macros convert each argument to the type that it is declared with.
 */
#ifndef BPF_HELPERS_BPF_TRACING_H
#define BPF_HELPERS_BPF_TRACING_H

#include <libbpf/libbpf_version.h>

/* Before version 1.2 libbpf does not know LoongArch. */
#if defined(__TARGET_ARCH_loongarch) && LIBBPF_MAJOR_VERSION == 1 && LIBBPF_MINOR_VERSION < 2
#define bpf_target_loongarch
#define bpf_target_defined
#define __PT_REGS_CAST(x) ((const struct user_pt_regs *)(x))
#define __PT_PARM1_REG regs[4]
#define __PT_PARM2_REG regs[5]
#define __PT_PARM3_REG regs[6]
#define __PT_PARM4_REG regs[7]
#define __PT_PARM5_REG regs[8]
#define PT_REGS_SYSCALL_REGS(ctx) ctx
#define __PT_RET_REG regs[1]
#define __PT_FP_REG regs[22]
#define __PT_RC_REG regs[4]
#define __PT_SP_REG regs[3]
#define __PT_IP_REG csr_era
#endif

#include <libbpf/bpf_tracing.h>
#include "../bpf_helpers/pt_regs.h"

/* int BPF_UPROBE(name, arguments...), as BPF_KPROBE and BPF_KRETPROBE */
#ifndef BPF_UPROBE
#define BPF_UPROBE(name, args...) BPF_KPROBE(name, ##args)
#define BPF_URETPROBE(name, args...) BPF_KRETPROBE(name, ##args)
#endif

#ifdef __cplusplus

/* A register, which becomes what a parameter wants. */
struct ___bpf_register {
	unsigned long long value;

	template <class T> __attribute__((always_inline)) operator T() const { return (T)value; }
};
#define ___bpf_convert(register) ___bpf_register{(unsigned long long)(register)}

#undef ___bpf_ctx_cast1
#define ___bpf_ctx_cast1(x) ___bpf_ctx_cast0(), ___bpf_convert(ctx[0])
#undef ___bpf_ctx_cast2
#define ___bpf_ctx_cast2(x, args...) ___bpf_ctx_cast1(args), ___bpf_convert(ctx[1])
#undef ___bpf_ctx_cast3
#define ___bpf_ctx_cast3(x, args...) ___bpf_ctx_cast2(args), ___bpf_convert(ctx[2])
#undef ___bpf_ctx_cast4
#define ___bpf_ctx_cast4(x, args...) ___bpf_ctx_cast3(args), ___bpf_convert(ctx[3])
#undef ___bpf_ctx_cast5
#define ___bpf_ctx_cast5(x, args...) ___bpf_ctx_cast4(args), ___bpf_convert(ctx[4])
#undef ___bpf_ctx_cast6
#define ___bpf_ctx_cast6(x, args...) ___bpf_ctx_cast5(args), ___bpf_convert(ctx[5])
#undef ___bpf_ctx_cast7
#define ___bpf_ctx_cast7(x, args...) ___bpf_ctx_cast6(args), ___bpf_convert(ctx[6])
#undef ___bpf_ctx_cast8
#define ___bpf_ctx_cast8(x, args...) ___bpf_ctx_cast7(args), ___bpf_convert(ctx[7])
#undef ___bpf_ctx_cast9
#define ___bpf_ctx_cast9(x, args...) ___bpf_ctx_cast8(args), ___bpf_convert(ctx[8])
#undef ___bpf_ctx_cast10
#define ___bpf_ctx_cast10(x, args...) ___bpf_ctx_cast9(args), ___bpf_convert(ctx[9])
#undef ___bpf_ctx_cast11
#define ___bpf_ctx_cast11(x, args...) ___bpf_ctx_cast10(args), ___bpf_convert(ctx[10])
#undef ___bpf_ctx_cast12
#define ___bpf_ctx_cast12(x, args...) ___bpf_ctx_cast11(args), ___bpf_convert(ctx[11])

#undef ___bpf_kprobe_args1
#define ___bpf_kprobe_args1(x) ___bpf_kprobe_args0(), ___bpf_convert(PT_REGS_PARM1(ctx))
#undef ___bpf_kprobe_args2
#define ___bpf_kprobe_args2(x, args...) ___bpf_kprobe_args1(args), ___bpf_convert(PT_REGS_PARM2(ctx))
#undef ___bpf_kprobe_args3
#define ___bpf_kprobe_args3(x, args...) ___bpf_kprobe_args2(args), ___bpf_convert(PT_REGS_PARM3(ctx))
#undef ___bpf_kprobe_args4
#define ___bpf_kprobe_args4(x, args...) ___bpf_kprobe_args3(args), ___bpf_convert(PT_REGS_PARM4(ctx))
#undef ___bpf_kprobe_args5
#define ___bpf_kprobe_args5(x, args...) ___bpf_kprobe_args4(args), ___bpf_convert(PT_REGS_PARM5(ctx))
#undef ___bpf_kprobe_args6
#define ___bpf_kprobe_args6(x, args...) ___bpf_kprobe_args5(args), ___bpf_convert(PT_REGS_PARM6(ctx))
#undef ___bpf_kprobe_args7
#define ___bpf_kprobe_args7(x, args...) ___bpf_kprobe_args6(args), ___bpf_convert(PT_REGS_PARM7(ctx))
#undef ___bpf_kprobe_args8
#define ___bpf_kprobe_args8(x, args...) ___bpf_kprobe_args7(args), ___bpf_convert(PT_REGS_PARM8(ctx))

#undef ___bpf_kretprobe_args1
#define ___bpf_kretprobe_args1(x) ___bpf_kretprobe_args0(), ___bpf_convert(PT_REGS_RC(ctx))

#undef ___bpf_syscall_args1
#define ___bpf_syscall_args1(x) ___bpf_syscall_args0(), ___bpf_convert(PT_REGS_PARM1_SYSCALL(regs))
#undef ___bpf_syscall_args2
#define ___bpf_syscall_args2(x, args...) ___bpf_syscall_args1(args), ___bpf_convert(PT_REGS_PARM2_SYSCALL(regs))
#undef ___bpf_syscall_args3
#define ___bpf_syscall_args3(x, args...) ___bpf_syscall_args2(args), ___bpf_convert(PT_REGS_PARM3_SYSCALL(regs))
#undef ___bpf_syscall_args4
#define ___bpf_syscall_args4(x, args...) ___bpf_syscall_args3(args), ___bpf_convert(PT_REGS_PARM4_SYSCALL(regs))
#undef ___bpf_syscall_args5
#define ___bpf_syscall_args5(x, args...) ___bpf_syscall_args4(args), ___bpf_convert(PT_REGS_PARM5_SYSCALL(regs))
#undef ___bpf_syscall_args6
#define ___bpf_syscall_args6(x, args...) ___bpf_syscall_args5(args), ___bpf_convert(PT_REGS_PARM6_SYSCALL(regs))
#undef ___bpf_syscall_args7
#define ___bpf_syscall_args7(x, args...) ___bpf_syscall_args6(args), ___bpf_convert(PT_REGS_PARM7_SYSCALL(regs))

#undef ___bpf_syswrap_args1
#define ___bpf_syswrap_args1(x) ___bpf_syswrap_args0(), ___bpf_convert(PT_REGS_PARM1_CORE_SYSCALL(regs))
#undef ___bpf_syswrap_args2
#define ___bpf_syswrap_args2(x, args...) ___bpf_syswrap_args1(args), ___bpf_convert(PT_REGS_PARM2_CORE_SYSCALL(regs))
#undef ___bpf_syswrap_args3
#define ___bpf_syswrap_args3(x, args...) ___bpf_syswrap_args2(args), ___bpf_convert(PT_REGS_PARM3_CORE_SYSCALL(regs))
#undef ___bpf_syswrap_args4
#define ___bpf_syswrap_args4(x, args...) ___bpf_syswrap_args3(args), ___bpf_convert(PT_REGS_PARM4_CORE_SYSCALL(regs))
#undef ___bpf_syswrap_args5
#define ___bpf_syswrap_args5(x, args...) ___bpf_syswrap_args4(args), ___bpf_convert(PT_REGS_PARM5_CORE_SYSCALL(regs))
#undef ___bpf_syswrap_args6
#define ___bpf_syswrap_args6(x, args...) ___bpf_syswrap_args5(args), ___bpf_convert(PT_REGS_PARM6_CORE_SYSCALL(regs))
#undef ___bpf_syswrap_args7
#define ___bpf_syswrap_args7(x, args...) ___bpf_syswrap_args6(args), ___bpf_convert(PT_REGS_PARM7_CORE_SYSCALL(regs))

/* A parameter of BPF_PROG2, in the register or the two at the address. */
template <class T> __attribute__((always_inline)) inline T ___bpf_argument_at(const unsigned long long *at)
{
	T result;
	__u64 words[2] = {at[0], sizeof(T) == 16 ? at[1] : 0};
	__u8 byte = words[0];
	__u16 half = words[0];
	__u32 word = words[0];

	static_assert(sizeof(T) <= 8 || sizeof(T) == 16, "arguments are up to 8 bytes large, or 16");
	__builtin_memcpy(&result, sizeof(T) == 1 ? (const void *)&byte :
				  sizeof(T) == 2 ? (const void *)&half :
				  sizeof(T) == 4 ? (const void *)&word : (const void *)words, sizeof(T));
	return result;
}
#undef ___bpf_union_arg
#define ___bpf_union_arg(t, x, n) ___bpf_argument_at<t>(ctx + (n))
#undef ___bpf_treg_cnt
#define ___bpf_treg_cnt(t) (sizeof(t) == 16 ? 2 : 1)

#endif /* __cplusplus */

#endif
