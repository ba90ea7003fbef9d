#!/usr/bin/env python3
"""bench/migrate: `bpfbuild migrate` on programs of before libbpf 1.0 that others wrote, in Debian's source packages.

    bench/migrate/run.py [--only WORD…] [--kernel NAME…] [--output FILE]

The packages are fetched as bench/corpus does, into build/migrate; nothing of them is committed. Each source is compiled with the flags of
its project, migrated in a copy of its project (bpfbuild itself compares the objects before and after), migrated again, which must change
nothing, compiled by clang with Debian's libbpf headers, and loaded by libbpf 1.0 or newer: into the running kernel or, where that refuses it,
into the kernels that --kernel= names (`bpfbuild kernels list`), one after the other.

It prints one line for each package, and behind them each source that something is left of or that does not load, with the reason.
CLANG, BPFBUILD and LOAD_OBJECT name the tools.
"""
import argparse
import collections
import concurrent.futures
import glob
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.dirname(HERE), os.path.join(os.path.dirname(HERE), "corpus")]
import run as corpus  # noqa: E402
from objects import LOAD_OBJECT  # noqa: E402
from tools import BPFBUILD, CLANG, ROOT  # noqa: E402

BUILD = os.path.join(ROOT, "build/migrate")
MULTIARCH = ["-idirafter", "/usr/include/x86_64-linux-gnu"]
# What samples/bpf takes from the kernel's own headers, for those that need no more of them.
KERNEL_WORDS = """#include <linux/types.h>
#include <stddef.h>
#include <sys/socket.h>
typedef __u8 u8; typedef __u16 u16; typedef __u32 u32; typedef __u64 u64; typedef __s32 s32; typedef __s64 s64;
#define TASK_COMM_LEN 16
#define SOL_TCP 6
"""

# alone: its sources share headers that are migrated too, so that one goes after the other
# host: what only the project's host says, --section=
Package = collections.namedtuple("Package", "name series members lines alone host", defaults=[True, []])


def sources(root, *patterns):
    return sorted(path for pattern in patterns for path in glob.glob(os.path.join(root, pattern)))


def old_libbpf(root):
    """The headers of the kernel's own libbpf, with the helpers that its script declares."""
    folder = os.path.join(root, ".libbpf")
    os.makedirs(os.path.join(folder, "bpf"), exist_ok=True)
    for path in glob.glob(os.path.join(root, "tools/lib/bpf/*.h")):
        shutil.copy(path, os.path.join(folder, "bpf"))
    definitions = os.path.join(folder, "bpf/bpf_helper_defs.h")
    if not os.path.exists(definitions):
        script = os.path.join(root, "scripts/bpf_helpers_doc.py")
        text = subprocess.run([sys.executable, script, "--header", "--filename", os.path.join(root, "tools/include/uapi/linux/bpf.h")],
                              capture_output=True, check=True).stdout
        with open(definitions, "wb") as out:
            out.write(text)
    return folder


def iproute2(root):
    return [(path, []) for path in sources(root, "examples/bpf/*.c", "examples/bpf/legacy/*.c")]


def linux(root):
    libbpf, selftests = old_libbpf(root), os.path.join(root, "tools/testing/selftests/bpf")
    words = os.path.join(root, ".words/words.h")
    os.makedirs(os.path.join(root, ".words/vmlinux"), exist_ok=True)
    with open(words, "w") as out:
        out.write(KERNEL_WORDS)
    if not os.path.exists(os.path.join(root, ".words/uapi")):
        os.symlink("../include/uapi", os.path.join(root, ".words/uapi"))
    subprocess.run([BPFBUILD, "vmlinux", "-o", os.path.join(root, ".words/vmlinux/vmlinux.h")], check=True)
    uapi = os.path.join(root, "tools/include/uapi")
    tests = [f"-I{libbpf}", f"-I{selftests}", f"-I{root}/.words/vmlinux", f"-I{uapi}", f"-I{root}/tools/testing/selftests", *MULTIARCH, "-D__TARGET_ARCH_x86", "-mcpu=v3"]
    samples = ["-D__x86_64__", "-include", words, f"-I{root}/.words", f"-I{root}/samples/bpf", f"-I{libbpf}", f"-I{uapi}", f"-I{selftests}",
               *MULTIARCH]
    perf = ["-DLINUX_VERSION_CODE=0x50a00", "-D__KERNEL__", f"-I{root}/.words"]
    return ([(path, tests) for path in sources(root, "tools/testing/selftests/bpf/progs/*.c")]
            + [(path, samples) for path in sources(root, "samples/bpf/*_kern.c")]
            + [(path, perf) for path in sources(root, "tools/perf/tests/bpf-script*.c")])


