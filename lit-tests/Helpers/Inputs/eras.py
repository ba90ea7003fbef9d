"""Writes linux/bpf.h as kernels of one era after the other had it, as far as helpers go, and what they are called.

    eras.py HELPERS.csv FOLDER

For each release that added helpers: FOLDER/VERSION/linux/bpf.h, with enum bpf_func_id in the form of that time, and
FOLDER/VERSION/absent, the helpers that it lacks. FOLDER/all.c calls every helper; with -DBEFORE it includes bpf_helpers.h first.
"""
import csv
import os
import sys


def number(version):
    return tuple(int(part) for part in version.split("."))


def enumerators(names):
    lines = ["enum bpf_func_id {", "\tBPF_FUNC_unspec,"]
    lines += [f"\tBPF_FUNC_{name}, /* prototype */" for name in names]
    return lines + ["\t__BPF_FUNC_MAX_ID,", "};"]


def mapper(names):
    lines = ["#define __BPF_FUNC_MAPPER(FN)\\", "\tFN(unspec),\\"]
    lines += [f"\tFN({name}),\\" for name in names]
    return lines + ["\t/* */", "#define __BPF_ENUM_FN(x) BPF_FUNC_ ## x",
                    "enum bpf_func_id {", "\t__BPF_FUNC_MAPPER(__BPF_ENUM_FN)", "\t__BPF_FUNC_MAX_ID,", "};", "#undef __BPF_ENUM_FN"]


def mapper_with_ids(names):
    lines = ["#define ___BPF_FUNC_MAPPER(FN, ctx...)\\", "\tFN(unspec, 0, ##ctx)\\"]
    lines += [f"\tFN({name}, {i}, ##ctx)\\" for i, name in enumerate(names, 1)]
    return lines + ["\t/* */", "#define __BPF_FUNC_MAPPER_APPLY(name, value, FN) FN(name),",
                    "#define __BPF_FUNC_MAPPER(FN) ___BPF_FUNC_MAPPER(__BPF_FUNC_MAPPER_APPLY, FN)",
                    "#define __BPF_ENUM_FN(x, y) BPF_FUNC_ ## x = y,",
                    "enum bpf_func_id {", "\t___BPF_FUNC_MAPPER(__BPF_ENUM_FN)", "\t__BPF_FUNC_MAX_ID,", "};", "#undef __BPF_ENUM_FN"]


def main():
    rows = [(row["name"], number(row["first_kernel"])) for row in csv.DictReader(open(sys.argv[1]))]
    for version in sorted({since for _, since in rows} | {(6, 12)}):
        # Numbers are given in order: a header has those up to the newest of its release.
        present = [name for name, since in rows if since <= version]
        assert present == [name for name, _ in rows[:len(present)]] or version == (4, 1), version
        form = enumerators if version < (4, 10) else mapper if version < (6, 2) else mapper_with_ids
        folder = os.path.join(sys.argv[2], "{}.{}".format(*version))
        os.makedirs(os.path.join(folder, "linux"))
        with open(os.path.join(folder, "linux/bpf.h"), "w") as out:
            lines = ["#ifndef __LINUX_BPF_H__", "#define __LINUX_BPF_H__"] + form([name[4:] for name in present]) + ["#endif"]
            out.write("\n".join(lines) + "\n")
        with open(os.path.join(folder, "absent"), "w") as out:
            out.write("".join(sorted(name + "\n" for name, since in rows if since > version)))
    with open(os.path.join(sys.argv[2], "all.c"), "w") as out:
        out.write("#ifdef BEFORE\n#include <bpf/bpf_helpers.h>\n#endif\n#ifdef HEADER\n#include HEADER\n#endif\n"
                  "#ifdef HEADER2\n#include HEADER2\n#endif\n#include <bpf/bpf_helpers.h>\n"
                  "SEC(\"xdp\") int program(void *ctx)\n{\n")
        out.write("".join(f"\t((long (*)(void)){name})();\n" for name, _ in rows) + "\treturn 0;\n}\n")


main()
