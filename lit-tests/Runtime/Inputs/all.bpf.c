#include <linux/bpf.h>
typedef __u32 u32; typedef __u64 u64; typedef __u8 u8;
#include <bpf/bpf_helpers.h>
enum color { RED, GREEN = 5, BLUE = -3 };
enum big : unsigned long long { HUGE_ONE = 0xffffffffffULL };
struct inner { short a; char b; };
typedef struct { int x; long y; } anon_t;
struct __attribute__((packed)) packed { char c; int i; struct inner in; };
struct key { u32 pid; u8 flag; };
struct event {
  enum color color; enum big big; unsigned f1 : 3, f2 : 7; unsigned long long f3 : 40; char comm[16]; int grid[2][3];
  union { int u1; long u2; struct { char p, q; int r; }; };
  struct { int m, n; } named; struct packed pk; anon_t an; struct inner inner; int class; int key_; struct key key; struct key *ptr; int (*fn)(int);
  _Bool ok; __int128 wide; double d; struct { int z; } arr[2];
  struct { int v : 5; int : 3; int w : 9; } bits;
} __attribute__((aligned(64)));
struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, struct key); __type(value, struct event); __uint(max_entries, 16);} events SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __type(key, u32); __type(value, u64); __uint(max_entries, 4);} arr SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __type(key, u32); __type(value, u32); __uint(max_entries, 4);} parr SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_HASH); __type(key, char[16]); __type(value, anon_t); __uint(max_entries, 4);} phash SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_LRU_HASH); __uint(key_size, 6); __uint(value_size, 3); __uint(max_entries, 4);} key SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096);} rb SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH); __type(key, u64); __type(value, struct {int a; char b;}); __uint(max_entries, 4);} lp SEC(".maps");
const volatile u32 target = 7; const volatile char name[8] = "abc"; long total = 1; int counts[4]; struct event last; u8 b1; u64 SEC(".data.mine") mine = 9; static int hidden;
extern int LINUX_KERNEL_VERSION __kconfig;
SEC("raw_tp/sys_enter") int on_enter(void *ctx) { struct event *e = bpf_ringbuf_reserve(&rb, sizeof *e, 0); u32 z = 1; u64 *v; 
 if (!e) return 0; __builtin_memset(e, 0, sizeof *e); e->color = BLUE; e->f1 = 5; e->f2 = 100; e->f3 = 1ULL<<39; e->bits.v = -7; e->bits.w = 200; e->wide = 3; e->pk.i = 77; e->named.n = target; e->ok = 1; e->big = HUGE_ONE; e->grid[1][2] = LINUX_KERNEL_VERSION > 0; bpf_get_current_comm(e->comm, 16); 
 last.class++; bpf_ringbuf_submit(e, 0); v = bpf_map_lookup_elem(&arr, &z); if (v) __sync_fetch_and_add(v, 1); u32 *p = bpf_map_lookup_elem(&parr, &z); if (p) (*p)++; total++; counts[2]++; hidden++; mine++; return 0; }
SEC("socket") int sock(void *ctx) { return 0; }
char LICENSE[] SEC("license") = "GPL";
