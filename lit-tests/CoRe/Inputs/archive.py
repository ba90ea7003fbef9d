"""Prints the table of contents of a .btfa file, by a reader of its own; checks that the data decompress."""
import struct
import sys
import zlib

data = open(sys.argv[1], "rb").read()
magic, version, kernels, btfs, uses, strings_size, data_size, compressed = struct.unpack_from("<4s7I", data)
assert magic == b"BTFA"
strings = 32 + 20 * kernels + 8 * btfs + 8 * uses
text = lambda offset: data[strings + offset:data.index(b"\0", strings + offset)].decode()  # noqa: E731
raw = zlib.decompress(data[strings + strings_size:])
assert len(raw) == data_size and strings + strings_size + compressed == len(data)
print(f"version {version}, {kernels} kernels, {btfs} BTFs")
for i in range(kernels):
    *names, btf = struct.unpack_from("<5I", data, 32 + 20 * i)
    offset, size = struct.unpack_from("<2I", data, 32 + 20 * kernels + 8 * btf)
    assert raw[offset:offset + 2] in (b"\x9f\xeb", b"\xeb\x9f") and offset + size <= data_size
    print(*map(text, names), end=f": {btf}\n")
