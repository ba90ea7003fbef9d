#!/usr/bin/env python3
"""bench/pipeline: one bpfcc++ against clang + bpftool gen object + bpftool gen skeleton, source by source, in turn, in one run.

    bench/pipeline/run.py [--rounds N] [--btf] [--flags "…"] [SOURCE…]

Both compile with the same vmlinux.h as a file and the same flags; --btf has bpfcc++ take the types from the running kernel
instead. Each figure is the best of the rounds, as on a shared machine only the best is
undisturbed; ratios are peer / bpfcc++. CLANG, BPFTOOL and BPFCC name the tools.
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
from tools import BPFCC, BPFTOOL, CLANG, ROOT, Cost  # noqa: E402


def peer(source, flags, folder):
    cost = Cost()
    base = os.path.join(folder, "peer")
    cost.run([CLANG, "-target", "bpf", "-g", "-O2", *flags, "-c", source, "-o", base + ".bpf.o"])
    cost.run([BPFTOOL, "gen", "object", base + ".o", base + ".bpf.o"])
    cost.run([BPFTOOL, "gen", "skeleton", base + ".o", "name", "bench"], base + ".skel.h")
    return cost, os.path.getsize(base + ".o"), os.path.getsize(base + ".skel.h")


def ours(source, flags, folder):
    cost = Cost()
    header = os.path.join(folder, "ours.skel.hpp")
    cost.run([BPFCC, *flags, source, "--name=bench", "-o", header])
    return cost, os.path.getsize(header + ".o"), os.path.getsize(header)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--btf", action="store_true", help="bpfcc++ makes vmlinux.h from the running kernel's BTF")
    parser.add_argument("--flags", default="", help="for both, as one word")
    parser.add_argument("sources", nargs="*")
    options = parser.parse_args()
    sources = options.sources or sorted(
        glob.glob(f"{ROOT}/examples/*/*.bpf.c") + glob.glob(f"{HERE}/corpus/*.bpf.c"))
    multiarch = subprocess.run(["cc", "-print-multiarch"], capture_output=True, text=True).stdout.strip()
    folder = tempfile.mkdtemp(prefix="bench-pipeline-")
    with open(os.path.join(folder, "vmlinux.h"), "wb") as header:
        subprocess.run([BPFTOOL, "btf", "dump", "file", "/sys/kernel/btf/vmlinux", "format", "c"],
                       stdout=header, check=True)
    common = ["-w", "-I" + folder, *options.flags.split()]
    peer_flags = ["-D__TARGET_ARCH_x86", "-D__x86_64__", "-idirafter", f"/usr/include/{multiarch}", *common]
    our_flags = common + (["--vmlinux=kernel"] if options.btf else [])

    print(f"Linux {platform.release()}, {os.cpu_count()} CPUs, best of {options.rounds} rounds; "
          f"vmlinux.h {'from BTF (ours)' if options.btf else 'as a file'}")
    print(f"{'program':16} {'wall ms':>15} {'ratio':>6} {'CPU ms':>15} {'ratio':>6} {'peak MB':>11} {'ratio':>6} "
          f"{'object':>13} {'header':>15}")
    totals = [0.0] * 4
    for source in sources:
        results = {peer: [], ours: []}
        for tool, flags in ((peer, peer_flags), (ours, our_flags)):  # warm the caches
            tool(source, flags, folder)
        for _ in range(options.rounds):
            for tool, flags in ((peer, peer_flags), (ours, our_flags)):
                results[tool].append(tool(source, flags, folder))

        def best(tool, what):
            return min(getattr(cost, what) for cost, _, _ in results[tool])

        wall = [best(t, "wall") for t in (peer, ours)]
        cpu = [best(t, "cpu") for t in (peer, ours)]
        peak = [best(t, "peak") for t in (peer, ours)]
        sizes = [results[t][0][1:] for t in (peer, ours)]
        totals = [a + b for a, b in zip(totals, wall + cpu)]
        print(f"{os.path.basename(source)[:-6]:16} {wall[0]:7.0f} {wall[1]:7.0f} {wall[0] / wall[1]:5.2f}x "
              f"{cpu[0]:7.0f} {cpu[1]:7.0f} {cpu[0] / cpu[1]:5.2f}x {peak[0]:5.0f} {peak[1]:5.0f} "
              f"{peak[0] / peak[1]:5.2f}x {sizes[0][0]:6} {sizes[1][0]:6} {sizes[0][1]:7} {sizes[1][1]:7}")
    print(f"{'all':16} {totals[0]:7.0f} {totals[1]:7.0f} {totals[0] / totals[1]:5.2f}x "
          f"{totals[2]:7.0f} {totals[3]:7.0f} {totals[2] / totals[3]:5.2f}x")
    print("each pair: clang + bpftool gen object + bpftool gen skeleton, then bpfcc++; sizes in bytes "
          "(bpfcc++'s header does not hold the object, which is beside it)")


if __name__ == "__main__":
    main()
