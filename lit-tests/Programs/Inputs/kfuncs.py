"""Compares the releases in Kfuncs.def with kernels' BTF: what is older than a kernel must be a function there, what is newer must not.

    kfuncs.py SOURCE BTF-FOLDER
"""
import os
import re
import sys

source, folder = sys.argv[1:]
sys.path.insert(0, os.path.join(source, "bench"))
from rawbtf import BTF, DECL_TAG, FUNC, read  # noqa: E402

table = {name: (int(major), int(minor)) for name, major, minor in
         re.findall(r"^KFUNC\((\w+), \((\d+), (\d+)\)\)", open(os.path.join(source, "driver/lib/Kernel/Kfuncs.def")).read(), re.M)}
newest = BTF(read(f"{folder}/6.18-cloud.btf.xz"))
tagged = {newest.types[t.ref].name for t in newest.types if t.kind == DECL_TAG and t.name == "bpf_kfunc" and newest.types[t.ref].kind == FUNC}
wrong, compared = [], 0
for version in ("6.1", "6.12", "6.18"):
    functions = {t.name for t in BTF(read(f"{folder}/{version}-cloud.btf.xz")).types if t.kind == FUNC}
    number = tuple(int(part) for part in version.split("."))
    for name in tagged & table.keys():  # the others are of modules, or gone
        compared += 1
        if (name in functions) != (table[name] <= number):
            wrong.append(f"{name}: since {table[name]}, but Linux {version} has it: {name in functions}")
sys.exit("\n".join(wrong)) if wrong else print(compared, "compared, 0 wrong")
