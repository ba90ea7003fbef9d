// User types out of BTF: what is declared, in the order of need, and what is asserted of it.
// RUN: %bpfcc %s -o %t.hpp --name=types && FileCheck %s < %t.hpp
// RUN: not grep -n "%S" %t.hpp
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

enum state { IDLE, BUSY = 7, GONE = -1 };
enum wide : unsigned long long { WIDE = 1ULL << 40 };

// The key of m, which has no name of its own; it comes first.
// CHECK: struct m_key {
// CHECK-NEXT: std::int32_t k;
// CHECK-NEXT: char c;
// CHECK-NEXT: std::uint8_t _pad5[3];

// CHECK: enum state : std::int32_t {
// CHECK-NEXT: IDLE = 0,
// CHECK-NEXT: BUSY = 7,
// CHECK-NEXT: GONE = -1,
// CHECK: enum wide : std::uint64_t {
// CHECK-NEXT: WIDE = 1099511627776,

struct __attribute__((packed)) tight { char c; int i; };
// CHECK: struct {{\[\[gnu::packed\]\]}} tight {
// CHECK-NEXT: char c;
// CHECK-NEXT: std::int32_t i;
// CHECK: static_assert(offsetof(tight, i) == 1);

typedef struct { short s; long l; } from_typedef;
// CHECK: struct from_typedef {
// CHECK-NEXT: std::int16_t s;
// CHECK-NEXT: std::uint8_t _pad2[6];
// CHECK-NEXT: std::int64_t l;

struct value {
	enum state state;
	enum wide wide;
	unsigned a : 3, b : 7;
	struct tight tight;
	from_typedef t;
	union { int i; struct { char p, q; }; };
	struct { int x; } named;
	int class, errno;
	struct value *next;
	_Bool flag;
	__int128 huge;
	char rest[];
};
// CHECK: struct value {
// CHECK-NEXT: enum state state;
// CHECK-NEXT: std::uint8_t _pad4[4];
// CHECK-NEXT: enum wide wide;
// CHECK-NEXT: std::uint32_t a : 3;
// CHECK-NEXT: std::uint32_t b : 7;
// CHECK: struct tight tight;
// CHECK: from_typedef t;
// CHECK: union {
// CHECK-NEXT: std::int32_t i;
// CHECK-NEXT: struct {
// CHECK-NEXT: char p;
// CHECK: struct {
// CHECK-NEXT: std::int32_t x;
// CHECK-NEXT: } named;
// CHECK-NEXT: std::int32_t class_;
// CHECK-NEXT: std::int32_t errno_;
// CHECK: std::uint64_t next; // struct value *
// CHECK-NEXT: bool flag;
// CHECK: std::uint8_t huge[16]; // __int128
// CHECK-NEXT: // rest begins at 96; its length is not in the type
// CHECK: static_assert(sizeof(value) == 96);
// CHECK: static_assert(offsetof(value, named.x) == 44);

struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, struct { int k; char c; }); __type(value, struct value); __uint(max_entries, 8); } m SEC(".maps");

const volatile int limit = 3;
int zero, also_zero[3];
static int private_one;
long SEC(".data.mine") mine = 4;
extern int LINUX_KERNEL_VERSION __kconfig;
// CHECK: struct bss_type {
// CHECK-NOT: private_one
// CHECK: struct data_mine_type {
// CHECK: struct kconfig_type {
// CHECK: class opened {
// CHECK-DAG: rodata_type &rodata() 
// CHECK-DAG: data_mine_type &data_mine()
// CHECK-NOT: kconfig()
// CHECK: load() &&;
// CHECK: static bpfbuild::result<opened> open(
// CHECK-DAG: const rodata_type &rodata() const 
// CHECK-DAG: const kconfig_type &kconfig() const
SEC("socket") int f(void *c) { private_one += zero + also_zero[1] + LINUX_KERNEL_VERSION; return private_one + mine + limit; }
char LICENSE[] SEC("license") = "GPL";
