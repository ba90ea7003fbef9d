#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
int three = 3;
SEC("socket") int probe_program(struct __sk_buff *skb)
{
	return three;
}
char LICENSE[] SEC("license") = "GPL";
