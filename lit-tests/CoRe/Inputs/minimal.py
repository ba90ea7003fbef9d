"""Compares what libbpf makes of objects with kernels' whole BTF and with what `bpfbuild min-btf` keeps of it.

    minimal.py BPFBUILD ORACLE BTF[,BTF…] SIZE OBJECT|FOLDER…

Objects are reduced for SIZE at a time. Prints how many instructions were compared, how many differ, and how large the results are beside those of
`bpftool gen min_core_btf`; fails if one differs or is larger. The numbers of types (bpf_core_type_id_kernel()) are left out."""
import os
import shutil
import subprocess
import sys
import tempfile

TYPE_ID_TARGET = "7"


def objects_in(path):
    if os.path.isfile(path):
        return [path]
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names if name.endswith(".o"))


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    return done.stdout if done.returncode == 0 else sys.exit(f"{command[:4]}: {done.stderr}")


def patched(oracle, btf, objects):
    return [line for line in run(oracle, btf, *objects).splitlines() if line.rsplit(" ", 3)[1] != TYPE_ID_TARGET]


def main(bpfbuild, oracle, kernels, size, *paths):
    objects = [o for path in paths for o in objects_in(path) if b".BTF\0" in open(o, "rb").read()]
    compared = differences = ours = theirs = larger = 0
    with tempfile.TemporaryDirectory() as folder:
        minimal, other = os.path.join(folder, "minimal.btf"), os.path.join(folder, "bpftool.btf")
        for start in range(0, len(objects), int(size)):
            some = objects[start:start + int(size)]
            for kernel in kernels.split(","):
                run(bpfbuild, "min-btf", "--btf=" + kernel, *some, "-o", minimal)
                for whole, reduced in zip(patched(oracle, kernel, some), patched(oracle, minimal, some)):
                    compared += 1
                    if whole != reduced:
                        differences += 1
                        print(f"{kernel}: {whole} with the whole, {reduced} with the minimal BTF")
                if shutil.which("bpftool") and subprocess.run(["bpftool", "gen", "min_core_btf", kernel, other, *some], stderr=subprocess.DEVNULL).returncode == 0:
                    ours += os.path.getsize(minimal)
                    theirs += os.path.getsize(other)
                    if os.path.getsize(minimal) > os.path.getsize(other):
                        larger += 1
                        print(f"{kernel}: {os.path.getsize(minimal)} bytes, bpftool's {os.path.getsize(other)}: {some[0]}")
    print(f"{len(objects)} objects, {len(kernels.split(','))} kernels: {compared} instructions compared, {differences} differences; "
          f"{ours} bytes, {theirs} of bpftool; {larger} larger")
    sys.exit(bool(differences or larger))


main(*sys.argv[1:])
