#!/usr/bin/env python3
"""Checks a header made from BTF against that BTF, with a decoder of its own and a C compiler as the judge.

    bench/btf/check.py HEADER BTF [--base BTF]

Every named struct and union must have the BTF's size, every member its offset, every bit-field its bits, every enumerator its value,
every typedef and integer its size. BTF is raw, or raw and compressed by xz. CLANG names the compiler. Prints what was checked; exit code 1 if
anything differs.
"""
import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from rawbtf import BTF, ENUM, ENUM64, STRUCT, TYPEDEF, UNION, read  # noqa: E402
from tools import CLANG  # noqa: E402

def assertions(btf, header):
    names, counts, lines = btf.names(), collections.Counter(), []

    def check(what, text):
        counts[what] += 1
        lines.append(f"_Static_assert({text}, \"\");")

    # The header has the base's types only where the module's need them.
    own = range(btf.first, len(btf.types))
    for i in own:
        t = btf.types[i]
        if t.kind in (STRUCT, UNION) and t.name:
            tag = f"{'struct' if t.kind == STRUCT else 'union'} {names[i]}"
            check("sizes", f"sizeof({tag}) == {t.size}")
            for name, _, offset, bits in btf.members(t):
                if name and not bits:
                    check("offsets", f"__builtin_offsetof({tag}, {name}) == {offset // 8}")
            if any(bits for _, _, _, bits in btf.members(t)):
                lines.append(f"{tag} *has_bit_fields_{i};")
        elif t.kind in (ENUM, ENUM64):
            for index, item in enumerate(t.items):
                check("enumerators", f"{names[i, index]} == {btf.value(t, item)}{'' if t.kind == ENUM else 'LL' if t.flag else 'ULL'}")
            if t.name and t.items:
                check("sizes", f"sizeof(enum {names[i]}) == {t.size}")
        elif t.kind == TYPEDEF and btf.size_of(i) is not None and btf.has_own_size(i):
            check("typedefs", f"sizeof({names[i]}) == {btf.size_of(i)}")
    return lines, counts


def check_bit_fields(btf, compiled, counts):
    """The compiler's own BTF says where it put the bits."""
    names = btf.names()
    made = {(t.kind, t.name): t for t in compiled.types if t.kind in (STRUCT, UNION)}
    wrong = []
    for i in range(btf.first, len(btf.types)):
        t = btf.types[i]
        if t.kind not in (STRUCT, UNION) or not t.name:
            continue
        wanted = [(n, o, b) for n, _, o, b in btf.members(t) if b]
        if not wanted:
            continue
        found = {n: (o, b) for n, _, o, b in compiled.members(made[t.kind, names[i]])}
        for name, offset, bits in wanted:
            counts["bit-fields"] += 1
            if found.get(name) != (offset, bits):
                wrong.append(f"{names[i]}.{name}: bits {offset}+{bits}, compiled as {found.get(name)}")
    return wrong


def check(header, btf):
    """Checks the file \\p header against \\p btf; returns (counts, complaints)."""
    lines, counts = assertions(btf, header)
    with tempfile.TemporaryDirectory() as folder:
        source, compiled, section = (os.path.join(folder, n) for n in ("check.c", "check.o", "check.btf"))
        with open(source, "w") as out:
            out.write(f'#include "{os.path.abspath(header)}"\n' + "\n".join(lines) + "\n")
        result = subprocess.run([CLANG, "-target", "bpf", "-g", "-O2", "-Wall", "-Wno-pragma-pack", "-ferror-limit=20", "-c", source, "-o",
                                 compiled], capture_output=True, text=True)
        complaints = result.stderr.splitlines()
        if result.returncode == 0 and any("*has_bit_fields" in line for line in lines):
            objcopy = re.sub(r"clang(?=(-\d+)?$)", "llvm-objcopy", CLANG)
            subprocess.run([objcopy, "-O", "binary", "--only-section=.BTF", "--set-section-flags", ".BTF=alloc", compiled, section],
                           check=True)
            complaints += check_bit_fields(btf, BTF(read(section)), counts)
    return counts, complaints


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("header")
    parser.add_argument("btf")
    parser.add_argument("--base")
    options = parser.parse_args()
    counts, complaints = check(options.header, BTF(read(options.btf), BTF(read(options.base)) if options.base else None))
    print(", ".join(f"{n} {what}" for what, n in counts.items()), f"checked; {len(complaints)} complaints")
    print("\n".join(complaints[:40]))
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main()
