"""Compares bpfbuild probe with bpftool feature probe, row by row. What differs must be on the list of reasons below.

    compare.py OURS.json BPFTOOL.json BTF-HAS-LSM…
"""
import json
import sys

ours, theirs = (json.load(open(path)) for path in sys.argv[1:3])
reasons, rows, explained = [], 0, 0

# bpftool asks for tracing programs by a function that does not exist and knows the answers of its time; we load one.
TRACING = {"tracing", "lsm", "ext", "struct_ops"}
# bpftool leaves these out unless it is called with "full", as they write to the kernel's log.
SILENT = {"bpf_trace_printk", "bpf_trace_vprintk", "bpf_probe_write_user"}


def compare(what, name, our, their):
    global rows, explained
    rows += 1
    if our == their:
        return
    if what == "program type" and name in TRACING and our and not their:
        explained += 1
    else:
        reasons.append(f"{what} {name}: {our}, bpftool {their}")


for name, their in theirs["program_types"].items():
    name = name.removeprefix("have_").removesuffix("_prog_type")
    compare("program type", name, ours["program_types"].get(name), their)
for name, their in theirs["map_types"].items():
    name = name.removeprefix("have_").removesuffix("_map_type")
    compare("map type", name, ours["map_types"].get(name), their)
all_helpers = {name for names in theirs["helpers"].values() for name in names}
for name, names in theirs["helpers"].items():
    name = name.removesuffix("_available_helpers")
    if name in TRACING or name not in ours["helpers"]:
        assert not names or name in TRACING, name
        continue
    # Since Linux 6.9 the verifier says "program of this type cannot use helper": a bpftool that waits for "unknown func" finds
    # every helper in every program type.
    believes_all = len(names) == len(all_helpers)
    for helper in sorted(all_helpers - SILENT):
        rows += 1
        our, their = helper in ours["helpers"][name], helper in names
        if our != their:
            if believes_all and their and not our:
                explained += 1
            else:
                reasons.append(f"helper {helper} of {name}: {our}, bpftool {their}")
if reasons:
    sys.exit("\n".join(reasons))
print(f"{rows} rows, {explained} explained, 0 differ")
