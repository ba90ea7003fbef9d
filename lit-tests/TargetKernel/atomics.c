// __sync_fetch_and_add() is for every kernel where nobody wants what was there before; from 5.12 on it is what Clang makes of it.
// RUN: %bpfcc -c --target-kernel=5.10 %s -o %t.o && llvm-objdump -d %t.o | FileCheck --check-prefix=OLD %s
// RUN: %bpfcc -c --target-kernel=5.12 %s -o %t.o && llvm-objdump -d %t.o | FileCheck --check-prefix=NEW %s
// RUN: not %bpfcc -c --target-kernel=5.10 -DWANTED %s -o %t.o 2>&1 | FileCheck --check-prefix=WANTED %s
// OLD: lock *(u64 *)(r{{[0-9]}} + 0x0) += r{{[0-9]}}
// OLD: lock *(u64 *)(r{{[0-9]}} + 0x0) += r{{[0-9]}}
// OLD-NOT: atomic_fetch
// NEW: atomic_fetch_add
// WANTED: atomics.c:[[#@LINE+12]]:9: error: an atomic operation other than add without its result: needs Linux 5.12
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";
__u64 runs;

SEC("xdp") int count(struct xdp_md *ctx)
{
	__sync_fetch_and_add(&runs, 1);
	__sync_fetch_and_sub(&runs, ctx->ingress_ifindex);
#ifdef WANTED
	return __sync_fetch_and_add(&runs, 1);
#endif
	return XDP_PASS;
}
