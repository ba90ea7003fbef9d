#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct point {
	__u32 x, y;
};
struct prefix {
	__u32 length;
	__u8 address[4];
};
struct record {
	__u64 number;
	char text[8];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct point);
	__type(value, __u64);
	__uint(max_entries, 1024);
} points SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__type(key, struct prefix);
	__type(value, __u32);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} routes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__type(value, struct point);
	__uint(max_entries, 2);
} first_in SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__type(value, struct point);
	__uint(max_entries, 2);
} last_in SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__type(value, __u64);
	__uint(max_entries, 100);
} seen SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct point);
	__uint(max_entries, 600);
	__uint(map_flags, BPF_F_MMAPABLE);
} shared SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct point);
	__uint(max_entries, 3);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 4);
	__array(values, struct inner);
} by_tenant SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 2);
	__array(values, struct inner);
} by_index SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 2);
} tail_calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(value, struct record);
} lines SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
	__type(value, struct record);
} records SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} more_records SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
} commands SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(key_size, 4);
	__uint(value_size, 20 * 8);
	__uint(max_entries, 64);
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct point);
} of_tasks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} of_sockets SEC(".maps");

struct {
	__uint(type, 32); /* BPF_MAP_TYPE_CGRP_STORAGE, which older headers lack */
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} of_cgroups SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
	__uint(max_entries, 2);
} groups SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__type(key, __u32);
	__type(value, __u64);
	__uint(max_entries, 4);
} sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__type(key, __u64);
	__type(value, __u64);
	__uint(max_entries, 4);
} sockets_by_key SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__type(key, __u32);
	__type(value, struct bpf_devmap_val);
	__uint(max_entries, 8);
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CPUMAP);
	__type(key, __u32);
	__type(value, struct bpf_cpumap_val);
	__uint(max_entries, 2);
} cpus SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 64);
} per_cpu SEC(".maps");

__u64 commands_read;

static long read_command(struct bpf_dynptr *command, void *sum)
{
	struct record r;
	if (bpf_dynptr_read(&r, sizeof(r), command, 0, 0) == 0)
		commands_read += r.number;
	return 0;
}

SEC("raw_tp/sys_enter") int on_enter(void *ctx)
{
	__u32 id = bpf_get_current_pid_tgid() >> 32, zero = 0, key = 7;
	__u64 *wanted = bpf_map_lookup_elem(&points, &(struct point){1, 2});
	if (!wanted || *wanted != id)
		return 0;
	struct record r = {.number = 42, .text = "perf"};
	bpf_perf_event_output(ctx, &lines, BPF_F_CURRENT_CPU, &r, sizeof(r));
	__builtin_memcpy(r.text, "ring", 5);
	bpf_ringbuf_output(&records, &r, sizeof(r), 0);
	r.number = 43;
	bpf_ringbuf_output(&more_records, &r, sizeof(r), 0);
	bpf_user_ringbuf_drain(&commands, read_command, 0, 0);
	*wanted = 0;
	struct point where = {5, 6};
	bpf_map_push_elem(&first_in, &where, 0);
	void *mine = bpf_map_lookup_elem(&by_tenant, &key);
	if (mine)
		bpf_map_update_elem(mine, &zero, &where, 0);
	__u32 stack = bpf_get_stackid(ctx, &stacks, BPF_F_USER_STACK);
	bpf_map_update_elem(&per_cpu, &zero, &stack, 0);
	return 0;
}

SEC("socket") int second(struct __sk_buff *skb)
{
	return 17;
}

SEC("socket") int first(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &tail_calls, 1);
	return 1;
}

char LICENSE[] SEC("license") = "GPL";
