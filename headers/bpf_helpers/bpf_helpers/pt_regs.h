/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The sixth to eighth argument of a function, and the sixth and seventh of a system call, in libbpf's names: what its
 * bpf_tracing.h has since version 1.2. Include <bpf/bpf_tracing.h>.
 */
#ifndef BPF_HELPERS_PT_REGS_H
#define BPF_HELPERS_PT_REGS_H

#ifndef PT_REGS_PARM6

/*
 * Which member of struct pt_regs each is in. Where an architecture passes no more arguments in registers, the name is one that
 * no struct has, and the compiler says it.
 */
#if defined(bpf_target_x86)
#if !defined(__i386__) || defined(__KERNEL__) || defined(__VMLINUX_H__)
#define __PT_PARM6_REG r9
#define __PT_PARM6_SYSCALL_REG r9
#else
#define __PT_PARM6_SYSCALL_REG ebp
#endif
#elif defined(bpf_target_s390)
#define __PT_PARM6_SYSCALL_REG gprs[7]
#elif defined(bpf_target_arm)
#define __PT_PARM6_SYSCALL_REG uregs[5]
#define __PT_PARM7_SYSCALL_REG uregs[6]
#elif defined(bpf_target_arm64)
#define __PT_PARM6_REG regs[5]
#define __PT_PARM7_REG regs[6]
#define __PT_PARM8_REG regs[7]
#define __PT_PARM6_SYSCALL_REG regs[5]
#elif defined(bpf_target_mips) || defined(bpf_target_loongarch)
#define __PT_PARM6_REG regs[9]
#define __PT_PARM7_REG regs[10]
#define __PT_PARM8_REG regs[11]
#define __PT_PARM6_SYSCALL_REG regs[9]
#elif defined(bpf_target_powerpc)
#define __PT_PARM6_REG gpr[8]
#define __PT_PARM7_REG gpr[9]
#define __PT_PARM8_REG gpr[10]
#define __PT_PARM6_SYSCALL_REG gpr[8]
#ifndef __powerpc64__
#define __PT_PARM7_SYSCALL_REG gpr[9]
#endif
#elif defined(bpf_target_sparc)
#define __PT_PARM6_REG u_regs[UREG_I5]
#define __PT_PARM6_SYSCALL_REG u_regs[UREG_I5]
#elif defined(bpf_target_riscv)
#define __PT_PARM6_REG a5
#define __PT_PARM7_REG a6
#define __PT_PARM8_REG a7
#define __PT_PARM6_SYSCALL_REG a5
#elif defined(bpf_target_arc)
#define __PT_PARM6_REG scratch.r5
#define __PT_PARM7_REG scratch.r6
#define __PT_PARM8_REG scratch.r7
#define __PT_PARM6_SYSCALL_REG scratch.r5
#endif

#ifndef __PT_PARM6_REG
#define __PT_PARM6_REG __unsupported__
#endif
#ifndef __PT_PARM7_REG
#define __PT_PARM7_REG __unsupported__
#endif
#ifndef __PT_PARM8_REG
#define __PT_PARM8_REG __unsupported__
#endif
#ifndef __PT_PARM6_SYSCALL_REG
#define __PT_PARM6_SYSCALL_REG __unsupported__
#endif
#ifndef __PT_PARM7_SYSCALL_REG
#define __PT_PARM7_SYSCALL_REG __unsupported__
#endif

/* Read as they are, from the context itself. */
#define PT_REGS_PARM6(x) (__PT_REGS_CAST(x)->__PT_PARM6_REG)
#define PT_REGS_PARM7(x) (__PT_REGS_CAST(x)->__PT_PARM7_REG)
#define PT_REGS_PARM8(x) (__PT_REGS_CAST(x)->__PT_PARM8_REG)
#define PT_REGS_PARM6_SYSCALL(x) (__PT_REGS_CAST(x)->__PT_PARM6_SYSCALL_REG)
#define PT_REGS_PARM7_SYSCALL(x) (__PT_REGS_CAST(x)->__PT_PARM7_SYSCALL_REG)

/* Read by a helper, relocated, from where a pointer points. */
#define PT_REGS_PARM6_CORE(x) BPF_CORE_READ(__PT_REGS_CAST(x), __PT_PARM6_REG)
#define PT_REGS_PARM7_CORE(x) BPF_CORE_READ(__PT_REGS_CAST(x), __PT_PARM7_REG)
#define PT_REGS_PARM8_CORE(x) BPF_CORE_READ(__PT_REGS_CAST(x), __PT_PARM8_REG)
#define PT_REGS_PARM6_CORE_SYSCALL(x) BPF_CORE_READ(__PT_REGS_CAST(x), __PT_PARM6_SYSCALL_REG)
#define PT_REGS_PARM7_CORE_SYSCALL(x) BPF_CORE_READ(__PT_REGS_CAST(x), __PT_PARM7_SYSCALL_REG)

/* BPF_KPROBE with up to eight arguments, BPF_KSYSCALL with up to seven. */
#define ___bpf_kprobe_args6(x, args...) ___bpf_kprobe_args5(args), (unsigned long long)PT_REGS_PARM6(ctx)
#define ___bpf_kprobe_args7(x, args...) ___bpf_kprobe_args6(args), (unsigned long long)PT_REGS_PARM7(ctx)
#define ___bpf_kprobe_args8(x, args...) ___bpf_kprobe_args7(args), (unsigned long long)PT_REGS_PARM8(ctx)
#define ___bpf_syscall_args6(x, args...) ___bpf_syscall_args5(args), (unsigned long long)PT_REGS_PARM6_SYSCALL(regs)
#define ___bpf_syscall_args7(x, args...) ___bpf_syscall_args6(args), (unsigned long long)PT_REGS_PARM7_SYSCALL(regs)
#define ___bpf_syswrap_args6(x, args...) ___bpf_syswrap_args5(args), (unsigned long long)PT_REGS_PARM6_CORE_SYSCALL(regs)
#define ___bpf_syswrap_args7(x, args...) ___bpf_syswrap_args6(args), (unsigned long long)PT_REGS_PARM7_CORE_SYSCALL(regs)

#endif /* PT_REGS_PARM6 */

#endif
