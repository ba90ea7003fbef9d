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
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from rawbtf import (ARRAY, BTF, CONST, DATASEC, DECL_TAG, ENUM, ENUM64, FLOAT, FUNC, FWD, INT, PROTO, PTR, RESTRICT, STRUCT,  # noqa: E402
                    TYPEDEF, TYPE_TAG, UNION, VAR, VOLATILE)
from tools import BPFCC, BPFTOOL, CLANG, ROOT  # noqa: E402

LOAD_OBJECT = os.environ.get("LOAD_OBJECT", os.path.join(ROOT, "build/release/lit-tests/load-object"))
LLVM = re.sub(r"clang(?=(-\d+)?$)", "llvm-{}", CLANG)
PEER_FLAGS = ["-target", "bpf", "-g", "-O2", "-D__TARGET_ARCH_x86", "-D__x86_64__", "-idirafter", "/usr/include/x86_64-linux-gnu", "-w"]
RELOCATION_KINDS = ["byte_off", "byte_sz", "field_exists", "signed", "lshift_u64", "rshift_u64", "type_id_local", "type_id_target",
                    "type_exists", "type_size", "enumval_exists", "enumval_value", "type_matches"]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def section(path, name):
    out = path + name
    run(LLVM.format("objcopy"), "-O", "binary", f"--only-section={name}", "--set-section-flags", f"{name}=alloc", path, out)
    with open(out, "rb") as file:
        return file.read()


