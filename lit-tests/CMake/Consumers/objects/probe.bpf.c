#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? !defined(__TARGET_ARCH_s390) : !defined(__TARGET_ARCH_arm64) && !defined(__TARGET_ARCH_x86)
#error "another machine's macros"
#endif
SEC("socket") int probe(struct __sk_buff *skb)
{
	return skb->len;
}
char LICENSE[] SEC("license") = "GPL";
