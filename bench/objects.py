"""BPF objects as the benchmarks' checks compare them: by a decoder of their own, and LLVM's disassembler."""
import collections
import os
import re
import struct
import subprocess

from rawbtf import (ARRAY, BTF, CONST, DATASEC, DECL_TAG, ENUM, ENUM64, FLOAT, FUNC, FWD, INT, PROTO, PTR, RESTRICT, STRUCT,
                    TYPEDEF, TYPE_TAG, UNION, VAR, VOLATILE)
from tools import CLANG, ROOT

LOAD_OBJECT = os.environ.get("LOAD_OBJECT", os.path.join(ROOT, "build/release/lit-tests/load-object"))
LLVM = re.sub(r"clang(?=(-\d+)?$)", "llvm-{}", CLANG)
RELOCATION_KINDS = ["byte_off", "byte_sz", "field_exists", "signed", "lshift_u64", "rshift_u64", "type_id_local", "type_id_target",
                    "type_exists", "type_size", "enumval_exists", "enumval_value", "type_matches"]

EMPTY = struct.pack("<HBBIIIII", 0xEB9F, 1, 0, 24, 0, 0, 0, 1) + b"\0"  # BTF without types


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
        self.btf = BTF(section(path, ".BTF") or EMPTY)
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
        if not self.ext:
            return []
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


def loads(path):
    return run(LOAD_OBJECT, path).returncode == 0
