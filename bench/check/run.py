#!/usr/bin/env python3
"""bench/check: what bpfbuild check takes for an object of many maps, over what it takes to start.

    bench/check/run.py [--maps N] [--rounds N]

The maps are of every kind in turn, with keys and values of their own, and nothing is wrong with them. Each figure is the best of the
rounds. BPFCC and BPFBUILD name the tools.
"""
import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from tools import BPFBUILD, BPFCC, Cost  # noqa: E402

KINDS = [("HASH", "struct key{n}", "struct value{n}"), ("ARRAY", "__u32", "struct value{n}"), ("LRU_HASH", "__u64", "struct value{n}"),
         ("PERCPU_HASH", "struct key{n}", "__u64"), ("PERCPU_ARRAY", "__u32", "struct value{n}")]


def source(count):
    """Maps, each with a key and a value type that no other has."""
    lines = ["#include <linux/bpf.h>", "#include <bpf/bpf_helpers.h>"]
    for n in range(count):
        kind, key, value = (text.format(n=n) for text in KINDS[n % len(KINDS)])
        lines += [f"struct key{n} {{ __u32 a, b; char name[16]; }};", f"struct value{n} {{ __u64 x[{n % 50 + 1}]; struct bpf_spin_lock *p; }};",
                  f"struct {{ __uint(type, BPF_MAP_TYPE_{kind}); __type(key, {key}); __type(value, {value}); __uint(max_entries, 64); }}",
                  f"map{n} SEC(\".maps\");"]
    return "\n".join(lines + [""])


def best(command, rounds):
    """The least wall milliseconds that a command took."""
    return min(Cost().run(command).wall for _ in range(rounds))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maps", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-check-") as folder:
        path = os.path.join(folder, "maps.bpf.c")
        with open(path, "w") as out:
            out.write(source(options.maps))
        subprocess.run([BPFCC, "-c", path, "-o", path + ".o"], check=True)
        start, check = best([BPFBUILD, "--version"], options.rounds), best([BPFBUILD, "check", path + ".o"], options.rounds)
        size = os.path.getsize(path + ".o")
    print(f"{options.maps} maps, {size} bytes: {check:.2f} ms, of which {start:.2f} to start: {check - start:.2f} ms")


if __name__ == "__main__":
    main()
