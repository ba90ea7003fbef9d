"""BTF by a decoder of its own, as the benchmarks' checks are not to believe the one that they check."""
import collections
import lzma
import struct

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
