#!/usr/bin/env python3
"""Checks a header made from BTF against that BTF, with a decoder of its own and a C compiler as the judge.

    bench/btf/check.py HEADER BTF [--base BTF]

Every named struct and union must have the BTF's size, every member its offset, every bit-field its bits, every enumerator its value,
every typedef and integer its size. BTF is raw, or raw and compressed by xz. CLANG names the compiler. Prints what was checked; exit code 1 if
anything differs.
"""
import argparse
import collections
import lzma
import os
import re
import struct
import subprocess
import sys
import tempfile

CLANG = os.environ.get("CLANG", "clang-22")
INT, PTR, ARRAY, STRUCT, UNION, ENUM, FWD, TYPEDEF, VOLATILE, CONST, RESTRICT, FUNC, PROTO, VAR, DATASEC, FLOAT, DECL_TAG, TYPE_TAG, ENUM64 = range(1, 20)
Type = collections.namedtuple("Type", "kind name size ref flag items")


def read(path):
    data = open(path, "rb").read()
    return lzma.decompress(data) if path.endswith(".xz") else data


class BTF:
    """Types by id, after those of the base."""

    def __init__(self, data, base=None):
        magic, _, _, header, type_off, type_len, str_off, str_len = struct.unpack_from("<HBBIIIII", data)
        assert magic == 0xEB9F
        self.strings = (base.strings if base else b"") + data[header + str_off:header + str_off + str_len]
        self.types = list(base.types) if base else [Type(0, "", 0, 0, False, [])]
        self.first = len(self.types)
        at, end = header + type_off, header + type_off + type_len
        while at < end:
            name, info, size = struct.unpack_from("<III", data, at)
            kind, count, flag = info >> 24 & 31, info & 0xFFFF, bool(info >> 31)
            words = {INT: 1, ARRAY: 3, VAR: 1, DECL_TAG: 1}.get(kind, 0)
            words += count * {STRUCT: 3, UNION: 3, ENUM: 2, PROTO: 2, DATASEC: 3, ENUM64: 3}.get(kind, 0)
            rest = struct.unpack_from(f"<{words}I", data, at + 12)
            step = {STRUCT: 3, UNION: 3, ENUM: 2, ENUM64: 3}.get(kind, 0)
            items = [rest[i:i + step] for i in range(0, words, step)] if step else rest
            self.types.append(Type(kind, self.string(name), size, size, flag, items))
            at += 12 + 4 * words

    def string(self, offset):
        return self.strings[offset:self.strings.index(b"\0", offset)].decode()

    def size_of(self, type_id):
        count = 1
        while True:
            t = self.types[type_id]
            if t.kind == ARRAY:
                count *= t.items[2]
                type_id = t.items[0]
            elif t.kind in (TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG):
                type_id = t.ref
            elif t.kind == PTR:
                return 8 * count
            elif t.kind in (INT, STRUCT, UNION, ENUM, ENUM64, FLOAT):
                return t.size * count
            else:
                return None

    def has_own_size(self, type_id):
        """False for an enum without enumerators, which has no size in C, and for va_list, which is the compiler's own."""
        while self.types[type_id].kind in (TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG):
            if self.types[type_id].name == "__builtin_va_list":
                return False
            type_id = self.types[type_id].ref
        t = self.types[type_id]
        return t.kind not in (ENUM, ENUM64) or bool(t.items)

    def members(self, t):
        for name, ref, offset in t.items:
            yield self.string(name), ref, offset & 0xFFFFFF if t.flag else offset, offset >> 24 if t.flag else 0

    def value(self, t, item):
        if t.kind == ENUM64:
            raw, bits = item[1] | item[2] << 32, 64
        else:
            raw, bits = item[1], 32
        return raw - (1 << bits) if t.flag and raw >> (bits - 1) else raw

    def names(self):
        """The C name of each named type and, by (id, index), of each enumerator: the lowest id keeps it."""
        tags, ordinary, result = collections.Counter(), collections.Counter(), {}

        def use(space, name, key):
            space[name] += 1
            result[key] = name if space[name] == 1 else f"{name}___{space[name]}"

        for i, t in enumerate(self.types):
            if t.kind in (STRUCT, UNION) and t.name:
                use(tags, t.name, i)
            elif t.kind in (ENUM, ENUM64) and t.items:
                if t.name:
                    use(tags, t.name, i)
                for index, item in enumerate(t.items):
                    use(ordinary, self.string(item[0]), (i, index))
            elif t.kind == TYPEDEF:
                use(ordinary, t.name, i)
        return result


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
