"""Breaks an object in five ways, each of which libbpf's linker once died of: OBJECT BPFBUILD BPFCC. Prints what both tools say."""
import struct
import subprocess
import sys

SECTION_HEADER, SYMBOL = 64, 24
original = open(sys.argv[1], "rb").read()
table, count, names = struct.unpack_from("<Q", original, 40)[0], *struct.unpack_from("<HH", original, 60)


def header(index):
    """Of a section: name, type, file offset, size."""
    fields = struct.unpack_from("<IIQQQQ", original, table + index * SECTION_HEADER)
    return fields[0], fields[1], fields[4], fields[5]


def text(section, at):
    begin = header(section)[2] + at
    return original[begin:original.index(b"\0", begin)].decode()


sections = {text(names, header(index)[0]): index for index in range(count)}
symbols, strings = header(sections[".symtab"]), sections[".strtab"]
counted = next(at for at in range(symbols[2], symbols[2] + symbols[3], SYMBOL)
               if text(strings, struct.unpack_from("<I", original, at)[0]) == "counted")

for name, form, at, value in (
        ("order", "<B", 5, 0),
        ("version", "<B", 6, 0),
        ("ext", "<I", table + sections[".BTF.ext"] * SECTION_HEADER + 4, 2),
        ("symbols", "<I", table + sections[".symtab"] * SECTION_HEADER + 4, 3),
        ("place", "<H", counted + 6, 0xFF20)):
    broken = bytearray(original)
    struct.pack_into(form, broken, at, value)
    with open(name + ".o", "wb") as file:
        file.write(broken)
    for command in ([sys.argv[2], "link", name + ".o", sys.argv[1], "-o", "linked.o"], [sys.argv[2], "check", name + ".o"],
                    [sys.argv[3], name + ".o", sys.argv[1], "-o", "linked.o"]):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 1, (command, done)
        said = done.stdout.split(": ", 1)[1].strip()
    print("%s.o: %s" % (name, said))
