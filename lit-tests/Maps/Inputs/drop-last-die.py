"""Makes the first unit of .debug_info a byte shorter: its last null entry is gone.

    drop-last-die.py OBJECT OUTPUT
"""
import struct
import sys

data = bytearray(open(sys.argv[1], "rb").read())
(sections,), (size, count, names) = struct.unpack_from("<Q", data, 40), struct.unpack_from("<HHH", data, 58)
headers = [struct.unpack_from("<IIQQQQ", data, sections + size * n) for n in range(count)]
for name, _, _, _, offset, _ in headers:
    start = headers[names][4] + name
    if data[start:data.index(0, start)] == b".debug_info":
        struct.pack_into("<I", data, offset, struct.unpack_from("<I", data, offset)[0] - 1)
open(sys.argv[2], "wb").write(data)
