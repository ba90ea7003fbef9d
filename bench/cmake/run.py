#!/usr/bin/env python3
"""bench/cmake: a project with many BPF sources in one object and skeleton, built by BPFBuild's CMake package, and by custom commands around clang
and bpftool with a vmlinux.h of the running kernel, in turn, in one run.

    bench/cmake/run.py [--rounds N] [--jobs N] [COUNT…]

COUNT sources (default 100, 200), which share a header, and a program that includes the skeleton and <iostream>. For each: the wall milliseconds to
configure, to build everything, to find that nothing has changed (ten times), and to build again where one source, and where the common header, has
changed. Ninja; the best of N rounds (default 2) counts. CLANG, BPFTOOL and BPFCC name the tools.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from sharedmaps import write_header  # noqa: E402
from tools import BPFCC, BPFTOOL, CLANG, Cost  # noqa: E402

MAPS = 10

OURS = """cmake_minimum_required(VERSION 3.25)
project(ours LANGUAGES CXX)
find_package(BPFBuild REQUIRED)
file(GLOB sources ${CMAKE_SOURCE_DIR}/../part*.bpf.c)
bpfbuild_add_skeleton(whole SOURCES ${sources})
add_executable(app main.cpp)
target_link_libraries(app PRIVATE whole)
"""

PEER = """cmake_minimum_required(VERSION 3.25)
project(peer LANGUAGES CXX)
file(GLOB sources ${CMAKE_SOURCE_DIR}/../part*.bpf.c)
foreach(source ${sources})
  get_filename_component(name ${source} NAME_WE)
  add_custom_command(OUTPUT ${name}.bpf.o
    COMMAND CLANG -target bpf -g -O2 -D__TARGET_ARCH_x86 -I${CMAKE_SOURCE_DIR}/include -MD -MT ${name}.bpf.o -MF ${name}.d -c ${source} -o ${name}.bpf.o
    DEPENDS ${source} DEPFILE ${name}.d)
  list(APPEND objects ${CMAKE_BINARY_DIR}/${name}.bpf.o)
endforeach()
add_custom_command(OUTPUT all.bpf.o COMMAND BPFTOOL gen object all.bpf.o ${objects} DEPENDS ${objects})
add_custom_command(OUTPUT all.skel.h COMMAND BPFTOOL gen skeleton all.bpf.o name all > all.skel.h DEPENDS all.bpf.o)
add_executable(app main.cpp all.skel.h)
target_include_directories(app PRIVATE ${CMAKE_BINARY_DIR})
target_link_libraries(app PRIVATE bpf)
"""


# The application is a C++ program in both.
HOST = """#include <iostream>
#include <string>
int main(int argc, char **argv) {{
  std::string name = argc > 1 ? argv[1] : "all";
  std::cout << name << ": " << {0} << std::endl;
}}
"""


def write_project(folder, count):
    os.makedirs(os.path.join(folder, "ours"))
    os.makedirs(os.path.join(folder, "peer/include"))
    definitions = write_header(folder, MAPS, "#include <bpf/bpf_core_read.h>\n")
    for number in range(count):
        with open(os.path.join(folder, f"part{number}.bpf.c"), "w") as out:
            out.write('#include "shared.h"\n')
            if number == 0:
                out.write(definitions)
            out.write(f'SEC("raw_tp/sys_enter") int program{number}(void *ctx)\n{{\n\tstruct task_struct *task = (void *)bpf_get_current_task();\n'
                      f"\t__u32 key = BPF_CORE_READ(task, real_parent, tgid) + {number};\n"
                      f"\tstruct event *e = bpf_map_lookup_elem(&shared{number % MAPS}, &key);\n\treturn e ? e->at[1] : 0;\n}}\n")
    with open(os.path.join(folder, "ours/CMakeLists.txt"), "w") as out:
        out.write(OURS)
    with open(os.path.join(folder, "ours/main.cpp"), "w") as out:
        out.write('#include "whole.skel.hpp"\n' + HOST.format("whole::open().has_value()"))
    with open(os.path.join(folder, "peer/CMakeLists.txt"), "w") as out:
        out.write(PEER.replace("CLANG", shutil.which(CLANG)).replace("BPFTOOL", shutil.which(BPFTOOL)))
    with open(os.path.join(folder, "peer/main.cpp"), "w") as out:
        out.write('#include "all.skel.h"\n' + HOST.format("(all::open() != nullptr)"))
    with open(os.path.join(folder, "peer/include/vmlinux.h"), "w") as out:
        subprocess.run([BPFTOOL, "btf", "dump", "file", "/sys/kernel/btf/vmlinux", "format", "c"], stdout=out, check=True)


def append(path, text):
    with open(path, "a") as out:
        out.write(text)


def measure(folder, which, jobs):
    """The wall milliseconds of each step."""
    build = os.path.join(folder, which, "out")
    shutil.rmtree(build, ignore_errors=True)
    prefix = os.path.dirname(os.path.dirname(BPFCC))
    make = ["cmake", "--build", build, f"-j{jobs}"]
    steps = {"configure": Cost().run(["cmake", "-G", "Ninja", "-S", os.path.join(folder, which), "-B", build, f"-DCMAKE_PREFIX_PATH={prefix}"])}
    steps["all"] = Cost().run(make)
    steps["nothing"] = min((Cost().run(make) for _ in range(10)), key=lambda cost: cost.wall)
    append(os.path.join(folder, "part1.bpf.c"), "int __attribute__((noinline)) more(int number) { return number * 3; }\n".replace("more", f"more_{which}_{os.urandom(4).hex()}"))
    steps["one source"] = Cost().run(make)
    append(os.path.join(folder, "shared.h"), "/* changed */\n")
    steps["the header"] = Cost().run(make)
    return {name: cost.wall for name, cost in steps.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("counts", nargs="*", type=int, default=[100, 200])
    options = parser.parse_args()
    print("| sources | step | clang and bpftool, ms | ours, ms | times as fast |\n|---|---|---|---|---|")
    for count in options.counts:
        with tempfile.TemporaryDirectory(prefix="bench-cmake-") as folder:
            write_project(folder, count)
            best = {"peer": {}, "ours": {}}
            for _ in range(options.rounds):
                for which, steps in best.items():
                    for name, wall in measure(folder, which, options.jobs).items():
                        steps[name] = min(wall, steps.get(name, wall))
            for name, peer in best["peer"].items():
                ours = best["ours"][name]
                print(f"| {count} | {name} | {peer:.0f} | {ours:.0f} | {peer / ours:.1f} |")


if __name__ == "__main__":
    main()
