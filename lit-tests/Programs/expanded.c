// What the back end expands is not refused, and loads: memory of a constant size, which may be known only there.
// REQUIRES: bpf
// RUN: %bpfcc -Wall %s --object=%t.o --skeleton=%t.hpp 2>&1 | count 0
// RUN: %load_object %t.o 2>&1 | FileCheck %s
// CHECK: program compare
// CHECK: program copy
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";
char a[64], b[64];

SEC("tc") int compare(struct __sk_buff *skb)
{
	return (__builtin_memcmp(a, b, 2) == 0) + (__builtin_memcmp(a, b, 64) < 0) + __builtin_bcmp(a, b, 1) +
	       (__builtin_strcmp(a, "abc") == 0) + (__builtin_strncmp(a, "bash", 5) == 0);
}

SEC("tc") int copy(struct __sk_buff *skb)
{
	__u32 n = skb->len;

	if (n != 8)
		return 0;
	__builtin_memcpy(a, b, n);
	return 1;
}
