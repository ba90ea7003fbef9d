// Memory that the verifier surely lets nobody touch is an error when the source is compiled; its corrected twin passes.
// RUN: not %bpfcc -c -DWRONG -Wbpf-context-type %s -o %t.o 2> %t.err
// RUN: FileCheck --implicit-check-not="error:" --implicit-check-not="warning:" %s < %t.err
// RUN: %bpfcc -c -Werror -Wbpf-context-type %s -o %t.o
// What loads with some hosts is advice, or a warning.
// RUN: not %bpfcc -c -DWRONG -w %s -o %t.o 2>&1 | FileCheck --check-prefix=QUIET %s
// QUIET-NOT: {{bpf-context-type|bpf-sleepable}}
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";
volatile __u64 sink;

struct event {
	__u64 common;
	const char *name;
};

#ifdef WRONG
#define TWIN(wrong, right) wrong
#else
#define TWIN(wrong, right) right
#endif

// CHECK-DAG: memory.c:[[#@LINE+3]]:{{[0-9]+}}: error: reads the packet without a comparison with data_end [-Wbpf-memory]
// CHECK-DAG: note: compare the end of what you access with data_end first, and again after data was read anew
SEC("xdp") int packet(struct xdp_md *ctx) {
	__u8 *data = (void *)(long)ctx->data; TWIN(return data[3],);
	if (data + 4 > (__u8 *)(long)ctx->data_end)
		return XDP_PASS;
	return data[3];
}

// CHECK-DAG: memory.c:[[#@LINE+5]]:{{[0-9]+}}: error: writes the packet without a comparison with data_end [-Wbpf-memory]
SEC("tc") int anew(struct __sk_buff *skb) {
	__u8 *data = (void *)(long)skb->data;
	if (data + 4 > (__u8 *)(long)skb->data_end)
		return 0;
	TWIN(*(__u8 *)(long)*(volatile __u32 *)&skb->data = 1, *data = 1);
	return 0;
}

// CHECK-DAG: memory.c:[[#@LINE+3]]:{{[0-9]+}}: error: reads memory at an address from the context, which the verifier takes for a number [-Wbpf-memory]
// CHECK-DAG: note: read it with BPF_CORE_READ() or bpf_probe_read_kernel(), a user's memory with bpf_probe_read_user()
SEC("tp/sched/sched_switch") int tracepoint(struct event *ctx) {
	TWIN(sink = ctx->name[2], char c = 0; bpf_probe_read_kernel(&c, 1, ctx->name); sink = c);
	return 0;
}

// CHECK-DAG: memory.c:[[#@LINE+2]]:{{[0-9]+}}: error: reads memory at an address from the context, which the verifier takes for a number [-Wbpf-memory]
SEC("kprobe/vfs_read") int argument(struct pt_regs *ctx) {
	TWIN(sink = *(__u32 *)PT_REGS_PARM1(ctx), sink = PT_REGS_PARM1(ctx));
	return 0;
}

// CHECK-DAG: memory.c:[[#@LINE+3]]:{{[0-9]+}}: error: reads memory at the address that bpf_get_current_task() returned, which the verifier takes for a number [-Wbpf-memory]
// CHECK-DAG: note: call bpf_get_current_task_btf(), or read with BPF_CORE_READ()
SEC("raw_tp/sys_enter") int task(struct bpf_raw_tracepoint_args *ctx) {
	TWIN(sink = *(__u32 *)bpf_get_current_task(), sink = bpf_get_current_task());
	return 0;
}

// CHECK-DAG: memory.c:[[#@LINE+2]]:{{[0-9]+}}: error: reads bytes 24 to 27 of the context; struct xdp_md has 24 [-Wbpf-context]
SEC("xdp") int beyond(struct xdp_md *ctx) {
	return ((volatile __u32 *)ctx)[TWIN(6, 5)];
}

// CHECK-DAG: memory.c:[[#@LINE+1]]:{{[0-9]+}}: warning: the context of SEC("xdp") is a struct xdp_md, and 'of_another' takes a struct __sk_buff [-Wbpf-context-type]
SEC("xdp") int of_another(struct TWIN(__sk_buff, xdp_md) *ctx) {
	return XDP_PASS;
}

// CHECK-DAG: memory.c:[[#@LINE+4]]:{{[0-9]+}}: warning: bpf_copy_from_user() may sleep, and programs of SEC("uprobe//bin/sh:main") may not [-Wbpf-sleepable]
// CHECK-DAG: note: SEC("uprobe.s//bin/sh:main") is a sleepable program
SEC(TWIN("uprobe", "uprobe.s") "//bin/sh:main") int sleeps(struct pt_regs *ctx) {
	char text[8];
	return bpf_copy_from_user(text, sizeof(text), (void *)PT_REGS_PARM1(ctx));
}

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} records SEC(".maps");

// CHECK-DAG: memory.c:[[#@LINE+3]]:{{[0-9]+}}: error: the record that bpf_ringbuf_reserve() gives is never given back [-Wbpf-reference]
// CHECK-DAG: note: call bpf_ringbuf_submit() or bpf_ringbuf_discard() on every path where it is not null
SEC("raw_tp/sched_switch") int leaks(struct bpf_raw_tracepoint_args *ctx) {
	__u64 *record = bpf_ringbuf_reserve(&records, 8, 0);
	if (!record)
		return 0;
	*record = 1;
	TWIN(sink = *record, bpf_ringbuf_submit(record, 0));
	return 0;
}

// Given back by a function that it calls.
static __attribute__((noinline)) void give_back(void *record) {
	bpf_ringbuf_discard(record, 0);
}
SEC("raw_tp/sched_wakeup") int by_another(struct bpf_raw_tracepoint_args *ctx) {
	void *record = TWIN(0, bpf_ringbuf_reserve(&records, 8, 0));
	if (record)
		give_back(record);
	return 0;
}

// What was compared in any way, what a way around leads to, and what the compiler cannot follow is left to the verifier.
SEC("xdp") int compared(struct xdp_md *ctx) {
	__u8 *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	for (int i = 0; i < 4; ++i)
		if (data + i < end)
			sink += data[i];
	return XDP_PASS;
}

SEC("?xdp") int when_asked_for(struct xdp_md *ctx) {
	return *(__u8 *)(long)ctx->data;
}
