// Forty maps of eight kinds and a program that uses them all: what a large agent looks like to the linker and the skeleton.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct value0 {
	__u64 counters[1];
	__u32 flags;
	char name[16];
};

struct value1 {
	__u64 counters[2];
	__u32 flags;
	char name[20];
};

struct value2 {
	__u64 counters[3];
	__u32 flags;
	char name[24];
};

struct value3 {
	__u64 counters[4];
	__u32 flags;
	char name[28];
};

struct value4 {
	__u64 counters[5];
	__u32 flags;
	char name[32];
};

struct value5 {
	__u64 counters[6];
	__u32 flags;
	char name[36];
};

struct value6 {
	__u64 counters[7];
	__u32 flags;
	char name[40];
};

struct value7 {
	__u64 counters[8];
	__u32 flags;
	char name[44];
};

struct value8 {
	__u64 counters[9];
	__u32 flags;
	char name[48];
};

struct value9 {
	__u64 counters[10];
	__u32 flags;
	char name[52];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct value0);
	__uint(max_entries, 64);
} map0 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct value1);
	__uint(max_entries, 65);
} map1 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct value2);
	__uint(max_entries, 66);
} map2 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct value3);
	__uint(max_entries, 67);
} map3 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, __u32);
	__type(value, struct value4);
	__uint(max_entries, 68);
} map4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct value5);
	__uint(max_entries, 69);
} map5 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct value6);
	__uint(max_entries, 70);
} map6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct value7);
	__uint(max_entries, 71);
} map7 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct value8);
	__uint(max_entries, 72);
} map8 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct value9);
	__uint(max_entries, 73);
} map9 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, __u32);
	__type(value, struct value0);
	__uint(max_entries, 74);
} map10 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct value1);
	__uint(max_entries, 75);
} map11 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct value2);
	__uint(max_entries, 76);
} map12 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct value3);
	__uint(max_entries, 77);
} map13 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct value4);
	__uint(max_entries, 78);
} map14 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct value5);
	__uint(max_entries, 79);
} map15 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, __u32);
	__type(value, struct value6);
	__uint(max_entries, 80);
} map16 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct value7);
	__uint(max_entries, 81);
} map17 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct value8);
	__uint(max_entries, 82);
} map18 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct value9);
	__uint(max_entries, 83);
} map19 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct value0);
	__uint(max_entries, 84);
} map20 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct value1);
	__uint(max_entries, 85);
} map21 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, __u32);
	__type(value, struct value2);
	__uint(max_entries, 86);
} map22 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct value3);
	__uint(max_entries, 87);
} map23 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct value4);
	__uint(max_entries, 88);
} map24 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct value5);
	__uint(max_entries, 89);
} map25 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct value6);
	__uint(max_entries, 90);
} map26 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct value7);
	__uint(max_entries, 91);
} map27 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, __u32);
	__type(value, struct value8);
	__uint(max_entries, 92);
} map28 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct value9);
	__uint(max_entries, 93);
} map29 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct value0);
	__uint(max_entries, 94);
} map30 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct value1);
	__uint(max_entries, 95);
} map31 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct value2);
	__uint(max_entries, 96);
} map32 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct value3);
	__uint(max_entries, 97);
} map33 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, __u32);
	__type(value, struct value4);
	__uint(max_entries, 98);
} map34 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct value5);
	__uint(max_entries, 99);
} map35 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u32);
	__type(value, struct value6);
	__uint(max_entries, 100);
} map36 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct value7);
	__uint(max_entries, 101);
} map37 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, __u32);
	__type(value, struct value8);
	__uint(max_entries, 102);
} map38 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct value9);
	__uint(max_entries, 103);
} map39 SEC(".maps");

#define COUNT(map, type) \
	do { \
		struct type *value = bpf_map_lookup_elem(&map, &key); \
		if (value) \
			value->counters[0]++; \
	} while (0)

SEC("socket")
int count(struct __sk_buff *skb)
{
	__u32 key = skb->len % 64;

	COUNT(map0, value0);
	COUNT(map1, value1);
	COUNT(map2, value2);
	COUNT(map3, value3);
	COUNT(map4, value4);
	COUNT(map5, value5);
	COUNT(map6, value6);
	COUNT(map7, value7);
	COUNT(map8, value8);
	COUNT(map9, value9);
	COUNT(map10, value0);
	COUNT(map11, value1);
	COUNT(map12, value2);
	COUNT(map13, value3);
	COUNT(map14, value4);
	COUNT(map15, value5);
	COUNT(map16, value6);
	COUNT(map17, value7);
	COUNT(map18, value8);
	COUNT(map19, value9);
	COUNT(map20, value0);
	COUNT(map21, value1);
	COUNT(map22, value2);
	COUNT(map23, value3);
	COUNT(map24, value4);
	COUNT(map25, value5);
	COUNT(map26, value6);
	COUNT(map27, value7);
	COUNT(map28, value8);
	COUNT(map29, value9);
	COUNT(map30, value0);
	COUNT(map31, value1);
	COUNT(map32, value2);
	COUNT(map33, value3);
	COUNT(map34, value4);
	COUNT(map35, value5);
	COUNT(map36, value6);
	COUNT(map37, value7);
	COUNT(map38, value8);
	COUNT(map39, value9);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
