#!/usr/bin/env python3
"""bench/cpp: programs in C++ with bpf.hpp beside the same in C: instructions, and what the compile takes.

    bench/cpp/run.py [--rounds N] [--load TOOL]

The pairs are those of bench/cpp/corpus and the examples' own. Times are CPU milliseconds of bpfcc++ -c, in turn, the median of the
rounds; the ratio is the median of the rounds' own. TOOL is a program that loads the object it is given, such as
build/release/lit-tests/load-object; both of each pair are loaded. Ends with 1 if a C++ program has more instructions than its twin, or one is not loaded. BPFCC names the compiler.
"""
import argparse
import glob
import os
import re
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from tools import BPFCC, ROOT, Cost  # noqa: E402

OBJDUMP = os.environ.get("OBJDUMP", "llvm-objdump-22")


def pairs():
    """The sources, without their endings, that there are in both languages."""
    found = glob.glob(os.path.join(HERE, "corpus", "*.bpf.cpp")) + glob.glob(os.path.join(ROOT, "examples", "*", "*.bpf.cpp"))
    stems = [path.removesuffix(".cpp") for path in found]
    return sorted((stem for stem in stems if os.path.exists(stem + ".c")), key=os.path.basename)


def instructions(path):
    """How many instructions each program and function of an object has; one of 16 bytes counts as two."""
    text = subprocess.run([OBJDUMP, "-d", "--no-show-raw-insn", path], check=True, capture_output=True, text=True).stdout
    names, ends = [], []
    for line in text.splitlines():
        if symbol := re.match(r"[0-9a-f]+ <(.*)>:", line):
            names.append(symbol[1])
            ends.append(0)
        elif number := re.match(r"\s*(\d+):\s+(.*)", line):
            ends[-1] += 2 if number[2].endswith(" ll") else 1
    return dict(zip(names, ends))


def is_loaded(tool, path):
    """Whether the kernel takes all of the object, its BTF too."""
    result = subprocess.run([tool, path], capture_output=True, text=True)
    return result.returncode == 0 and "BTF is optional" not in result.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--load")
    options = parser.parse_args()
    failed, ratios = False, []
    print(f"{'program':<14}{'C':>8}{'C++':>8}   {'C ms':>8}{'C++ ms':>8}{'ratio':>8}  largest difference of a function")
    with tempfile.TemporaryDirectory(prefix="bench-cpp-") as folder:
        for stem in pairs():
            name = os.path.basename(stem).removesuffix(".bpf")
            times, counts = {".c": [], ".cpp": []}, {}
            for _ in range(options.rounds):
                for ending, taken in times.items():
                    output = os.path.join(folder, name + ending + ".o")
                    taken.append(Cost().run([BPFCC, "-c", stem + ending, "-o", output]).cpu)
            for ending in times:
                output = os.path.join(folder, name + ending + ".o")
                counts[ending] = instructions(output)
                if options.load and not is_loaded(options.load, output):
                    print(f"{stem}{ending} is not loaded")
                    failed = True
            c, cpp = counts[".c"], counts[".cpp"]
            worst = max(((cpp[program] - c[program], program) for program in cpp if program in c), default=(0, ""))
            c_ms, cpp_ms = (statistics.median(times[ending]) for ending in (".c", ".cpp"))
            ratios.append(statistics.median(b / a for a, b in zip(times[".c"], times[".cpp"])))
            total, total_cpp = sum(c.values()), sum(cpp.values())
            failed |= total_cpp > total or worst[0] > 0
            print(f"{name:<14}{total:>8}{total_cpp:>8}   {c_ms:>8.1f}{cpp_ms:>8.1f}{ratios[-1]:>7.2f}x  {worst[0]:+d} {worst[1]}")
    print(f"compile time: {statistics.geometric_mean(ratios):.2f}x of C (geometric mean), at most {max(ratios):.2f}x")
    sys.exit(failed)


if __name__ == "__main__":
    main()
