"""forms.py FOLDER BPFBUILD CLANG [LOAD_OBJECT]: each folder in FOLDER is a form, with old.c, headers, and flags for migrate.

Migrates old.c in a copy, and compares: the result with new.c, a header x.h with x.new.h, what is said with said, byte by byte; without new.c
nothing must change. Migrated again, nothing changes and --check agrees. What is migrated without a warning is compiled by clang with libbpf's
headers, and loaded where LOAD_OBJECT is given. Prints what differs, and a line that counts.
"""
import difflib
import os
import re
import shutil
import subprocess
import sys

folder, bpfbuild, clang, *load_object = sys.argv[1:]
count = dict.fromkeys(["forms", "as written", "the same again", "compiled by clang", "loaded"], 0)


def read(path):
    with open(path, newline="") as file:
        return file.read()


def differs(name, wanted, found):
    lines = difflib.unified_diff(wanted.splitlines(True), found.splitlines(True), "wanted", "found")
    print(f"{name} differs:\n" + "".join(lines))
    return False


def run(*command, cwd):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def check_texts(name, source, work, said):
    good = said == read(f"{source}/said") if os.path.exists(f"{source}/said") else said == ""
    good = good or differs(f"{name}: what is said", read(f"{source}/said") if os.path.exists(f"{source}/said") else "", said)
    for file in os.listdir(source):
        wanted = f"{source}/{re.sub(r'^old', 'new', file)}" if file == "old.c" else f"{source}/{file.replace('.h', '.new.h')}"
        if file == "old.c" or (file.endswith(".h") and not file.endswith(".new.h")):
            wanted = read(wanted if os.path.exists(wanted) else f"{source}/{file}")
            good = (wanted == read(f"{work}/{file}") or differs(f"{name}: {file}", wanted, read(f"{work}/{file}"))) and good
    return good


os.makedirs(f"{folder}.work", exist_ok=True)
with open(f"{folder}.work/.clang-format", "w") as style:  # that of the project around the tests does not count
    style.write("DisableFormat: true\n")
for name in sorted(os.listdir(folder)):
    source, work = f"{folder}/{name}", f"{folder}.work/{name}"
    if not os.path.exists(f"{source}/old.c"):
        continue
    shutil.copytree(source, work, dirs_exist_ok=True)
    flags = read(f"{source}/flags").split() if os.path.exists(f"{source}/flags") else []
    first = run(bpfbuild, "migrate", "-i", *flags, "old.c", cwd=work)
    count["forms"] += 1
    if first.returncode:
        print(f"{name} fails: {first.stderr}")
        continue
    count["as written"] += check_texts(name, source, work, first.stderr)
    again = run(bpfbuild, "migrate", "--diff", *flags, "old.c", cwd=work)
    check = run(bpfbuild, "migrate", "--check", *flags, "old.c", cwd=work)
    is_left = "warning:" in again.stderr
    if again.stdout == "" and check.returncode == is_left:
        count["the same again"] += 1
    else:
        print(f"{name} again: {again.stdout}{check.stderr}")
    if is_left:
        continue
    compiled = run(clang, "-target", "bpf", "-O2", "-g", "-w", "-D__x86_64__", "-idirafter", "/usr/include/x86_64-linux-gnu", "-c", "old.c", "-o", "new.o",
                   cwd=work)
    count["compiled by clang"] += compiled.returncode == 0
    if compiled.returncode:
        print(f"{name}: clang: {compiled.stderr}")
    elif load_object:
        # Pinned maps go with a BPF file system of their own.
        loaded = run("unshare", "--mount", "sh", "-c", 'mount -t bpf bpf /sys/fs/bpf && exec "$0" new.o', load_object[0], cwd=work)
        count["loaded"] += loaded.returncode == 0
        if loaded.returncode:
            print(f"{name}: not loaded: {loaded.stderr}")
print(", ".join(f"{number} {what}" for what, number in count.items()))
