#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "limits.h"
#include "own.h"
#include "reaches_all.h"
#if BY_SOURCE != 1
#error "the source's own property"
#endif
const volatile int limit = LIMIT;
const char text[4] = TEXT;
SEC("socket") int from_c(struct __sk_buff *skb)
{
	return limit + OWN;
}
char LICENSE[] SEC("license") = "GPL";
