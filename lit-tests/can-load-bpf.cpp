// Exits 0 if this process may load BPF programs and make BPF maps on this kernel.
#include <bpf/libbpf.h>

int main() {
  libbpf_set_print(nullptr);
  return libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_SOCKET_FILTER, nullptr) == 1 ? 0 : 1;
}
