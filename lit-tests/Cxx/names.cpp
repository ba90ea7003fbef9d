// Types get names that C and the kernel take, programs and maps their own; BTF has no more than it can say.
// RUN: %bpfcc -c %s -o %t.o && %bpfbuild vmlinux --btf=%t.o | FileCheck %s
// RUN: llvm-nm %t.o | FileCheck --check-prefix=SYMBOLS %s
// RUN: not %bpfcc -c -DCLASH %s -o %t.no.o 2>&1 | FileCheck --check-prefix=CLASH %s
// CLASH: names.cpp:[[#]]:1: error: 'in_namespace(void*)' and 'app::in_namespace(void*)' would both be called 'in_namespace'
#include <bpf/bpf_helpers.h>
namespace app {
enum class kind : unsigned char { in, out };
template <class T, int N> struct box {
	T values[N];
	int get() const { return values[0]; }
	static int count;
};
class point : box<int, 2> {
public:
	kind what;
	point *next;
	int &reference;
	struct inner { long l; } nested;
	point(int &r) : reference(r) {}
};
template <unsigned T, class K, class V, unsigned N> struct map {
	int (*type)[T];
	K *key;
	V *value;
	int (*max_entries)[N];
};
map<1, unsigned, point, 16> points SEC(".maps");
SEC("socket") int in_namespace(void *ctx) { return sizeof(point); }
} // namespace app
app::box<app::point *, 4> boxes;
struct plain { int x; } plain_value;
#ifdef CLASH
SEC("socket") int in_namespace(void *ctx) { return 1; }
#endif
// CHECK-DAG: enum app_kind {
// CHECK-DAG: struct app_box_int_2 {
// CHECK-DAG: struct app_point_inner {
// CHECK: struct app_point {
// CHECK-NEXT: struct app_box_int_2 box_int_2;
// CHECK-NEXT: enum app_kind what;
// CHECK: struct app_point *next;
// CHECK-NEXT: int *reference;
// CHECK-NEXT: struct app_point_inner nested;
// CHECK-DAG: struct app_box_app_point_4 {
// CHECK-DAG: struct plain {
// SYMBOLS-NOT: _ZN3app
// SYMBOLS: T in_namespace
// SYMBOLS-NOT: _ZN3app
// SYMBOLS: D points