def suricata(root):
    return [(path, ["-D__KERNEL__", "-D__ASM_SYSREG_H", f"-I{root}/ebpf/include"]) for path in sources(root, "ebpf/*.c")]


def dpdk(root):
    headers = os.path.join(BUILD, "sources/iproute2-5.10/include")
    return [(path, [f"-I{headers}", "-include", f"{headers}/bpf_api.h", "-D__rte_packed=__attribute__((__packed__))"])
            for path in sources(root, "drivers/net/tap/tap_bpf_program.c")]


def plain(*patterns, flags=()):
    return lambda root: [(path, [*flags, *MULTIARCH]) for path in sources(root, *patterns)]


SURICATA = ["--section=filter=socket", "--section=loadbalancer=socket"]  # its hosts load them so
PACKAGES = [
    Package("iproute2", "6.1", ["*/examples/*", "*/include/*"], iproute2),
    Package("iproute2", "5.10", ["*/examples/*", "*/include/*"], iproute2),
    Package("linux", "5.10.", ["*/tools/*", "*/samples/bpf/*", "*/scripts/*.py", "*/include/uapi/*"], linux, False),
    Package("suricata", "1:6", ["*/ebpf/*"], suricata, True, SURICATA),
    Package("suricata", "1:7", ["*/ebpf/*"], suricata, True, SURICATA),
    Package("knot", "3.0", ["*/src/*"], plain("src/libknot/xdp/bpf-kernel.c")),
    Package("knot", "3.2", ["*/src/*"], plain("src/libknot/xdp/bpf-kernel.c")),
    Package("qemu", "1:7", ["*/tools/ebpf/*"], plain("tools/ebpf/*.bpf.c"), True, ["--section=tun_rss_steering=socket"]),
    Package("dpdk", "20", ["*/drivers/net/tap/*"], dpdk),
    Package("dpdk", "22", ["*/drivers/net/tap/*"], dpdk),
    Package("golang-github-cilium-ebpf", "0.11", ["*/testdata/*", "*/btf/testdata/*"], plain("testdata/*.c")),
    Package("golang-github-iovisor-gobpf", "0.2", None, plain("tests/dummy.c", flags=["-DKERNEL_VERSION=414"])),
]


class Result:
    """What became of one source."""

    def __init__(self, source):
        self.source = source
        self.compiles = self.is_old = self.migrated = self.same_again = self.clang = self.loads = False
        self.left, self.error, self.where, self.refusal = [], "", "", ""


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


def refusal(log):
    """The line of libbpf's log that says why."""
    lines = [line for line in log.splitlines() if "libbpf:" in line and not re.search(r"Error in bpf_create_map|supported by kernel|skipping", line)]
    return next((line for line in lines if re.search(r"failed|can't|unsupported|missing|no such|not ", line)), lines[0] if lines else log.strip()[:120])


def load(result, obj, kernels):
    # Pinned maps go with a BPF file system of its own.
    done = run(["unshare", "--mount", "sh", "-c", 'mount -t bpf bpf /sys/fs/bpf && exec "$0" "$1"', LOAD_OBJECT, obj])
    result.loads, result.where, result.refusal = done.returncode == 0, "here", refusal(done.stderr)
    for kernel in kernels:
        if result.loads:
            return
        done = run([BPFBUILD, "verify", obj, f"--kernel={kernel}", "--json"])
        result.loads, result.where = done.returncode == 0, kernel
        if not result.loads:
            result.refusal += f" | {kernel}: " + (done.stderr.strip().splitlines() or [done.stdout.strip()[-160:]])[0][:160]


