// A scheduler that leaves all to the kernel, and counts the tasks that it sees run.
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

struct sched_ext_ops {
  void (*running)(void *task);
  char name[128];
};

unsigned long long tasks;

SEC("struct_ops/on_running")
void BPF_PROG(on_running, void *task) {
  __sync_fetch_and_add(&tasks, 1);
}

SEC(".struct_ops")
struct sched_ext_ops scheduler = {
    .running = (void *)on_running,
    .name = "attach",
};
