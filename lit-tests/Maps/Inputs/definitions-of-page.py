"""The C blocks of docs/maps.md as one source, each a map of its own name."""
import re
import sys

print('#include "vmlinux.h"\n#include <bpf/bpf_helpers.h>\nstruct my_key { int k; };\nstruct my_value { int v; };')
for number, block in enumerate(re.findall(r"```c\n(.*?)```", open(sys.argv[1]).read(), re.S)):
    print(block.replace("} name SEC", f"}} map{number} SEC"))
print('char LICENSE[] SEC("license") = "GPL";')
