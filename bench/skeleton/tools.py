#!/usr/bin/env python3
"""bench/skeleton/tools.py: hosts that were written for bpftool's C skeleton, on ours.

    bench/skeleton/tools.py [--kernel WHERE] [--seconds N] [--only NAME…]

The tools are libbpf-tools of BCC, as Debian's package pcp has them, which bench/corpus fetches. Each is built twice, unchanged: with the skeleton
of bpfcc++ --skeleton-style=c, and with that of clang and bpftool. Both run for N seconds (default 2), and in a box with the kernel WHERE if
one is named; whether a tool worked, and how, is compared: its exit status and what it said on standard error. Needs root.
"""
import argparse
import collections
import concurrent.futures
import glob
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from tools import BPFBUILD, BPFCC, BPFTOOL, CLANG, ROOT  # noqa: E402

COMMON = ("trace_helpers", "syscall_helpers", "errno_helpers", "map_helpers", "uprobe_helpers", "btf_helpers", "compat")
MADE = os.path.join(ROOT, "build/skeleton-tools")


def source_folder():
    found = glob.glob(os.path.join(ROOT, "build/corpus/sources/pcp-*/**/bcc/libbpf-tools"), recursive=True)
    if not found:
        sys.exit("no libbpf-tools in build/corpus: run bench/corpus/run.py first, which fetches them")
    return found[0]


def build(tool, folder, libbpf):
    """Makes the tool with both skeletons; gives, by kind, what failed, or nothing."""
    failed = {}
    uapi = glob.glob(os.path.join(ROOT, "build/corpus/sources/libbpf-1.5*/include/uapi"))
    flags = ["-I" + libbpf, *("-I" + each for each in uapi), "-I" + os.path.join(folder, "x86")]
    source = os.path.join(folder, tool + ".bpf.c")
    for kind in ("ours", "peer"):
        at = os.path.join(MADE, kind)
        os.makedirs(at, exist_ok=True)
        header = os.path.join(at, tool + ".skel.h")
        if kind == "ours":
            commands = [[BPFCC, "-w", *flags, "--skeleton-style=c", source, "-o", header]]
        else:
            made = os.path.join(at, tool + ".bpf.o")
            commands = [[CLANG, "-w", "-g", "-O2", "-target", "bpf", "-D__TARGET_ARCH_x86", *flags, "-I/usr/include/x86_64-linux-gnu", "-c", source, "-o", made],
                        ["sh", "-c", f"{BPFTOOL} gen object {made}.linked {made} && {BPFTOOL} gen skeleton {made}.linked name {tool}_bpf > {header}"]]
        hosts = [os.path.join(folder, name + ".c") for name in (tool, *COMMON)]
        commands.append(["gcc", "-w", "-g", "-O1", "-static", "-D_GNU_SOURCE", "-I" + at, "-I" + folder, *hosts, "-o", os.path.join(at, tool), "-lbpf", "-lelf", "-lz"])
        for command in commands:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode:
                failed[kind] = re.sub(r"\s+", " ", done.stdout)[:200]
                break
    return tool, failed


def run_here(path, seconds):
    """The exit status and the words of a tool that is interrupted after so many seconds."""
    done = subprocess.run(["timeout", "--signal=INT", "--kill-after=5", str(seconds), path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
    return done.returncode, stable(done.stderr)


def stable(text):
    """Without numbers and names that differ from one run to the next."""
    return re.sub(r"\b(0x)?[0-9a-f]{6,}\w*|\d+", "N", re.sub(MADE + "/(ours|peer)/", "", text).replace("_bpf", "")).strip()


def run_boxed(kernel, kind, tools, seconds):
    """The same of all tools, one after the other, in one box."""
    script = os.path.join(MADE, kind + ".sh")
    with open(script, "w") as file:
        for tool in tools:
            file.write(f"echo '=== {tool}'; busybox timeout -s INT {seconds} {MADE}/{kind}/{tool} </dev/null 2>&1 >/dev/null; echo \"exit $?\"\n")
    files = ["--file=" + os.path.join(MADE, kind, tool) for tool in tools] + ["--file=" + script]
    done = subprocess.run([BPFBUILD, "kernels", "run", *files, f"--timeout={len(tools) * (seconds + 5)}", kernel, "/bin/busybox", "--", "sh", script],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    parts = re.split(r"^=== (\S+)$", done.stdout, flags=re.M)
    if len(parts) < 3:
        sys.exit(done.stdout[-2000:])
    return {tool: (re.search(r"^exit (\d+)", text, re.M).group(1) if "exit " in text else "none", stable(re.sub(r"^exit.*", "", text, flags=re.M)))
            for tool, text in zip(parts[1::2], parts[2::2])}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kernel")
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--only", nargs="*")
    options = parser.parse_args()
    folder = source_folder()
    libbpf = glob.glob(os.path.join(ROOT, "build/corpus/work/**/libbpf-1.5*"), recursive=True)
    libbpf = libbpf[0] if libbpf else "/usr/include"
    tools = sorted(os.path.basename(path)[:-len(".bpf.c")] for path in glob.glob(os.path.join(folder, "*.bpf.c")))
    tools = [tool for tool in tools if os.path.exists(os.path.join(folder, tool + ".c")) and (not options.only or tool in options.only)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        failures = dict(pool.map(lambda tool: build(tool, folder, libbpf), tools))
    counts = collections.Counter()
    built = [tool for tool in tools if not failures[tool]]
    for tool in tools:
        for kind, why in failures[tool].items():
            print(f"{tool}: {kind} is not built: {why}")
    print(f"{len(tools)} tools: built with ours {sum('ours' not in failures[tool] for tool in tools)}, with bpftool's {sum('peer' not in failures[tool] for tool in tools)}")
    for tool in built:
        ours, peer = (run_here(os.path.join(MADE, kind, tool), options.seconds) for kind in ("ours", "peer"))
        counts["same" if ours == peer else "differs"] += 1
        counts["works"] += ours[0] in (0, 124)
        if ours != peer:
            print(f"{tool}, here: {ours} with ours, {peer} with bpftool's")
    print(f"running kernel: {counts['same']} of {len(built)} do the same; {counts['works']} of them work here")
    if options.kernel:
        ours, peer = (run_boxed(options.kernel, kind, built, options.seconds) for kind in ("ours", "peer"))
        for tool in built:
            if ours.get(tool) != peer.get(tool):
                print(f"{tool}, in the box: {ours.get(tool)} with ours, {peer.get(tool)} with bpftool's")
        same = sum(ours.get(tool) == peer.get(tool) for tool in built)
        works = sum(ours.get(tool, ("none",))[0] in ("0", "124", "143") for tool in built)
        print(f"{options.kernel}: {same} of {len(built)} do the same; {works} of them work there")


if __name__ == "__main__":
    main()
