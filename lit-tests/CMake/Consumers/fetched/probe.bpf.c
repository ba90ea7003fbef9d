#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "own.h"
#include "more.h"
int three = THREE + NOTHING;
SEC("socket") int probe_program(struct __sk_buff *skb)
{
	return three;
}
char LICENSE[] SEC("license") = "GPL";
