#!/usr/bin/env python3
"""bench/btf: bpfbuild vmlinux, the whole header, against bpftool btf dump file … format c, in turn, in one run.

    bench/btf/run.py [--rounds N] [--check BTF…]

Each figure is the best of the rounds, as on a shared machine only the best is undisturbed. --check compiles the header of the running
kernel, and of each BTF file given, with assertions on every size, offset, bit-field and value (check.py). BPFBUILD and BPFTOOL name the tools.
"""
import argparse
import os
import platform
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]
import check  # noqa: E402
from rawbtf import BTF, read  # noqa: E402
from tools import BPFBUILD, BPFTOOL, Cost  # noqa: E402

KERNEL = "/sys/kernel/btf/vmlinux"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--check", action="append", default=[])
    options = parser.parse_args()
    commands = {"bpftool": [BPFTOOL, "btf", "dump", "file", KERNEL, "format", "c"], "bpfbuild": [BPFBUILD, "vmlinux"]}
    costs = {name: [] for name in commands}
    for _ in range(options.rounds):
        for name, command in commands.items():
            costs[name].append(Cost().run(command))
    print(f"Linux {platform.release()}, {os.cpu_count()} CPUs, best of {options.rounds} rounds")
    for what in ("wall", "cpu"):
        peer, ours = (min(getattr(cost, what) for cost in costs[name]) for name in commands)
        print(f"{what:4} ms: bpftool {peer:7.1f}  bpfbuild {ours:7.1f}  {peer / ours:5.2f}x")
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for btf in [KERNEL] + options.check:
            header = os.path.join(folder, "vmlinux.h")
            subprocess.run([BPFBUILD, "vmlinux", f"--btf={btf}", "-o", header], check=True)
            counts, complaints = check.check(header, BTF(read(btf)))
            failed |= bool(complaints)
            print(f"{btf}:", ", ".join(f"{n} {what}" for what, n in counts.items()), f"checked; {len(complaints)} complaints")
    sys.exit(failed)


if __name__ == "__main__":
    main()
