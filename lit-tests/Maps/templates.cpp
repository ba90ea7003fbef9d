// A map definition in C++ may be a template; diagnostics stand at the members of the template and at the variable.
// RUN: not %bpfcc -Wbpf -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %bpfcc -Wbpf -c %s -o %t.o -fdiagnostics-parseable-fixits 2>&1 | FileCheck --check-prefix=FIX %s
// FIX-NOT: fix-it:
// RUN: %bpfcc -Wbpf -c %s -o %t.o -DFIXED 2>&1 | count 0
// RUN: %bpfbuild dump --json %t.o | FileCheck --check-prefix=DUMP %s
template <unsigned Type, typename Key, typename Value, unsigned Entries> struct map {
	int (*type)[Type];
	Key *key;
	Value *value;
	int (*max_entries)[Entries];
};
template <unsigned Size> struct ring_buffer {
	int (*type)[27];
	int (*max_entries)[Size];
};
struct flow {
	int from, to;
};

extern "C" map<1, flow, long, 64> flows __attribute__((section(".maps")));
map<1, flow, long, 64> flows;
// DUMP: "name": "flows",
// DUMP-NEXT: "type": "hash",
// DUMP-NEXT: "key_size": 8,
// DUMP-NEXT: "value_size": 8,
// DUMP-NEXT: "max_entries": 64,

extern "C" {
#ifndef FIXED
map<2, long, long, 64> array __attribute__((section(".maps")));
ring_buffer<5000> events __attribute__((section(".maps")));
#endif
}
// CHECK: templates.cpp:9:7: error: map 'array': key size 8, expected 4 for BPF_MAP_TYPE_ARRAY [-Wbpf-map-key-size]
// CHECK: templates.cpp:15:8: warning: map 'events': a ring buffer of 5000 bytes
