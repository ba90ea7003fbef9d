#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "common.h"
int first = COMMON;
SEC("socket") int first_program(struct __sk_buff *skb)
{
	return first + 1;
}
char LICENSE[] SEC("license") = "GPL";