class Object:
    def __init__(self, path):
        self.path = path
        self.btf = BTF(section(path, ".BTF"))
        self.ext = section(path, ".BTF.ext")
        self.names = {}
        for i, t in enumerate(self.btf.types):
            if t.name:
                self.names.setdefault((t.kind, t.name), []).append(i)

    def instructions(self):
        """The disassembly. The numbers of types, which an object counts for itself, are left out: the relocation says which it is."""
        text = run(LLVM.format("objdump"), "-d", "--no-show-raw-insn", self.path).stdout.split("\n", 3)[-1]
        numbers = {(s, o // 8) for s, o, kind, *_ in self.relocations() if kind.startswith("type_id")}
        lines, current = [], ""
        for line in text.splitlines():
            if header := re.match(r"Disassembly of section (.*):", line):
                current = header[1]
            if (at := re.match(r"\s+(\d+):", line)) and (current, int(at[1])) in numbers:
                line = re.sub(r"= 0x[0-9a-f]+( ll)?$|= \d+( ll)?$", "= TYPE", line)
            lines.append(line)
        return "\n".join(lines)

    def relocations(self):
        """(section, offset, kind, root type, path by names)."""
        magic, _, _, header, _, _, _, _, offset, length = struct.unpack_from("<HBBIIIIIII", self.ext)
        at, result = header + offset + 4, []
        end = header + offset + length
        while length and at < end:
            name, count = struct.unpack_from("<II", self.ext, at)
            at += 8
            for _ in range(count):
                insn, type_id, access, kind = struct.unpack_from("<IIII", self.ext, at)
                at += 16
                root = self.btf.types[type_id]
                path = self.path_of(type_id, self.btf.string(access), RELOCATION_KINDS[kind])
                result.append((self.btf.string(name), insn, RELOCATION_KINDS[kind], self.describe(type_id), path))
        return result

    def skip(self, type_id):
        while self.btf.types[type_id].kind in (TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG):
            type_id = self.btf.types[type_id].ref
        return type_id

    def path_of(self, type_id, access, kind):
        indices = [int(part) for part in access.split(":")]
        t = self.btf.types[self.skip(type_id)]
        if kind.startswith("enumval"):
            return self.btf.string(t.items[indices[0]][0])
        if kind.startswith("type_"):
            return access
        words, current = [str(indices[0])], self.skip(type_id)
        for index in indices[1:]:
            t = self.btf.types[current]
            if t.kind == ARRAY:
                words.append(str(index))
                current = self.skip(t.items[0])
            else:
                name, ref, *_ = t.items[index]
                words.append(self.btf.string(name) or f"({index})")
                current = self.skip(ref)
        return ":".join(words)

    def describe(self, type_id):
        """A type as a member refers to it: by name where it has one."""
        words = []
        while True:
            t = self.btf.types[type_id]
            if type_id == 0:
                return " ".join(words + ["void"])
            if t.kind in (PTR, VOLATILE, CONST, RESTRICT, TYPE_TAG):
                words.append(f"{t.kind}{t.name}")
                type_id = t.ref
            elif t.kind == ARRAY:
                words.append(f"[{t.items[2]}]")
                type_id = t.items[0]
            elif t.kind == FWD:
                return " ".join(words + [f"{'union' if t.flag else 'struct'} {t.name}"])
            elif t.kind in (STRUCT, UNION) and t.name:
                return " ".join(words + [f"{'union' if t.kind == UNION else 'struct'} {t.name}"])
            elif t.kind in (INT, ENUM, ENUM64, TYPEDEF, FLOAT) and t.name:
                return " ".join(words + [f"{t.kind} {t.name}"])
            else:
                return " ".join(words + [self.define(type_id)])

    def define(self, type_id):
        t = self.btf.types[type_id]
        if t.kind in (STRUCT, UNION):
            members = [f"{n}@{o}:{b} {self.describe(r)}" for n, r, o, b in self.btf.members(t)]
            return f"{t.kind} {t.name} {t.size} {{{'; '.join(members)}}}"
        if t.kind in (ENUM, ENUM64):
            return f"{t.kind} {t.name} {t.size} {[(self.btf.string(i[0]), self.btf.value(t, i)) for i in t.items]}"
        if t.kind == PROTO:
            parameters = [f"{self.btf.string(t.items[i])} {self.describe(t.items[i + 1])}" for i in range(0, len(t.items), 2)]
            return f"{self.describe(t.ref)} ({', '.join(parameters)})"
        if t.kind == DATASEC:
            variables = [f"{self.btf.types[t.items[i]].name}@{t.items[i + 1]}+{t.items[i + 2]}" for i in range(0, len(t.items), 3)]
            return f"section {t.name} {sorted(variables)}"
        if t.kind in (FUNC, VAR, TYPEDEF, DECL_TAG):
            return f"{t.kind} {t.name} {self.describe(t.ref)}"
        return f"{t.kind} {t.name} {t.size} {t.items}"

    def named(self):
        """Definitions of everything that has a name, but for the forward declarations."""
        result = collections.defaultdict(set)
        for i, t in enumerate(self.btf.types):
            if t.name and t.kind not in (FWD, TYPE_TAG):
                result[t.kind, t.name].add(self.define(i))
        return result


def differences(sliced, full):
    """What is not the same in two objects of one source, and how many types only the full header's has."""
    result = []
    if sliced.instructions() != full.instructions():
        result.append("instructions differ")
    if sliced.relocations() != full.relocations():
        pairs = [p for p in zip(sliced.relocations(), full.relocations()) if p[0] != p[1]]
        result.append(f"CO-RE relocations differ: {pairs[:2] or 'one has more'}")
    ours, theirs = sliced.named(), full.named()
    for key, definitions in ours.items():
        if definitions != theirs.get(key):
            result.append(f"type {key}: {definitions} in the slice, {theirs.get(key)} in full")
    dragged = [key for key in theirs if key not in ours]
    result += [f"only with the full header: {key}" for key in dragged if key[0] in (FUNC, VAR, DATASEC)]
    return result, len(dragged)


def compile_ours(source, out, *flags):
    return run(BPFCC, "-w", "-c", source, "-o", out, "--target-arch=x86", *flags)


def loads(path):
    return run(LOAD_OBJECT, path).returncode == 0


def check_source(source, flags, header, load, folder):
    """Returns (verdict, complaints, dragged-in types)."""
    name = re.sub(r"\W", "_", source + "".join(flags))
    paths = {kind: os.path.join(folder, f"{name}.{kind}.o") for kind in ("sliced", "full", "peer", "linked")}
    sliced = compile_ours(source, paths["sliced"], *flags, "--time-report")
    again = "again, with the whole" in sliced.stderr
    sliced.stderr = re.sub(r"(?m)^ *[0-9.]+ ms .*\n", "", sliced.stderr)
    full = compile_ours(source, paths["full"], *flags, "--vmlinux-slice=off")
    if sliced.returncode or full.returncode:
        same = sliced.returncode == full.returncode and sliced.stderr == full.stderr
        return "refused", [] if same else [f"sliced: {sliced.stderr}\nfull: {full.stderr}"], 0
    complaints, dragged = differences(Object(paths["sliced"]), Object(paths["full"]))
    if again:
        complaints.append("the slice did not suffice")
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
