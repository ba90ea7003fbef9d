"""Distills and relocates modules' BTF over pairs of kernels, and compares with libbpf and with the modules that were built for those kernels.

    split.py BPFBUILD ORACLE FOLDER SOURCE-OF-RAWBTF

FOLDER has KERNEL.btf and modules/KERNEL/NAME.btf, raw. Prints the counts, and every module that libbpf relocates and we do not, or to other types."""
import collections
import os
import subprocess
import sys

bpfbuild, oracle, folder, bench = sys.argv[1:]
sys.path.insert(0, bench)
from rawbtf import ARRAY, BTF, ENUM, ENUM64, FWD, PTR, STRUCT, TYPEDEF, UNION, read  # noqa: E402

kernels = {name[:-4]: BTF(read(os.path.join(folder, name))) for name in sorted(os.listdir(folder)) if name.endswith(".btf")}
path = lambda *parts: os.path.join(folder, *parts)  # noqa: E731


def spelled(btf, type_id, depth=0):
    """A type by what it is, structs and unions by name and size."""
    t = btf.types[type_id]
    if t.name and t.kind != TYPEDEF:
        return (t.kind, t.name, t.size if t.kind in (STRUCT, UNION, ENUM, ENUM64) else 0)
    if depth > 8:
        return "deep"
    if t.kind in (STRUCT, UNION):
        return (t.kind, t.size, tuple((n, spelled(btf, r, depth + 1), o, b) for n, r, o, b in btf.members(t)))
    if t.kind == ARRAY:
        return (ARRAY, t.items[2], spelled(btf, t.items[0], depth + 1))
    return (t.kind, t.name, spelled(btf, t.ref, depth + 1)) if t.kind != FWD and type_id and t.kind not in (ENUM, ENUM64) else (t.kind, t.name)


def own(btf):
    return [(t.kind, t.name, t.size, t.ref, t.flag, [(btf.string(i[0]), *i[1:]) for i in t.items] if t.kind in (STRUCT, UNION, ENUM, ENUM64) else
             [(btf.string(t.items[i]), t.items[i + 1]) for i in range(0, len(t.items), 2)] if t.kind == 13 else list(t.items)) for t in btf.types[btf.first:]]


counts, why, only_ours, bad = collections.Counter(), collections.Counter(), [], []
fields = collections.Counter()
for kernel in sorted(os.listdir(path("modules"))):
    for module in sorted(os.listdir(path("modules", kernel))):
        source = path("modules", kernel, module)
        distilled = "distilled.o"
        done = subprocess.run([bpfbuild, "distill", "--base=" + path(kernel + ".btf"), source, "-o", distilled], stderr=subprocess.PIPE, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        for target in kernels:
            ours = subprocess.run([bpfbuild, "relocate", "--base=" + path(target + ".btf"), distilled, "-o", "ours.btf"], stderr=subprocess.PIPE, text=True)
            theirs = subprocess.run([oracle, path(kernel + ".btf"), source, path(target + ".btf"), "theirs.btf"], stdout=subprocess.PIPE, text=True).stdout.strip()
            read_by_libbpf = subprocess.run([oracle, distilled, path(target + ".btf"), "again.btf"], stdout=subprocess.PIPE, text=True).stdout.strip()
            what = f"{kernel}/{module} on {target}"
            if read_by_libbpf != theirs:
                bad.append(f"{what}: libbpf says '{read_by_libbpf}' of what we distilled, '{theirs}' of its own")
            counts["relocated" if ours.returncode == 0 else "refused"] += 1
            counts["libbpf " + theirs] += 1
            for line in ours.stderr.splitlines():
                why[line.split(": ", 4)[-1].split(";")[0]] += 1
            if ours.returncode:
                if theirs == "relocated":
                    bad.append(f"{what}: libbpf relocates it, and we say {ours.stderr}")
                continue
            mine = BTF(read("ours.btf"), kernels[target])
            if theirs != "relocated":
                only_ours.append(what)
            elif own(mine) != own(BTF(read("theirs.btf"), kernels[target])):
                bad.append(f"{what}: other types than libbpf's")
            native = path("modules", target, module)
            if not os.path.exists(native):
                continue
            built = BTF(read(native), kernels[target])
            by_name = {(t.kind, t.name): i for i, t in enumerate(built.types) if i >= built.first and t.name and t.kind in (STRUCT, UNION)}
            for i, t in enumerate(mine.types):
                is_record = i >= mine.first and t.kind in (STRUCT, UNION)
                other = None if not is_record else i if kernel == target and i < len(built.types) else by_name.get((t.kind, t.name))
                if other is None:
                    continue
                theirs_by_name = {n: (spelled(built, r), o, b) for n, r, o, b in built.members(built.types[other])}
                for name, ref, offset, bits in mine.members(t):
                    if not name:
                        continue
                    same = theirs_by_name.get(name) == (spelled(mine, ref), offset, bits)
                    fields[("equal" if same else "different") + (" on its own kernel" if kernel == target else " on another")] += 1
for line in bad:
    print(line)
print(f"relocated {counts['relocated']}, refused {counts['refused']}; by libbpf {counts['libbpf relocated']} and {counts['libbpf refused']}; "
      f"only by us {len(only_ours)}: {', '.join(only_ours) or 'none'}")
print("refused because of:", ", ".join(f"{count}x {reason}" for reason, count in why.most_common(8)))
print("members of structs that the module for that kernel has too:", ", ".join(f"{count} {what}" for what, count in sorted(fields.items())))
sys.exit(bool(bad))
