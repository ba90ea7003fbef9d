"""Compares `bpfbuild relocs` with libbpf, instruction by instruction.

    agreement.py BPFBUILD ORACLE BTF[,BTF…] OBJECT|FOLDER…

Prints how many relocations were compared, and every one that differs; fails if one does. Objects without BTF are left out, and
relocations that are in no function, over which libbpf passes when it loads the object."""
import json
import os
import subprocess
import sys
import tempfile


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return done.returncode, done.stdout, done.stderr


def objects_in(path):
    if os.path.isfile(path):
        return [path]
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names if name.endswith(".o"))


def main(bpfbuild, oracle, kernels, *paths):
    kernels = kernels.split(",")
    objects = [each for path in paths for each in objects_in(path)]
    counts, differences, usable = dict.fromkeys(["resolved", "guarded", "broken"], 0), [], 0
    compared = left_out = 0
    for start in range(0, len(objects), 100):
        some = []
        for each in objects[start:start + 100]:
            if b".BTF\0" in open(each, "rb").read():
                some.append(each)
        if not some:
            continue
        status, out, err = run(bpfbuild, "relocs", "--json", *("--btf=" + k for k in kernels), *some)
        if status:
            sys.exit(err)
        usable += len(some)
        ours = {}
        for each in json.loads(out)["objects"]:
            for r in each["relocations"]:
                for k, decision in zip(kernels, r["kernels"]):
                    ours[k, each["object"], r["section"], r["number"]] = decision.get("code", "refused"), r, decision
                    counts[decision["fate"]] += 1
        theirs = {}
        for k in kernels:
            status, out, err = run(oracle, k, *some)
            if status:
                sys.exit(err)
            for line in out.splitlines():
                path, rest = line.split(".o ", 1)
                section, _, number, code = rest.rsplit(" ", 3)
                theirs[k, path + ".o", section, int(number)] = code
        left_out += len(theirs.keys() - ours.keys())
        for key in sorted(ours):
            compared += 1
            if key not in theirs or ours[key][0] != theirs[key]:
                differences.append((key, theirs.get(key), ours.get(key)))
    for each in differences[:20]:
        print(*each)
    print(f"{usable} objects, {len(kernels)} kernels: {compared} relocations compared, {len(differences)} differences, {left_out} in no function; "
          + ", ".join(f"{count} {fate}" for fate, count in counts.items()))
    sys.exit(1 if differences else 0)


main(*sys.argv[1:])
