// Latency histograms of block requests by device, over BTF tracepoints, in the manner of biolatency.
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define SLOTS 27

struct hist {
	u32 slots[SLOTS];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct request *);
	__type(value, u64);
	__uint(max_entries, 10240);
} starts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u32);
	__type(value, struct hist);
	__uint(max_entries, 256);
} hists SEC(".maps");

static struct hist initial_hist;
const volatile bool in_milliseconds = false;

static __always_inline u64 log2_of(u64 v)
{
	u64 result = 0;

#pragma unroll
	for (int shift = 32; shift; shift /= 2)
		if (v >> shift) {
			v >>= shift;
			result += shift;
		}
	return result;
}

SEC("tp_btf/block_rq_issue")
int BPF_PROG(on_issue, struct request *rq)
{
	u64 now = bpf_ktime_get_ns();

	bpf_map_update_elem(&starts, &rq, &now, BPF_ANY);
	return 0;
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(on_complete, struct request *rq, int error, unsigned int bytes)
{
	u64 *start = bpf_map_lookup_elem(&starts, &rq), delta, slot;
	struct gendisk *disk;
	struct hist *hist;
	u32 device;

	if (!start)
		return 0;
	delta = (bpf_ktime_get_ns() - *start) / (in_milliseconds ? 1000000 : 1000);
	disk = BPF_CORE_READ(rq, q, disk);
	device = disk ? BPF_CORE_READ(disk, major) << 20 | BPF_CORE_READ(disk, first_minor) : 0;
	hist = bpf_map_lookup_elem(&hists, &device);
	if (!hist) {
		bpf_map_update_elem(&hists, &device, &initial_hist, BPF_NOEXIST);
		hist = bpf_map_lookup_elem(&hists, &device);
	}
	slot = log2_of(delta);
	if (hist && slot < SLOTS)
		__sync_fetch_and_add(&hist->slots[slot], 1);
	bpf_map_delete_elem(&starts, &rq);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
