#!/usr/bin/env python3
"""Checks that a program compiled over a slice of vmlinux.h is the one compiled over the whole header.

    bench/vmlinux/check.py [--header FILE|--btf FILE]… [--load] [SOURCE…]

Every source (default: the corpus) is compiled by bpfcc++ sliced and with --vmlinux-slice=off, with the types of the running kernel,
and of each header and BTF file given. The same in both: instructions; CO-RE relocations by kind, root type and names of
members; maps, variables, functions and every type that both objects have. With a header, also the same
instructions as by clang. --load loads what was compiled, ours and clang's. CLANG, BPFTOOL, BPFCC and LOAD_OBJECT name the tools.
"""
import argparse
import collections
import concurrent.futures
import glob
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from objects import Object, differences, loads, run  # noqa: E402
from tools import BPFCC, BPFTOOL, CLANG  # noqa: E402

PEER_FLAGS = ["-target", "bpf", "-g", "-O2", "-D__TARGET_ARCH_x86", "-D__x86_64__", "-idirafter", "/usr/include/x86_64-linux-gnu", "-w"]


def compile_ours(source, out, *flags):
    return run(BPFCC, "-w", "-c", source, "-o", out, "--target-arch=x86", *flags)


def check_source(source, flags, header, load, folder):
    """Returns (verdict, complaints, dragged-in types)."""
    name = re.sub(r"\W", "_", source + "".join(flags))
    paths = {kind: os.path.join(folder, f"{name}.{kind}.o") for kind in ("sliced", "full", "peer", "linked")}
    sliced = compile_ours(source, paths["sliced"], *flags, "--vmlinux-slice=strict")
    full = compile_ours(source, paths["full"], *flags, "--vmlinux-slice=off")
    if sliced.returncode or full.returncode:
        same = sliced.returncode == full.returncode and sliced.stderr == full.stderr
        return "refused", [] if same else [f"sliced: {sliced.stderr}\nfull: {full.stderr}"], 0
    complaints, dragged = differences(Object(paths["sliced"]), Object(paths["full"]))
    if header:
        peer = run(CLANG, *PEER_FLAGS, "-I", os.path.dirname(header), "-c", source, "-o", paths["peer"])
        if peer.returncode:
            complaints.append(f"clang refuses it: {peer.stderr}")
        elif Object(paths["peer"]).instructions() != Object(paths["sliced"]).instructions():
            complaints.append("other instructions than clang's")
        elif load:
            run(BPFTOOL, "gen", "object", paths["linked"], paths["peer"])
            if loads(paths["linked"]) and not loads(paths["sliced"]):
                complaints.append("clang's object loads, ours does not")
            return "loads" if loads(paths["sliced"]) else "same", complaints, dragged
    return "same", complaints, dragged


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--header", action="append", default=[], help="a vmlinux.h, found by -I")
    parser.add_argument("--btf", action="append", default=[])
    parser.add_argument("--load", action="store_true")
    parser.add_argument("--no-kernel", action="store_true", help="without the running kernel's types")
    parser.add_argument("sources", nargs="*")
    options = parser.parse_args()
    sources = options.sources or sorted(glob.glob(f"{HERE}/corpus/*.bpf.c"))
    failed = False
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        ways = [] if options.no_kernel else [("the running kernel's BTF", ["--vmlinux=kernel"], None)]
        ways += [(btf, [f"--vmlinux={btf}"], None) for btf in options.btf]
        for header in options.header:
            own = os.path.join(folder, re.sub(r"\W", "_", header))
            os.mkdir(own)
            os.symlink(os.path.abspath(header), os.path.join(own, "vmlinux.h"))
            ways.append((header, ["-I" + own], os.path.join(own, "vmlinux.h")))
        for title, flags, header in ways:
            results = list(pool.map(lambda s: check_source(s, flags, header, options.load, folder), sources))
            verdicts = collections.Counter(verdict for verdict, _, _ in results)
            dragged = sum(count for _, _, count in results)
            print(f"{title}: {len(sources)} programs:", ", ".join(f"{n} {v}" for v, n in sorted(verdicts.items())) + ";",
                  f"{dragged} types only with the full header;", f"{sum(bool(c) for _, c, _ in results)} differ")
            for source, (verdict, complaints, _) in zip(sources, results):
                if verdict == "refused":
                    print(f"  refused by both: {os.path.basename(source)}")
                for complaint in complaints[:4]:
                    failed = True
                    print(f"  {os.path.basename(source)}: {complaint[:600]}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
