/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* libbpf's header of the same name: BPF_USDT and bpf_usdt_arg(), in C++ too. */
#ifndef BPF_HELPERS_USDT_BPF_H
#define BPF_HELPERS_USDT_BPF_H

#include <bpf/bpf_tracing.h>
#include <libbpf/usdt.bpf.h>

#ifdef __cplusplus

#define ___bpf_usdt_value(n) ({ long ___value; bpf_usdt_arg(ctx, n, &___value); ___bpf_convert(___value); })

#undef ___bpf_usdt_args1
#define ___bpf_usdt_args1(x) ___bpf_usdt_args0(), ___bpf_usdt_value(0)
#undef ___bpf_usdt_args2
#define ___bpf_usdt_args2(x, args...) ___bpf_usdt_args1(args), ___bpf_usdt_value(1)
#undef ___bpf_usdt_args3
#define ___bpf_usdt_args3(x, args...) ___bpf_usdt_args2(args), ___bpf_usdt_value(2)
#undef ___bpf_usdt_args4
#define ___bpf_usdt_args4(x, args...) ___bpf_usdt_args3(args), ___bpf_usdt_value(3)
#undef ___bpf_usdt_args5
#define ___bpf_usdt_args5(x, args...) ___bpf_usdt_args4(args), ___bpf_usdt_value(4)
#undef ___bpf_usdt_args6
#define ___bpf_usdt_args6(x, args...) ___bpf_usdt_args5(args), ___bpf_usdt_value(5)
#undef ___bpf_usdt_args7
#define ___bpf_usdt_args7(x, args...) ___bpf_usdt_args6(args), ___bpf_usdt_value(6)
#undef ___bpf_usdt_args8
#define ___bpf_usdt_args8(x, args...) ___bpf_usdt_args7(args), ___bpf_usdt_value(7)
#undef ___bpf_usdt_args9
#define ___bpf_usdt_args9(x, args...) ___bpf_usdt_args8(args), ___bpf_usdt_value(8)
#undef ___bpf_usdt_args10
#define ___bpf_usdt_args10(x, args...) ___bpf_usdt_args9(args), ___bpf_usdt_value(9)
#undef ___bpf_usdt_args11
#define ___bpf_usdt_args11(x, args...) ___bpf_usdt_args10(args), ___bpf_usdt_value(10)
#undef ___bpf_usdt_args12
#define ___bpf_usdt_args12(x, args...) ___bpf_usdt_args11(args), ___bpf_usdt_value(11)

#endif

#endif
