/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* libbpf's header of the same name: BPF_CORE_READ, bpf_core_field_exists() and their kin, in C++ too. */
#ifndef BPF_HELPERS_BPF_CORE_READ_H
#define BPF_HELPERS_BPF_CORE_READ_H

#include <libbpf/bpf_core_read.h>

/* struct task_struct *task = bpf_core_cast(address, struct task_struct): members of it are read as they are. Since Linux 6.2. */
#ifndef bpf_core_cast
#ifdef __cplusplus
extern "C" {
#endif
extern void *bpf_rdonly_cast(const void *obj__ign, unsigned int btf_id__k) __attribute__((section(".ksyms"), weak));
#ifdef __cplusplus
}
#endif
#define bpf_core_cast(ptr, type) ((__typeof__(type) *)bpf_rdonly_cast((ptr), bpf_core_type_id_kernel(type)))
#endif

/*
 * Writes a bit-field of a struct that the program may write to: BPF_CORE_WRITE_BITFIELD(skb, mark_set, 1). Its neighbours in
 * the same bytes stay.
 */
#ifndef BPF_CORE_WRITE_BITFIELD
#define BPF_CORE_WRITE_BITFIELD(s, field, new_val)				\
	({									\
		char *___at = (char *)(s) + __CORE_RELO(s, field, BYTE_OFFSET);	\
		unsigned int ___left = __CORE_RELO(s, field, LSHIFT_U64);	\
		unsigned int ___right = __CORE_RELO(s, field, RSHIFT_U64);	\
		unsigned long long ___mask = (~0ULL << ___right) >> ___left;	\
		unsigned long long ___new = ((unsigned long long)(new_val) << (___right - ___left)) & ___mask;	\
		asm volatile("" : "=r"(___at) : "0"(___at)); /* one relocation, not one for each size */ \
		switch (__CORE_RELO(s, field, BYTE_SIZE)) {			\
		case 1: ___bpf_merge(unsigned char, ___at, ___mask, ___new); break;	\
		case 2: ___bpf_merge(unsigned short, ___at, ___mask, ___new); break;	\
		case 4: ___bpf_merge(unsigned int, ___at, ___mask, ___new); break;	\
		case 8: ___bpf_merge(unsigned long long, ___at, ___mask, ___new); break;	\
		}								\
	})
#define ___bpf_merge(type, at, mask, bits) (*(type *)(at) = (*(type *)(at) & ~(mask)) | (bits))
#endif

#ifdef __cplusplus

/* A bit-field's bytes begin so far behind its struct, and are so many. */
#define ___bpf_bits_at(s, field) ((const char *)(s) + __CORE_RELO(s, field, BYTE_OFFSET))

#undef __CORE_BITFIELD_PROBE_READ
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define __CORE_BITFIELD_PROBE_READ(dst, src, fld)				\
	bpf_probe_read_kernel((void *)(dst), __CORE_RELO(src, fld, BYTE_SIZE), ___bpf_bits_at(src, fld))
#else
#define __CORE_BITFIELD_PROBE_READ(dst, src, fld)				\
	bpf_probe_read_kernel((char *)(dst) + (8 - __CORE_RELO(src, fld, BYTE_SIZE)),	\
			      __CORE_RELO(src, fld, BYTE_SIZE), ___bpf_bits_at(src, fld))
#endif

#undef BPF_CORE_READ_BITFIELD
#define BPF_CORE_READ_BITFIELD(s, field)					\
	({									\
		const char *___at = ___bpf_bits_at(s, field);			\
		unsigned long long ___bits = 0;					\
		asm volatile("" : "=r"(___at) : "0"(___at)); /* one relocation, not one for each size */ \
		switch (__CORE_RELO(s, field, BYTE_SIZE)) {			\
		case 1: ___bits = *(const unsigned char *)___at; break;		\
		case 2: ___bits = *(const unsigned short *)___at; break;	\
		case 4: ___bits = *(const unsigned int *)___at; break;		\
		case 8: ___bits = *(const unsigned long long *)___at; break;	\
		}								\
		___bits <<= __CORE_RELO(s, field, LSHIFT_U64);			\
		__CORE_RELO(s, field, SIGNED) ?					\
			(unsigned long long)((long long)___bits >> __CORE_RELO(s, field, RSHIFT_U64)) :	\
			___bits >> __CORE_RELO(s, field, RSHIFT_U64);		\
	})

#endif /* __cplusplus */

#endif
