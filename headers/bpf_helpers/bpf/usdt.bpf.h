/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * libbpf's header of the same name: BPF_USDT, bpf_usdt_arg() and their kin, with what its version 1.7 has: arguments in
 * memory that two registers address, and bpf_usdt_arg_size().
 */
#ifndef BPF_HELPERS_USDT_BPF_H
#define BPF_HELPERS_USDT_BPF_H

#include <libbpf/libbpf_version.h>

#if LIBBPF_MAJOR_VERSION > 1 || LIBBPF_MINOR_VERSION >= 7
#include <libbpf/usdt.bpf.h>
#else

#define bpf_usdt_arg ___bpf_usdt_arg
#include <libbpf/usdt.bpf.h>
#undef bpf_usdt_arg

/* The description of an argument, counted from 0, that libbpf wrote into its map when it attached the program; or null. */
static __always_inline struct __bpf_usdt_arg_spec *___bpf_usdt_description(struct pt_regs *ctx, __u64 arg_num)
{
	struct __bpf_usdt_spec *spec;
	int spec_id = __bpf_usdt_spec_id(ctx);

	if (spec_id < 0)
		return NULL;
	spec = (struct __bpf_usdt_spec *)bpf_map_lookup_elem(&__bpf_usdt_specs, &spec_id);
	if (!spec || arg_num >= BPF_USDT_MAX_ARG_CNT)
		return NULL;
	barrier_var(arg_num);
	return arg_num < (__u64)spec->arg_cnt ? &spec->args[arg_num] : NULL;
}

/*
 * Reads argument arg_num, counted from 0, into *res. 0, or an error: -ESRCH where libbpf did not attach the program, -ENOENT
 * where the probe has fewer arguments, -EFAULT where memory cannot be read.
 */
static __always_inline int bpf_usdt_arg(struct pt_regs *ctx, __u64 arg_num, long *res)
{
	struct __bpf_usdt_arg_spec *arg = ___bpf_usdt_description(ctx, arg_num);
	unsigned long value = 0, index = 0;
	unsigned int word, offset, shift;
	int err;

	/* libbpf 1.7 writes four numbers where older ones have the kind alone: which is the fourth kind only there. */
	word = arg ? *(volatile unsigned int *)&arg->arg_type : 0;
	if (!arg || (word & 0xff) != 3)
		return ___bpf_usdt_arg(ctx, arg_num, res);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	offset = word >> 8 & 0xfff;
	shift = word >> 20 & 0xf;
#else
	offset = word >> 12 & 0xfff;
	shift = word >> 8 & 0xf;
#endif
	*res = 0;
	err = bpf_probe_read_kernel(&value, sizeof(value), (const char *)ctx + arg->reg_off);
	if (err)
		return err;
	err = bpf_probe_read_kernel(&index, sizeof(index), (const char *)ctx + offset);
	if (err)
		return err;
	err = bpf_probe_read_user(&value, sizeof(value), (const void *)(value + (index << shift) + arg->val_off));
	if (err)
		return err;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value >>= arg->arg_bitshift;
#endif
	value <<= arg->arg_bitshift;
	*res = arg->arg_signed ? (long)value >> arg->arg_bitshift : (long)(value >> arg->arg_bitshift);
	return 0;
}

/* How many bytes argument arg_num, counted from 0, has; or an error: -ESRCH, -ENOENT. */
static __always_inline int bpf_usdt_arg_size(struct pt_regs *ctx, __u64 arg_num)
{
	struct __bpf_usdt_arg_spec *arg = ___bpf_usdt_description(ctx, arg_num);

	if (!arg)
		return __bpf_usdt_spec_id(ctx) < 0 ? -ESRCH : -ENOENT;
	return (unsigned int)(64 - arg->arg_bitshift) / 8;
}

#endif

#endif
