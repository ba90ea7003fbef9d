"""Writes split BTF with a struct of_module { int x; } over a base: module.py BASE OUT"""
import struct
import sys

base = open(sys.argv[1], "rb").read()
_, _, _, header, type_off, type_len, str_off, str_len = struct.unpack_from("<HBBIIIII", base)
at, end, count, integer = header + type_off, header + type_off + type_len, 0, 0
while at < end:
    count += 1
    _, info, _ = struct.unpack_from("<III", base, at)
    kind, vlen = info >> 24 & 31, info & 0xFFFF
    if kind == 1 and not integer:
        integer = count
    at += 12 + 4 * {1: 1, 3: 3, 14: 1, 17: 1}.get(kind, 0) + vlen * {4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12}.get(kind, 0)
strings = b"of_module\0x\0"
types = struct.pack("<III", str_len, 4 << 24 | 1, 4) + struct.pack("<III", str_len + 10, integer, 0)
open(sys.argv[2], "wb").write(struct.pack("<HBBIIIII", 0xEB9F, 1, 0, 24, 0, len(types), len(types), len(strings)) + types + strings)