def migrate(line, host, kernels):
    """The line is (source, flags), of a copy that nobody else works in."""
    source, flags = line
    result, folder = Result(source), os.path.dirname(source)
    done = run([BPFBUILD, "migrate", *host, *flags, source], cwd=folder)
    result.compiles = "does not compile as it is" not in done.stderr
    result.left = re.findall(r"warning: (.*)", done.stderr)
    if done.returncode:
        result.error = next((text for text in done.stderr.splitlines() if "error:" in text), done.stderr[-200:])
        return result
    result.is_old = bool(done.stdout or result.left)
    if not done.stdout:
        return result
    result.migrated = run([BPFBUILD, "migrate", "-i", *host, *flags, source], cwd=folder).returncode == 0
    result.same_again = run([BPFBUILD, "migrate", *host, *flags, source], cwd=folder).stdout == ""
    obj = source + ".o"
    done = run([CLANG, "-target", "bpf", "-O2", "-g", "-w", "-D__x86_64__", *flags, *MULTIARCH, "-c", source, "-o", obj], cwd=folder)
    result.clang = done.returncode == 0
    if result.clang:
        load(result, obj, kernels)
    else:
        result.refusal = next((text for text in done.stderr.splitlines() if "error:" in text), "")
    return result


def copy(packages, package):
    """A copy of the package's sources, which this run may change."""
    version = package.series.rstrip(".").replace(":", "")
    folder = packages.unpack(package.name, package.series, package.members)
    if not folder:
        return None
    target = os.path.join(BUILD, "sources", f"{package.name}-{version}")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target, symlinks=True)
    return target


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--kernel", nargs="+", default=[])
    parser.add_argument("--output")
    options = parser.parse_args()
    corpus.SUITES[:0] = ["bullseye"]
    packages = corpus.Packages()
    packages.add("http://deb.debian.org/debian-security", "bullseye-security")
    total, results = collections.Counter(), []
    print(f"{'':34}{'sources':>8}{'compile':>8}{'old':>6}{'migrated':>9}{'again':>6}{'clang':>6}{'load':>6}{'left':>6}")
    for package in PACKAGES:
        name = f"{package.name} {package.series.rstrip('.').removeprefix('1:')}"
        if options.only and not any(word in name for word in options.only):
            continue
        root = copy(packages, package)
        if not root:
            print(f"{name:34}  skipped: the mirror has no such version")
            continue
        with concurrent.futures.ThreadPoolExecutor(1 if package.alone else os.cpu_count()) as pool:
            done = list(pool.map(lambda line: migrate(line, package.host, options.kernel), package.lines(root)))
        row = collections.Counter(sources=len(done), compile=sum(r.compiles for r in done), old=sum(r.is_old for r in done),
                                  migrated=sum(r.migrated for r in done), again=sum(r.same_again for r in done),
                                  clang=sum(r.clang for r in done), load=sum(r.loads for r in done), left=sum(bool(r.left) for r in done))
        total += row
        results += [(name, r) for r in done]
        print_row(name, row)
    print_row("all", total)
    for name, r in results:
        base = os.path.basename(r.source)
        for why in ([r.error] if r.error and r.compiles else []) + [f"left: {why}" for why in r.left]:
            print(f"{name}: {base}: {why}")
        if r.migrated and not r.loads:
            print(f"{name}: {base}: {'not loaded' if r.clang else 'clang'}: {r.refusal}")
    if options.output:
        with open(options.output, "w") as out:
            json.dump([{"package": name, **vars(r)} for name, r in results], out, indent=1)


def print_row(name, row):
    print(f"{name:34}" + "".join(f"{row[key]:{width}}" for key, width in
                                 [("sources", 8), ("compile", 8), ("old", 6), ("migrated", 9), ("again", 6), ("clang", 6), ("load", 6), ("left", 6)]))


if __name__ == "__main__":
    main()
