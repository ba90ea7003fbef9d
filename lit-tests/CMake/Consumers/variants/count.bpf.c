#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#ifndef ENTRIES
#define ENTRIES 16
#endif
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, ENTRIES);
	__type(key, int);
	__type(value, long);
} counts SEC(".maps");
SEC("socket") int count(struct __sk_buff *skb)
{
	int key = skb->len;
	return bpf_map_lookup_elem(&counts, &key) != 0;
}
char LICENSE[] SEC("license") = "GPL";
