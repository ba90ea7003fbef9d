// Definitions of the form before BTF are recognised, shown as they are written today, and judged by the same rules; the shown ones
// are accepted.
// RUN: not %bpfcc -Wbpf -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %peer_clang -target bpf -O2 -g -c %s -o %t.typed.o -I%S/Inputs && not %bpfbuild check -Wbpf %t.typed.o 2>&1 | FileCheck --check-prefix=OBJECT %s
// RUN: %peer_clang -target bpfeb -O2 -c %s -o %t.big.o && not %bpfbuild check -Wbpf %t.big.o 2>&1 | FileCheck --check-prefix=OBJECT %s
// RUN: not %bpfbuild skeleton %t.typed.o -o %t.hpp 2>&1 | FileCheck --check-prefix=SKELETON %s
// SKELETON: error: {{.*}}map 'def': struct bpf_map_def in SEC("maps") is the form before BTF
typedef unsigned int __u32;
#define SEC(name) __attribute__((section(name), used))

struct bpf_map_def {
	__u32 type, key_size, value_size, max_entries, map_flags;
};
struct bpf_elf_map {
	__u32 type, size_key, size_value, max_elem, flags, id, pinning, inner_id, inner_idx;
};
struct flow { __u32 from, to; };

struct bpf_map_def SEC("maps") def = {.type = 1, .key_size = 8, .value_size = 16, .max_entries = 100, .map_flags = 1};
// CHECK: legacy.c:[[@LINE-1]]:32: error: map 'def': struct bpf_map_def in SEC("maps") is the form before BTF, which libbpf 1.0 and newer do not read [-Wbpf-map-definition]
// CHECK: note: write it as:
// CHECK-NEXT: struct {
// CHECK-NEXT: __uint(type, BPF_MAP_TYPE_HASH);
// CHECK-NEXT: __uint(key_size, 8);
// CHECK-NEXT: __uint(value_size, 16);
// CHECK-NEXT: __uint(max_entries, 100);
// CHECK-NEXT: __uint(map_flags, BPF_F_NO_PREALLOC);
// CHECK-NEXT: } def SEC(".maps");
// OBJECT: {{(legacy.c:19|.o)}}: error: map 'def': struct bpf_map_def in SEC("maps")
// OBJECT: __uint(map_flags, BPF_F_NO_PREALLOC);
// OBJECT-NEXT: } def SEC(".maps");

struct bpf_elf_map SEC("maps") elf = {.type = 2, .size_key = 8, .size_value = 4, .max_elem = 5, .id = 7, .pinning = 2, .inner_idx = 3};
// CHECK: legacy.c:[[@LINE-1]]:32: error: map 'elf': struct bpf_elf_map in SEC("maps")
// CHECK: __uint(type, BPF_MAP_TYPE_ARRAY);
// CHECK-NEXT: __uint(key_size, 8);
// CHECK-NEXT: __uint(value_size, 4);
// CHECK-NEXT: __uint(max_entries, 5);
// CHECK-NEXT: __uint(pinning, LIBBPF_PIN_BY_NAME);
// CHECK-NEXT: } elf SEC(".maps");
// CHECK-NEXT: pinning PIN_GLOBAL_NS is below tc/globals: set pin_root_path to that when the object is opened
// CHECK-NEXT: inner_idx 3: put this map into .values of the map of maps
// CHECK-NEXT: id 7: programs in sections "7/N" go into .values of a prog_array
// OBJECT: error: map 'elf': struct bpf_elf_map in SEC("maps")

// iproute2's BPF_ANNOTATE_KV_PAIR
struct bpf_elf_map SEC("maps") flows = {.type = 9, .size_key = 8, .size_value = 4, .max_elem = 5};
struct ____btf_map_flows { struct flow key; __u32 value; };
struct ____btf_map_flows SEC(".maps.flows") ____btf_map_flows = {};
// CHECK: legacy.c:[[@LINE-3]]:32: error: map 'flows'
// CHECK: __type(key, struct flow);
// CHECK-NEXT: __type(value, __u32);

__u32 SEC("maps") broken = 0;
// CHECK: legacy.c:[[@LINE-1]]:19: error: map 'broken': 4 bytes in SEC("maps") are no struct bpf_map_def or bpf_elf_map
// OBJECT: error: map 'broken': 4 bytes
// CHECK: legacy.c:33:32: error: map 'elf': key size 8, expected 4 for BPF_MAP_TYPE_ARRAY [-Wbpf-map-key-size]
// OBJECT: error: map 'elf': key size 8, expected 4 for BPF_MAP_TYPE_ARRAY

// The struct of such a definition is not the place for a fix.
// RUN: not %bpfcc -Wbpf -c %s -o %t.o -fdiagnostics-parseable-fixits 2>&1 | FileCheck --check-prefix=FIX %s
// FIX-NOT: fix-it:
