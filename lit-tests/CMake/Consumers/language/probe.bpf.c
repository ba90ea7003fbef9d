#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "limits.h"
#include "own.h"
#if BY_FLAGS + BY_CONFIGURATION + BY_FOLDER + BY_EXPRESSION + BY_LIBRARY + BY_ARGUMENT + BY_OPTION + BY_TARGET != 8
#error "something is missing"
#endif
#if defined(FOR_HOST) || defined(FOR_HOST_TOO)
#error "what is for the host"
#endif
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
