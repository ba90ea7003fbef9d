# Compiles a program with each header before and after each kind of vmlinux.h; takes the compiler.
set -e
body='#include <bpf/bpf_helpers.h>
SEC("socket") int program(void *ctx) {
  struct task_struct *task = bpf_get_current_task_btf();
  uint64_t wide = task->pid; loff_t offset = 0; bool is_true = true;
  struct tcphdr header = {}; struct icmphdr icmp = {};
  return wide + offset + is_true + header.source + icmp.code;
}'
n=0
for vmlinux in vmlinux.h vmlinux_text.h; do
  for header in linux/tcp.h linux/icmp.h stdint.h stddef.h sys/types.h stdlib.h stdbool.h linux/pkt_cls.h; do
    for extension in c cpp; do
      printf '#include "%s"\n#include <%s>\n%s\n' $vmlinux $header "$body" > after.$extension
      printf '#include <%s>\n#include "%s"\n%s\n' $header $vmlinux "$body" > before.$extension
      for order in after before; do
        "$@" -c $order.$extension -o $order.o || { echo "$header $order $vmlinux in $extension"; exit 1; }
        n=$((n + 1))
      done
    done
  done
done
echo $n compiled
