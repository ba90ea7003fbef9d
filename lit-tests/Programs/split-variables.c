// Of a static variable of which the optimiser makes several, or a smaller one, BTF says nothing: what it said would make the
// kernel refuse all of it, and with it the map, whose lock it needs.
// REQUIRES: bpf, kernel-btf
// RUN: %bpfcc %s --object=%t.o --skeleton=%t.hpp && %load_object %t.o 2>&1 | FileCheck %s
// CHECK-NOT: ignoring
// CHECK: map locks: type 2
// CHECK: program count
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

static struct {
	u64 hits, misses;
} stats;
static int seen = 0;
struct value {
	struct bpf_spin_lock lock;
	int n;
};
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, u32);
	__type(value, struct value);
	__uint(max_entries, 2);
} locks SEC(".maps");

SEC("tc") int count(struct __sk_buff *skb)
{
	u32 key = 0;
	struct value *value = bpf_map_lookup_elem(&locks, &key);

	if (skb->len > 4) {
		stats.hits++;
		seen = 1;
	} else {
		stats.misses++;
	}
	if (value) {
		bpf_spin_lock(&value->lock);
		value->n++;
		bpf_spin_unlock(&value->lock);
	}
	return seen;
}
char LICENSE[] SEC("license") = "GPL";
