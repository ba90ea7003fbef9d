"""skeletons.py BIN SECONDS FOUND: changed objects through every stage of the tools; of those that give a skeleton, a compiler reads it.

Each run must end by itself, with exit code 0 or 1, in 5 seconds, and a skeleton must compile. What does otherwise is kept in FOUND.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))
headers = os.path.join(os.path.dirname(os.path.dirname(here)), "headers")
tools, seconds, found = os.path.abspath(sys.argv[1]), float(sys.argv[2]), os.path.abspath(sys.argv[3])
seed = int(os.environ.get("FUZZ_SEED", time.time()))
random.seed(seed)
inputs = [open(os.path.join(here, "corpus", "object", name), "rb").read() for name in sorted(os.listdir(os.path.join(here, "corpus", "object")))]
EDGES = (0, 1, 2, 127, 255, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def changed(data):
    data = bytearray(data)
    for _ in range(random.randint(1, 3)):
        at = random.randrange(0, len(data) - 8)
        width = random.choice((1, 2, 4, 4, 4, 8))
        at -= at % width
        value = int.from_bytes(data[at:at + width], "little")
        value = random.choice((random.choice(EDGES), value + 1, value - 1, value ^ 1 << random.randrange(8 * width)))
        data[at:at + width] = (value % (1 << 8 * width)).to_bytes(width, "little")
    return bytes(data)


def run(*command):
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=5)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, -1, stderr=b"it takes longer than 5 seconds")


def stages(path):
    """Every stage that takes an object, as commands."""
    tool = os.path.join(tools, "bpfbuild")
    yield tool, "check", path
    yield tool, "dump", path
    yield tool, "relocs", path
    yield tool, "link", path, os.path.join(here, "corpus", "object", "other"), "-o", "linked.o"
    yield tool, "min-btf", "--btf=kernel", path, "-o", "minimal.btf"
    yield os.path.join(tools, "bpfcc++"), path, "-o", "all.hpp"
    for style in ("--skeleton-style=cxx", "--skeleton-style=c"):
        yield tool, "skeleton", path, style, "--embed=inline", "--name=sample", "-o", "skeleton" + style[-3:]


work = tempfile.mkdtemp()
os.chdir(work)
with open("main.cpp", "w") as file:
    file.write('#include "skeletonxx.hpp"\nint main() { return !sample::open(); }\n')
end, count, compiled = time.monotonic() + seconds, 0, 0
while time.monotonic() < end:
    with open("changed.o", "wb") as file:
        file.write(changed(random.choice(inputs)))
    for command in stages("changed.o"):
        done = run(*command)
        if done.returncode not in (0, 1):
            name = "skeletons-%d-%d.o" % (seed, count)
            shutil.copy("changed.o", os.path.join(found, name))
            print(name, *command, done.returncode, done.stderr[-300:])
    count += 1
    if os.path.exists("skeletoncxx") and count % 10 == 0:
        os.rename("skeletoncxx", "skeletonxx.hpp")
        done = run("g++", "-std=c++17", "-I" + headers, "-fsyntax-only", "main.cpp")
        compiled += 1
        if done.returncode:
            name = "skeleton-%d-%d.o" % (seed, count)
            shutil.copy("changed.o", os.path.join(found, name))
            print(name, "does not compile:", done.stderr.decode(errors="replace")[:600])
    for name in ("skeletoncxx", "skeleton=c"):
        if os.path.exists(name):
            os.remove(name)
shutil.rmtree(work)
print("skeletons      %d objects through every stage, %d skeletons compiled, seed %d" % (count, compiled, seed))
