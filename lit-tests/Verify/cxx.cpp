// C++: the same diagnostics, at the lines of functions in namespaces.
// REQUIRES: bpf, kernel-btf
// RUN: not %bpfcc -w -Wno-bpf-memory -Wno-bpf-context --verify -c %s -o %t.o 2> %t.err
// RUN: FileCheck --implicit-check-not=inside %s < %t.err
// RUN: not test -e %t.o
// RUN: %bpfcc -DCORRECTED --verify -c %s -o %t.right.o 2>&1 | count 0
#include "vmlinux.h"
#include <bpf_helpers/bpf.hpp>
#include "Inputs/twins.h"

char LICENSE[] SEC("license") = "GPL";
bpf::array<__u64, 4> numbers;

namespace mistakes {

SEC("xdp") int beyond(struct xdp_md *ctx) {
  __u32 key = 0;
  auto *value = static_cast<__u64 *>(bpf_map_lookup_elem(&numbers, &key));
  return value ? value[WRONG(ctx->ingress_ifindex) RIGHT(0)] : 0;
  // CHECK: cxx.cpp:[[#@LINE-1]]:{{[0-9]+}}: error: the kernel refuses '{{.*}}beyond': R{{[0-9]}} unbounded memory access
  // CHECK-NEXT: note: the verifier knows no upper limit of this number; limit it first
}

SEC("xdp") int unguarded(struct xdp_md *ctx) {
  auto *data = reinterpret_cast<unsigned char *>(static_cast<unsigned long>(ctx->data));
  return WRONG(data[3]) RIGHT(data != nullptr);
  // CHECK: cxx.cpp:[[#@LINE-1]]:{{[0-9]+}}: error: the kernel refuses '{{.*}}unguarded': invalid access to packet, off=3 size=1
}

SEC("xdp") int inside(struct xdp_md *ctx) {
  auto *data = reinterpret_cast<unsigned char *>(static_cast<unsigned long>(ctx->data));
  auto *end = reinterpret_cast<unsigned char *>(static_cast<unsigned long>(ctx->data_end));
  return data + 4 <= end ? data[3] : 0;
}

} // namespace mistakes
