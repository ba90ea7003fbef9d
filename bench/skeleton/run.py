#!/usr/bin/env python3
"""bench/skeleton: what BPFBuild's skeleton costs, against bpftool's of the same object.

    bench/skeleton/run.py [--rounds N] [--cxx COMPILER]

For objects of about 20 KB, 500 KB and 2 MB: the preprocessed lines of a file that includes the skeleton, and the CPU time to compile it. For the
smallest, running: open, load, attach and destroy; a lookup in a hash; reading a record from a ring buffer. The two take turns, and the best
of N rounds counts. Then the instructions of a typed lookup and of the raw calls. Needs root.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from tools import BPFCC, BPFTOOL, ROOT, Cost  # noqa: E402

SIZES = (("20 KB", 17 << 10), ("500 KB", 497 << 10), ("2 MB", 2045 << 10))


def output(*command, **kwargs):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **kwargs).stdout


def build(folder, size):
    """Both skeletons of one object, each beside a file that includes it."""
    at = lambda name: os.path.join(folder, name)  # noqa: E731
    source = os.path.join(HERE, "sized.bpf.c")
    subprocess.run([BPFCC, f"-DSIZE={size}", source, "-o", at("ours.skel.hpp"), "--object=" + at("whole.o")], check=True)
    with open(at("peer.skel.h"), "w") as header:
        subprocess.run([BPFTOOL, "gen", "skeleton", at("whole.o"), "name", "peer"], check=True, stdout=header)
    with open(at("ours-only.cpp"), "w") as file:
        file.write('#include "ours.skel.hpp"\nbool opens() { return ours::open().has_value(); }\n')
    with open(at("peer-only.cpp"), "w") as file:
        file.write('#include "peer.skel.h"\nbool opens() { return peer::open() != nullptr; }\n')


def compile_time(command, rounds):
    """The least CPU milliseconds of each of several commands that take turns."""
    best = [float("inf")] * len(command)
    for _ in range(rounds):
        for index, each in enumerate(command):
            cost = Cost()
            cost.run(each)
            best[index] = min(best[index], cost.cpu)
    return best


def instructions(binary):
    """The names of the instructions of lookup()."""
    text = output("objdump", "-d", "--no-show-raw-insn", "--disassemble=lookup", binary)
    return re.findall(r"^\s+[0-9a-f]+:\s+(\S+)", text, re.M)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--cxx", default="g++")
    options = parser.parse_args()
    cxx = [options.cxx, "-std=c++17", "-I" + os.path.join(ROOT, "headers")]
    compiled = [*cxx, "-DBPFBUILD_COMPILED_RUNTIME"]  # as with CMake
    print("| object | lines: bpftool's | ours | header only | compile, CPU ms: bpftool's | ours | ratio | header only |\n|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name, size in reversed(SIZES):  # the smallest stays, to be run
            build(folder, size)
            kinds = ((cxx, "peer"), (compiled, "ours"), (cxx, "ours"))
            commands = [[*command, os.path.join(folder, which + "-only.cpp")] for command, which in kinds]
            lines = " | ".join(str(output(*command, "-E", "-P").count("\n")) for command in commands)
            peer, ours, whole = compile_time([[*command, "-c", "-o", os.devnull] for command in commands], options.rounds)
            print(f"| {name} | {lines} | {peer:.0f} | {ours:.0f} | {ours / peer:.2f} | {whole / peer:.2f} |")
        binaries = []
        for which in ("peer", "ours"):
            binaries.append(os.path.join(folder, which))
            subprocess.run([*cxx, "-O2", "-I" + folder, os.path.join(HERE, which + ".cpp"), "-o", binaries[-1], "-lbpf"], check=True)
        print("\n| running, ns | bpftool's | ours | ratio |\n|---|---|---|---|")
        for what, count in (("life", "20"), ("lookup", "200000"), ("ring", "3")):
            best = [float("inf")] * 2
            for _ in range(options.rounds):
                for index, binary in enumerate(binaries):
                    best[index] = min(best[index], float(output(binary, what, count)))
            print(f"| {what} | {best[0]:.1f} | {best[1]:.1f} | {best[1] / best[0]:.3f} |")
        raw, typed = map(instructions, binaries)
        print(f"\nlookup(): {len(raw)} instructions by bpf_map_lookup_elem(), {len(typed)} by find()")


if __name__ == "__main__":
    main()
