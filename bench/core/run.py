#!/usr/bin/env python3
"""bench/core: CO-RE against bpftool: minimal BTF, its archive, and the record of relocations.

    bench/core/run.py [--kernels FOLDER] [--rounds N] [--oracle FOLDER…]

The objects are those of bench/pipeline/corpus and the examples, 20 in all; the kernels are Debian's, whose raw BTF bench/core/images.py puts into
build/core (some 250 images, 15 GB to download; --only and --limit take fewer). Ten of them, of different series, are compared with bpftool, from the
same raw files in turn, best of N rounds; all go into one archive. --oracle compares `bpfbuild relocs` and `bpfbuild min-btf` with libbpf on the
objects of folders, such as build/corpus/work of bench/corpus; it needs scripts/newest-libbpf.sh and a C compiler.
BPFCC, BPFBUILD and BPFTOOL name the tools.
"""
import argparse
import glob
import os
import re
import resource
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from tools import BPFBUILD, BPFCC, BPFTOOL, ROOT  # noqa: E402

INPUTS = os.path.join(ROOT, "lit-tests/CoRe/Inputs")


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command[:6])}: {done.stderr}")
    return done.stdout


def compiled(folder):
    sources = sorted(glob.glob(os.path.join(ROOT, "bench/pipeline/corpus/*.bpf.c")) + glob.glob(os.path.join(ROOT, "examples/*/*.bpf.c*")))
    for source in sources:
        run(BPFCC, "-w", "-c", source, "-o", os.path.join(folder, os.path.basename(source).split(".")[0] + ".bpf.o"))
    return sorted(glob.glob(os.path.join(folder, "*.bpf.o")))


def best(rounds, *tasks):
    """Milliseconds of each task, the best of so many rounds in which they take turns."""
    times = [float("inf")] * len(tasks)
    for _ in range(rounds):
        for i, task in enumerate(tasks):
            start = time.monotonic()
            task()
            times[i] = min(times[i], 1000 * (time.monotonic() - start))
    return times


def ten(kernels):
    """Kernels of this machine's architecture, spread over the versions that there are."""
    version = lambda path: [int(n) for n in re.findall(r"\d+", os.path.basename(path))[:4]]  # noqa: E731
    own = sorted((k for k in kernels if f"/{os.uname().machine}/" in k), key=version)
    return [own[i * (len(own) - 1) // 9] for i in range(10)] if len(own) >= 10 else own


def minimal(objects, kernels, rounds, folder):
    ours, theirs = os.path.join(folder, "ours"), os.path.join(folder, "theirs")
    os.makedirs(ours), os.makedirs(theirs)
    out = lambda where, kernel, name="": os.path.join(where, os.path.basename(kernel) + name)  # noqa: E731
    for what, lots in ((f"{len(objects)} objects at a time", [objects]), ("each object alone", [[o] for o in objects])):
        def we():
            for kernel in kernels:
                for i, lot in enumerate(lots):
                    run(BPFBUILD, "min-btf", "--btf=" + kernel, *lot, "-o", out(ours, kernel, f".{i}"))

        def they():
            for kernel in kernels:
                for i, lot in enumerate(lots):
                    run(BPFTOOL, "gen", "min_core_btf", kernel, out(theirs, kernel, f".{i}"), *lot)

        a, b = best(rounds, we, they)
        sizes = [sum(os.path.getsize(out(where, k, f".{i}")) for k in kernels for i in range(len(lots))) for where in (ours, theirs)]
        print(f"minimal BTF, {what}, {len(kernels)} kernels: {a:.0f} ms, bpftool {b:.0f} ms ({b / a:.1f}x); {sizes[0]} bytes, bpftool {sizes[1]}")
    links = os.path.join(folder, "kernels")
    os.makedirs(links)
    for kernel in kernels:
        os.symlink(kernel, os.path.join(links, os.path.basename(kernel)))
    a, b = best(rounds, lambda: run(BPFBUILD, "min-btf", "--btf=" + links, *objects, "-o", ours + "/"), they_at_once(objects, kernels, theirs))
    print(f"minimal BTF, {len(objects)} objects, a folder of {len(kernels)} kernels in one command: {a:.0f} ms, bpftool in {len(kernels)}: {b:.0f} ms ({b / a:.1f}x)")


def they_at_once(objects, kernels, folder):
    def task():
        for kernel in kernels:
            run(BPFTOOL, "gen", "min_core_btf", kernel, os.path.join(folder, os.path.basename(kernel)), *objects)
    return task


def relocs(objects, kernels, rounds):
    every = ["--btf=" + k for k in kernels]
    for form in ([], ["--json"], ["--html"]):
        (a,) = best(rounds, lambda: run(BPFBUILD, "relocs", *objects, *every, *form))
        print(f"relocs, {len(objects)} objects, {len(kernels)} kernels, {form[0][2:] if form else 'text'}: {a:.0f} ms")


def archive(objects, folder, kernels, out):
    path = os.path.join(out, "all.btfa")
    start = time.monotonic()
    run(BPFBUILD, "min-btf", "--btf=" + folder, *objects, "-o", path)
    seconds = time.monotonic() - start
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    whole = sum(os.path.getsize(k) for k in kernels)
    print(f"archive of {len(kernels)} kernels ({whole >> 20} MB of BTF): {os.path.getsize(path)} bytes, {os.path.getsize(path) / len(kernels):.0f} a kernel; "
          f"{seconds:.1f} s, at most {memory} MB of memory")
    print(run(sys.executable, os.path.join(INPUTS, "archive.py"), path).splitlines()[0])


def oracle(folders, kernels, out):
    libbpf, tool = os.path.join(ROOT, "build/libbpf"), os.path.join(out, "oracle")
    run("cc", "-O2", "-w", os.path.join(INPUTS, "oracle.c"), "-o", tool, f"-I{libbpf}/source/src", f"-I{libbpf}/source/include",
        f"-I{libbpf}/source/include/uapi", f"{libbpf}/usr/lib64/libbpf.a", "-lelf", "-lz")
    for command in (["agreement.py", BPFBUILD, tool, ",".join(kernels)], ["minimal.py", BPFBUILD, tool, ",".join(kernels), "200"]):
        done = subprocess.run([sys.executable, os.path.join(INPUTS, command[0]), *command[1:], *folders], stdout=subprocess.PIPE, text=True)
        print(command[0] + ":", done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernels", default=os.path.join(ROOT, "build/core/kernels"), metavar="FOLDER")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--oracle", nargs="+", default=[], metavar="FOLDER")
    options = parser.parse_args()
    kernels = sorted(os.path.join(folder, name) for folder, _, names in os.walk(options.kernels) for name in names if name.endswith(".btf"))
    if not kernels:
        sys.exit(f"no BTF in {options.kernels}; bench/core/images.py build/core gets Debian's")
    with tempfile.TemporaryDirectory() as out:
        objects = compiled(out)
        some = ten(kernels)
        print("kernels:", ", ".join(os.path.basename(k)[:-4] for k in some))
        minimal(objects, some, options.rounds, out)
        relocs(objects, some, options.rounds)
        archive(objects, options.kernels, kernels, out)
        if options.oracle:
            oracle(options.oracle, some, out)


if __name__ == "__main__":
    main()
