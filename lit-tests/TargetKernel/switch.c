// The kernels of -mcpu=v4 before 6.19 know no jump tables, so a switch has none where --target-kernel= names the kernel.
// RUN: %bpfcc -c --target-kernel=6.12 %s -o %t.o && llvm-objdump -d %t.o | FileCheck --check-prefix=NONE --implicit-check-not=gotox %s
// RUN: %bpfcc -c -mcpu=v4 %s -o %t.o && llvm-objdump -d %t.o | FileCheck --check-prefix=TABLE %s
// RUN: not %bpfcc -c --target-kernel=6.12 -fjump-tables %s -o %t.o 2>&1 | FileCheck --check-prefix=REFUSED %s
// NONE: <choose>:
// TABLE: gotox
// REFUSED: switch.c:[[#@LINE+8]]:3: error: gotox, a jump by a table: needs Linux 6.19; compiled for 6.12 [-Wbpf-instruction]
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";
__u64 sum;

SEC("xdp") int choose(struct xdp_md *ctx) {
  switch (ctx->ingress_ifindex) {
#define CASE(N) case N: sum += bpf_get_prandom_u32() * N; break;
    CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10) CASE(11) CASE(12) CASE(13)
    CASE(14) CASE(15) CASE(16) CASE(17) CASE(18) CASE(19) CASE(20) CASE(21) CASE(22) CASE(23) CASE(24)
  case 40: return XDP_DROP;
  }
  return XDP_PASS;
}
