"""BPF sources with one set of maps: what the benchmarks of many sources in one object are written from."""
import os


def write_header(folder, count, more_includes=""):
    """Writes shared.h with the struct event and declarations of `count` hashes of it, shared0 and so on; gives what one of the sources must
    define."""
    with open(os.path.join(folder, "shared.h"), "w") as out:
        out.write('#include "vmlinux.h"\n#include <bpf/bpf_helpers.h>\n' + more_includes +
                  "struct event { struct task_struct *task; __u64 at[4]; char comm[16]; };\n")
        for index in range(count):
            out.write(f"struct map{index} {{ __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, {index + 1}); __type(key, __u32); "
                      f"__type(value, struct event); }};\nextern struct map{index} shared{index} SEC(\".maps\");\n")
    return "".join(f'struct map{index} shared{index} SEC(".maps");\n' for index in range(count)) + 'char LICENSE[] SEC("license") = "GPL";\n'
