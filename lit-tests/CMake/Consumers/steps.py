"""Which steps a build takes: steps.py CMAKE GENERATOR WORK PREFIX [OPTION…]

Builds steps/ from a copy in WORK, with two jobs, where each compiler and linker writes down what it was started for; then changes a file at a time, and
compares the steps of each build with those that the change needs.
"""
import os
import shutil
import subprocess
import sys
import time

cmake, generator, work, prefix, *options = sys.argv[1:]
source, build, log = (os.path.join(work, name) for name in ("source", "out", "log"))
failed = False

LAUNCHER = """#!/bin/sh
# Writes down the last source or the output, and starts what it is given.
for argument; do
  case $argument in *.c|*.cpp) what="compile ${argument##*/}";; esac
  [ "$before" = -o ] && case $argument in *.o) ;; *) what="${what:-make ${argument##*/}}";; esac
  before=$argument
done
echo "$what" >> "%s"
exec "$@"
"""


def write(name, text, mode="w"):
    with open(os.path.join(work, name), mode) as out:
        out.write(text)


def change(name, old, new):
    with open(os.path.join(source, name)) as file:
        text = file.read()
    assert old in text
    time.sleep(1.1)  # make sees whole seconds on some file systems
    write(os.path.join("source", name), text.replace(old, new))


def expect(what, *steps):
    global failed
    write("log", "")
    done = subprocess.run([cmake, "--build", build, "-j2", "--config", "Debug"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    with open(log) as file:
        taken = sorted(line.strip() for line in file)
    if done.returncode or taken != sorted(steps):
        failed = True
        print(f"{what}: expected {sorted(steps)}\n{' ' * len(what)}  found    {taken}\n{done.stdout}")
    else:
        print(f"{what}: {len(steps)} steps")


shutil.rmtree(work, ignore_errors=True)
shutil.copytree(os.path.join(os.path.dirname(os.path.abspath(__file__)), "steps"), source)
write("launch", LAUNCHER % log)
os.chmod(os.path.join(work, "launch"), 0o755)
write("bpfcc++", f'#!/bin/sh\nexec "{work}/launch" "{prefix}/bin/bpfcc++" "$@"\n')
os.chmod(os.path.join(work, "bpfcc++"), 0o755)
launch = os.path.join(work, "launch")
subprocess.run([cmake, "-G", generator, "-S", source, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_BPF_COMPILER={work}/bpfcc++",
                f"-DCMAKE_CXX_COMPILER_LAUNCHER={launch}", f"-DCMAKE_CXX_LINKER_LAUNCHER={launch}", *options], check=True, stdout=subprocess.DEVNULL)

sources = ["compile first.bpf.c", "compile second.bpf.cpp", "compile third.bpf.c"]
hosts = ["compile main.cpp", "compile reader.cpp"]
link = ["make probe.skel.hpp", "compile probe.skel.hpp.cpp", "make app"]
expect("all", *sources, *hosts, *link, "compile runtime.cpp")
expect("nothing changed")
change("common.h", "#define", "/* A comment. */\n#define")
expect("a header", *sources[:2], *link)
expect("nothing changed")
change("first.bpf.c", "first + 1", "first + 2")
expect("code", sources[0], *link)
change("third.bpf.c", "int third", "int more;\nint third")
expect("a variable more", sources[2], *hosts, *link)
change("main.cpp", "int main", "\nint main")
expect("a host", hosts[0], "make app")
time.sleep(1.1)
os.utime(os.path.join(work, "bpfcc++"))
expect("another bpfcc++", *sources, *link)
expect("nothing changed")
sys.exit(failed)
