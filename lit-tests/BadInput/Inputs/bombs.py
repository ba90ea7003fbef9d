"""Writes BTF that is small to read and large to print, each in a file of its own: raw, and as the .BTF of an object."""
import struct
import subprocess
import sys
import zlib


class BTF:
    """A BTF section; types are numbered from 1 in the order in which they are added."""

    def __init__(self):
        self.types, self.strings, self.count = b"", b"\0", 0
        self.offsets = {"": 0}  # of strings

    def name(self, text):
        if text not in self.offsets:
            self.offsets[text] = len(self.strings)
            self.strings += text.encode() + b"\0"
        return self.offsets[text]

    def add(self, name, kind, vlen, size_or_type, *words):
        self.types += struct.pack("<%dI" % (3 + len(words)), self.name(name), kind << 24 | vlen, size_or_type, *words)
        self.count += 1
        return self.count

    def int(self):
        return self.add("int", 1, 0, 4, 1 << 24 | 32)

    def record(self, name, kind, size, *members):
        """Members are (name, type, offset in bits)."""
        return self.add(name, kind, len(members), size, *(word for m in members for word in (self.name(m[0]), m[1], m[2])))

    def struct(self, name, size, *members):
        return self.record(name, 4, size, *members)

    def union(self, name, size, *members):
        return self.record(name, 5, size, *members)

    def pointer(self, to):
        return self.add("", 2, 0, to)

    def function(self, result, *parameters):
        return self.add("", 13, len(parameters), result, *(word for p in parameters for word in (0, p)))

    def variable(self, name, of):
        return self.add(name, 14, 0, of, 1)

    def section(self, name, size, *variables):
        """Variables are (type, offset, size)."""
        return self.add(name, 15, len(variables), size, *(word for v in variables for word in v))

    def bytes(self):
        return struct.pack("<HBBIIIII", 0xEB9F, 1, 0, 24, 0, len(self.types), len(self.types), len(self.strings)) + self.types + self.strings


def unions(btf, depth):
    """Unnamed unions, each of which holds the one before it twice."""
    inner = btf.int()
    for _ in range(depth):
        inner = btf.union("", 4, ("left", inner, 0), ("right", inner, 0))
    return btf.struct("bomb", 4, ("all", inner, 0)), 4


def functions(btf, depth):
    """Pointers to functions that take and give what is before them."""
    inner = btf.pointer(btf.int())
    for _ in range(depth):
        inner = btf.pointer(btf.function(inner, inner))
    return btf.struct("bomb", 8, ("call", inner, 0)), 8


def gap(btf, bits):
    """A member far behind the one before it."""
    number = btf.int()
    size = (bits + 32 + 7) // 8
    return btf.struct("bomb", size, ("first", number, 0), ("last", number, bits)), size


def same_name(btf, count):
    number = btf.int()
    return [btf.struct("bomb", 4, ("member", number, 0)) for _ in range(count)], 4


def write(name, made, btf, compiler):
    types, size = made
    types = types if isinstance(types, list) else [types]
    variables = [btf.variable("v%d" % index, of) for index, of in enumerate(types)]
    btf.section(".bss", size * len(types), *((v, index * size, size) for index, v in enumerate(variables)))
    with open(name + ".btf", "wb") as file:
        file.write(btf.bytes())
    source = "char room[%d];" % (size * len(types))
    subprocess.run([compiler, "-x", "c", "-c", "-", "-o", name + ".o"], input=source.encode(), check=True)
    subprocess.run(["llvm-objcopy", "--remove-section=.BTF.ext", "--update-section=.BTF=%s.btf" % name, name + ".o"], check=True)


for name, make, number in (("unions", unions, 40), ("functions", functions, 40), ("gap", gap, 0x12000001),
                           ("bits", gap, 0x12000020), ("same", same_name, 8000)):
    btf = BTF()
    write(name, make(btf, number), btf, sys.argv[1])

deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
block = deflate.compress(bytes(64 << 20)) + deflate.flush(zlib.Z_FULL_FLUSH)
with open("bomb.gz", "wb") as file:  # 3 GB of zeros
    file.write(b"\x1f\x8b\x08\0\0\0\0\0\0\3" + 48 * block)
