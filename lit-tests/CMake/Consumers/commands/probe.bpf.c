#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "own.h"
#if BY_FLAGS + BY_LIBRARY + BY_TARGET != 3
#error "something is missing"
#endif
int own = OWN;
SEC("socket") int probe(struct __sk_buff *skb)
{
	return own;
}
char LICENSE[] SEC("license") = "GPL";
