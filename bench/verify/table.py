#!/usr/bin/env python3
"""bench/verify/table.py: every program of bench/ and examples/ on kernels, as docs/kernels.md.

    bench/verify/table.py --kernel WHERE… > docs/kernels.md
"""
import argparse
import glob
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from tools import BPFBUILD, BPFCC, ROOT  # noqa: E402

PATTERNS = ("bench/vmlinux/corpus", "bench/pipeline/corpus", "bench/cpp/corpus", "examples/*")


def flags_for(kernel):
    """What a source is compiled with for the kernel "debian:5.10"; the newest release that bpfcc++ knows is its default."""
    version = kernel.partition(":")[2]
    known = version and tuple(map(int, version.split("."))) <= (6, 18)
    return ["--target-kernel=" + version] if known else []


def compile_all(folder, kernel):
    """The objects by the sources that they are from, and the sources that do not compile for the kernel. Some do not compile alone at all."""
    objects, refused = {}, []
    for pattern in PATTERNS:
        for source in sorted(glob.glob(os.path.join(ROOT, pattern, "*.bpf.c*"))):
            target = os.path.join(folder, f"{kernel}-{len(objects)}.o")
            command = [BPFCC, "-w", "-c", source, "-o", target]
            if subprocess.run(command + flags_for(kernel), stderr=subprocess.DEVNULL).returncode == 0:
                objects[target] = os.path.relpath(source, ROOT)
            elif subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0:
                refused.append(os.path.relpath(source, ROOT))
    return objects, refused


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernel", action="append", required=True)
    kernels = parser.parse_args().kernel
    verdicts, objections, refused = {}, {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for kernel in kernels:
            objects, refused[kernel] = compile_all(folder, kernel)
            done = subprocess.run([BPFBUILD, "verify", "--json", "--kernel=" + kernel, *objects], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            for report in json.loads(done.stdout):
                for program in report["programs"]:
                    key = objects[report["object"]], program["program"]
                    verdicts.setdefault(key, {})[report["kernel"]] = program["verdict"]
                    said = program.get("objection") or [program.get("loader", "")]
                    objections[key, report["kernel"]] = said[-1].split(", R")[0].replace("|", "\\|")
    print("# Our programs on kernels\n\nMade by `bench/verify/table.py`: the BPF programs of bench/ and examples/, by the verifier of each kernel.\n")
    print("| kernel | programs accepted | refused | not judged | sources that do not compile |\n|---|---|---|---|---|")
    names = {kernel: ".".join(os.uname().release.split(".")[:2]) + " (running)" if kernel == "running" else kernel for kernel in kernels}
    for kernel in kernels:
        found = [each.get(kernel) for each in verdicts.values()]
        print(f"| {names[kernel]} | {found.count('accepted')} | {found.count('refused')} | {found.count('not judged')} | {len(refused[kernel])} |")
    print("\nA program is not judged where the kernel lets nobody load its type. A source that needs a newer kernel is an error when it is compiled with\n"
          "`--target-kernel=`, as was done for those up to 6.12. Refused are:\n\n| source | program | kernel | what it says |\n|---|---|---|---|")
    for (source, program), by_kernel in verdicts.items():
        for kernel in kernels:
            if by_kernel.get(kernel) == "refused":
                print(f"| {source} | {program} | {names[kernel]} | {objections[(source, program), kernel]} |")


if __name__ == "__main__":
    main()
