// A program with a hash, a ring buffer and SIZE bytes of read-only data, which make the object as large as one wants.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct event {
	__u64 number;
	__u64 padding[3];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 64);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 24);
	__type(value, struct event);
} events SEC(".maps");

const unsigned char filling[SIZE] = {1};
__u64 sent;

SEC("raw_tp/sys_enter") int on_enter(void *ctx)
{
	return 0;
}

/* Sends 64 events a run. */
SEC("socket") int send(struct __sk_buff *skb)
{
	for (int i = 0; i < 64; ++i) {
		struct event e = {.number = sent++};
		bpf_ringbuf_output(&events, &e, sizeof(e), BPF_RB_NO_WAKEUP);
	}
	return filling[skb->len & 15];
}

char LICENSE[] SEC("license") = "GPL";
