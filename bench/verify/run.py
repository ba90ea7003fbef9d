#!/usr/bin/env python3
"""bench/verify: verifying objects on other kernels, for the first time and again, and on the running one against bpftool prog loadall.

    bench/verify/run.py [--count N] [--rounds N] [--kernel WHERE]…

Compiles programs of bench/vmlinux/corpus and takes the first N (default 20). The kernels are names of `bpfbuild kernels list` (default: all that begin
with debian:). Objects that bpftool cannot load here are left out of that comparison, and counted. Needs root, and QEMU for the kernels.
"""
import argparse
import glob
import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from tools import BPFBUILD, BPFCC, BPFTOOL, ROOT, Cost  # noqa: E402

PINS = "/sys/fs/bpf"


def compiled(folder, count):
    objects = []
    for source in sorted(glob.glob(os.path.join(ROOT, "bench/vmlinux/corpus/*.bpf.c"))):
        target = os.path.join(folder, os.path.basename(source)[:-2] + ".o")
        if len(objects) < count and subprocess.run([BPFCC, "-w", "-c", source, "-o", target]).returncode == 0:
            objects.append(target)
    return objects


def verify(kernel, objects, cache):
    """Seconds, and how many programs each verdict has."""
    command = [BPFBUILD, "verify", "--kernel=" + kernel, *objects]
    start = time.perf_counter()
    done = subprocess.run(command, env=dict(os.environ, XDG_CACHE_HOME=cache), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seconds = time.perf_counter() - start
    verdicts = re.findall(r"^  (accepted|refused|not judged)", done.stdout, re.M)
    if not verdicts:
        sys.exit(done.stderr)
    return seconds, {name: verdicts.count(name) for name in ("accepted", "refused", "not judged")}


def compare_with_bpftool(objects, rounds):
    folder = os.path.join(PINS, "bench-verify")
    peer, ours, skipped = 0, 0, 0
    for path in objects:
        load = [BPFTOOL, "prog", "loadall", path, folder]
        subprocess.run(["rm", "-rf", folder])
        if subprocess.run(load, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            skipped += 1
            continue
        best = {"peer": [], "ours": []}
        for _ in range(rounds):
            subprocess.run(["rm", "-rf", folder])
            best["peer"].append(Cost().run(load).wall)
            best["ours"].append(Cost().run([BPFBUILD, "verify", path]).wall)
        subprocess.run(["rm", "-rf", folder])
        peer += min(best["peer"])
        ours += min(best["ours"])
    loaded = len(objects) - skipped
    if not loaded:
        return print(f"bpftool loads none of the {len(objects)} objects here")
    print(f"running kernel, {loaded} objects ({skipped} that bpftool does not load here are left out): "
          f"bpftool prog loadall {peer / loaded:.1f} ms, bpfbuild verify {ours / loaded:.1f} ms an object: {ours / peer:.2f} times")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--kernel", action="append")
    options = parser.parse_args()
    listed = subprocess.run([BPFBUILD, "kernels", "list"], stdout=subprocess.PIPE, text=True).stdout.splitlines()
    known = dict(line.split("\t") for line in listed)
    kernels = options.kernel or [name for name in known if name.startswith("debian:")]
    with tempfile.TemporaryDirectory(prefix="bench-verify-") as folder:
        objects = compiled(folder, options.count)
        cache = os.path.join(folder, "cache")
        for name in kernels:
            where = known.get(name, name)  # the cache of this run has no names
            first, verdicts = verify(where, objects, cache)
            again, _ = verify(where, objects, cache)
            print(f"{name}, {len(objects)} objects: first {first:.1f} s, cached {again:.2f} s; " + ", ".join(f"{n} {what}" for what, n in verdicts.items()))
        compare_with_bpftool(objects, options.rounds)


if __name__ == "__main__":
    main()
