// Everything that can be known is set; what is meant for hosts is dropped, and -v says so.
// RUN: %bpfcc -c %s -o %t.o -v -fstack-protector-strong -fPIE -D_FORTIFY_SOURCE=2 -Wp,-D_FORTIFY_SOURCE=3 -march=x86-64-v3 \
// RUN:   -fvisibility=hidden -fsanitize=address,undefined -flto=auto -fcf-protection -ffunction-sections -g0 -pthread -lfoo \
// RUN:   -Wall -Werror 2> %t.err
// RUN: FileCheck --check-prefix=DROPPED %s < %t.err
// DROPPED: dropped, as it is not for BPF: -fstack-protector-strong -fPIE -D_FORTIFY_SOURCE=2 -Wp,-D_FORTIFY_SOURCE=3
// DROPPED-SAME: -march=x86-64-v3 -fvisibility=hidden -fsanitize=address,undefined -flto=auto -fcf-protection
// DROPPED-SAME: -ffunction-sections -g0 -pthread -lfoo
// RUN: %bpfcc -c %s -o %t.plain.o && cmp %t.o %t.plain.o
// RUN: llvm-readelf -S %t.o | FileCheck --check-prefix=SECTIONS --implicit-check-not=.debug_ --implicit-check-not=addrsig %s
// SECTIONS: .BTF
// SECTIONS: .BTF.ext
// RUN: llvm-readelf -s %t.o | FileCheck --check-prefix=SYMBOLS %s
// SYMBOLS: FUNC GLOBAL DEFAULT {{.*}} program
// RUN: %bpfcc -c --keep-dwarf %s -o %t.dwarf.o && llvm-readelf -S %t.dwarf.o | FileCheck --check-prefix=DWARF %s
// DWARF: .debug_info
// RUN: %bpfcc --keep-dwarf %s -o %t.hpp && llvm-readelf -S %t.hpp.o | FileCheck --check-prefix=DWARF %s
// RUN: %bpfcc -c --target-arch=arm64 -DARM64 %s -o %t.arm64.o
// RUN: %bpfcc -c --target-arch=s390 -DS390 %s -o %t.s390.o && llvm-readelf -h %t.s390.o | FileCheck --check-prefix=BIG %s
// BIG: big endian

// The BTF is what the same Clang writes beside DWARF.
// RUN: llvm-objcopy --dump-section .BTF=%t.btf1 --dump-section .BTF.ext=%t.ext1 %t.o
// RUN: llvm-objcopy --dump-section .BTF=%t.btf2 --dump-section .BTF.ext=%t.ext2 %t.dwarf.o
// RUN: cmp %t.btf1 %t.btf2 && cmp %t.ext1 %t.ext2
#ifdef __x86_64__
#include <stdint.h> // glibc's, which asks for this macro
#endif
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#ifdef ARM64
#if !defined(__TARGET_ARCH_arm64) || !defined(__aarch64__) || defined(__x86_64__)
#error wrong architecture
#endif
#elif defined(S390)
#if !defined(__TARGET_ARCH_s390) || __BYTE_ORDER__ != __ORDER_BIG_ENDIAN__
#error wrong architecture
#endif
#endif
#ifndef __OPTIMIZE__
#error -O2 is not set
#endif
#ifndef __bpf__
#error the target is not BPF
#endif

int counter;

SEC("socket") int program(void *ctx) { return ++counter; }
char LICENSE[] SEC("license") = "GPL";
