"""cmake_arguments.py BUILD SECONDS FOUND: bpfbuild_add_skeleton() and bpfbuild_add_object() with arguments of all kinds.

A configuration must work, or end with an error whose call stack has the function that the user called. What CMake says of our code (an unknown
command, arguments that a command does not take) is a finding.
"""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

build, seconds, found = os.path.abspath(sys.argv[1]), float(sys.argv[2]), os.path.abspath(sys.argv[3])
seed = int(os.environ.get("FUZZ_SEED", time.time()))
random.seed(seed)
# What CMake says of code that is wrong, in the place of what is wrong with the arguments.
OUR_MISTAKES = "Unknown CMake command|given arguments|incorrect number of arguments|incorrect arguments|sub-command|Unknown keyword"
KEYWORDS = ("SOURCES", "OBJECTS", "NAME", "NAMESPACE", "HEADER", "STYLE", "TARGET_KERNEL", "TARGET_ARCH", "TARGET_BTF", "VMLINUX", "LOADER",
            "EMBED", "EMBED_BTF", "TYPES_FROM", "VERIFY", "INCLUDE_DIRECTORIES", "COMPILE_DEFINITIONS", "COMPILE_OPTIONS")
WORDS = ("a.bpf.c", "b.bpf.c", "missing.bpf.c", "objects", "c", "cxx", "5.10", "x86", "libbpf", "inline", "id", "A::B", "", " ", ";", "a;b", "$", "${x}",
         "\\\\", "\\\"", "#", "[[", "]]", "-DX=1", "$<1:x>", "$<", "../..", "/dev/null", "ä", "ON", "x.hpp", "1" * 300)


def arguments():
    result = ["SOURCES", "a.bpf.c"] if random.random() < 0.7 else []
    for _ in range(random.randint(0, 5)):
        result.append(random.choice(KEYWORDS))
        result += random.choices(WORDS, k=random.randint(0, 2))
    return " ".join('"%s"' % a for a in result)


work = tempfile.mkdtemp()
os.chdir(work)
for name in ("a", "b"):
    with open(name + ".bpf.c", "w") as file:
        file.write("int %s;\n" % name)
end, count, worked = time.monotonic() + seconds, 0, 0
while time.monotonic() < end:
    text = "cmake_minimum_required(VERSION 3.25)\nproject(fuzz LANGUAGES CXX)\nfind_package(BPFBuild REQUIRED)\n"
    text += "bpfbuild_add_object(objects SOURCES b.bpf.c)\nbpfbuild_add_%s(target %s)\n" % (random.choice(("skeleton", "skeleton", "object")), arguments())
    with open("CMakeLists.txt", "w") as file:
        file.write(text)
    done = subprocess.run(["cmake", "-G", "Ninja", "-B", "build", "-DBPFBuild_DIR=%s/lib/cmake/BPFBuild" % build], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, timeout=60)
    count += 1
    worked += done.returncode == 0
    is_ours = re.search(OUR_MISTAKES, done.stderr) or (done.returncode and "bpfbuild_add_" not in done.stderr)
    if done.returncode not in (0, 1) or is_ours:
        name = "cmake-%d-%d.txt" % (seed, count)
        with open(os.path.join(found, name), "w") as file:
            file.write(text + "\n" + done.stderr)
        print(name, done.stderr[:400])
        shutil.rmtree("build", ignore_errors=True)
shutil.rmtree(work)
print("cmake          %d configurations, %d worked, seed %d" % (count, worked, seed))
