// A kfunc that the kernel at hand does not have, but one like it; one that is weak may be missing, and one like no other may be a module's.
// REQUIRES: kernel-btf
// RUN: %bpfcc -c %s -o %t.o 2>&1 | FileCheck --implicit-check-not="warning:" %s
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";
// CHECK: kfunc-name.c:[[#@LINE+1]]:{{[0-9]+}}: warning: no kfunc 'bpf_rcu_read_lok' in {{.*}}; did you mean 'bpf_rcu_read_lock'? [-Wbpf-kfunc-name]
extern void bpf_rcu_read_lok(void) __ksym;
extern void bpf_rcu_read_unlok(void) __ksym __weak;
extern void like_no_other_at_all(void) __ksym;

SEC("tc") int classify(struct __sk_buff *skb) {
	bpf_rcu_read_lok();
	if (bpf_rcu_read_unlok)
		bpf_rcu_read_unlok();
	like_no_other_at_all();
	return 0;
}
