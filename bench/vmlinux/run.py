#!/usr/bin/env python3
"""bench/vmlinux: bpfcc++ on CO-RE programs, types on demand, against clang + bpftool gen object + gen skeleton, in turn, in one run.

    bench/vmlinux/run.py [--rounds N] [--header vmlinux.h] [SOURCE…]

For each program: the peer with the whole vmlinux.h; bpfcc++ with types from the running kernel's BTF; bpfcc++ with the same header as a
file; and the floor, bpfcc++ with a header that has only the types that the program reaches, which is no larger than a hand could make it.
All four write a skeleton. Each figure is the best of the rounds, as on a shared machine only the best is undisturbed. CLANG, BPFTOOL and BPFCC name
the tools.
"""
import argparse
import glob
import os
import platform
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from tools import BPFCC, BPFTOOL, CLANG, Cost  # noqa: E402


def run(commands):
    """The cost of commands, each with the file that its standard output goes to."""
    cost = Cost()
    for command, output in commands:
        cost.run(command, output)
    return cost


def make_floor(source, folder):
    """The slice of one program as a header of its own: what -E shows of vmlinux.h."""
    os.makedirs(folder, exist_ok=True)
    text = subprocess.run([BPFCC, "-E", "-w", "--vmlinux=kernel", source], capture_output=True, text=True, check=True).stdout
    lines, inside = ["#define __VMLINUX_H__", "#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)"], False
    for line in text.splitlines():
        if line.startswith("# "):
            inside = "/vmlinux.h\"" in line
        elif inside and line.strip() and not line.startswith("#pragma"):
            lines.append(line)
    with open(os.path.join(folder, "vmlinux.h"), "w") as out:
        out.write("\n".join(lines + ["#pragma clang attribute pop", ""]))
    return len("\n".join(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--header", help="the whole vmlinux.h (default: bpftool's of the running kernel)")
    parser.add_argument("sources", nargs="*")
    options = parser.parse_args()
    sources = options.sources or sorted(glob.glob(f"{HERE}/corpus/*.bpf.c"))
    multiarch = subprocess.run(["cc", "-print-multiarch"], capture_output=True, text=True).stdout.strip()
    totals, peak = {}, 0
    with tempfile.TemporaryDirectory(prefix="bench-vmlinux-") as folder:
        whole = os.path.join(folder, "vmlinux.h")
        if options.header:
            os.symlink(os.path.abspath(options.header), whole)
        else:
            with open(whole, "wb") as out:
                subprocess.run([BPFTOOL, "btf", "dump", "file", "/sys/kernel/btf/vmlinux", "format", "c"], stdout=out, check=True)
        base = os.path.join(folder, "peer")
        print(f"Linux {platform.release()}, {os.cpu_count()} CPUs, best of {options.rounds} rounds, {len(sources)} programs; wall milliseconds")
        print(f"{'program':24} {'peer':>7} {'BTF':>7} {'ratio':>7} {'header':>7} {'ratio':>7} {'floor':>7} {'BTF/floor':>9} {'types KB':>8}")
        for source in sources:
            kilobytes = make_floor(source, os.path.join(folder, "floor")) / 1024
            skeleton = ["--vmlinux-slice=strict", "--name=bench", "-o", os.path.join(folder, "ours.skel.hpp")]
            peer = [([CLANG, "-target", "bpf", "-g", "-O2", "-w", "-D__TARGET_ARCH_x86", "-D__x86_64__", "-idirafter",
                      f"/usr/include/{multiarch}", "-I", folder, "-c", source, "-o", base + ".bpf.o"], None),
                    ([BPFTOOL, "gen", "object", base + ".o", base + ".bpf.o"], None),
                    ([BPFTOOL, "gen", "skeleton", base + ".o", "name", "bench"], base + ".skel.h")]
            ways = {"peer": peer, "BTF": [([BPFCC, "-w", source, *skeleton], None)],
                    "header": [([BPFCC, "-w", "-I" + folder, source, *skeleton], None)],
                    "floor": [([BPFCC, "-w", "-I" + os.path.join(folder, "floor"), source, *skeleton], None)]}
            results = {name: [] for name in ways}
            for _ in range(options.rounds):
                for name, commands in ways.items():
                    for output in set(glob.glob(f"{folder}/*.o") + glob.glob(f"{folder}/*.skel.*")):
                        os.remove(output)  # as in a build from clean
                    results[name].append(run(commands))
            best = {name: min(cost.wall for cost in rows) for name, rows in results.items()}
            peak = max([peak] + [cost.peak for name in ("BTF", "header") for cost in results[name]])
            for name, wall in best.items():
                totals[name] = totals.get(name, 0) + wall
            print(f"{os.path.basename(source)[:-6]:24} {best['peer']:7.1f} {best['BTF']:7.1f} {best['peer'] / best['BTF']:6.1f}x "
                  f"{best['header']:7.1f} {best['peer'] / best['header']:6.1f}x {best['floor']:7.1f} {best['BTF'] / best['floor']:8.2f}x "
                  f"{kilobytes:8.0f}")
    mean = {name: total / len(sources) for name, total in totals.items()}
    print(f"{'mean':24} {mean['peer']:7.1f} {mean['BTF']:7.1f} {mean['peer'] / mean['BTF']:6.1f}x {mean['header']:7.1f} "
          f"{mean['peer'] / mean['header']:6.1f}x {mean['floor']:7.1f} {mean['BTF'] / mean['floor']:8.2f}x")
    print(f"header/floor {mean['header'] / mean['floor']:.2f}x; peak of bpfcc++ {peak:.0f} MB")


if __name__ == "__main__":
    main()
