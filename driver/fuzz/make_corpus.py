"""make_corpus.py BPFCC BPFBUILD: writes the inputs from which the fuzzers start, into corpus/ beside this file.

They are small, and each has something of its own: kinds of maps and programs, CO-RE relocations of all kinds, C++, old definitions. Inputs
of two parts begin with the size of the first (Parts.h). What a fuzzer once found is in corpus/ too, under the name found-…, and stays.
"""
import os
import shutil
import struct
import subprocess
import sys
import tempfile

here = os.path.dirname(os.path.abspath(__file__))
project = os.path.dirname(os.path.dirname(here))
bpfcc, bpfbuild = map(os.path.abspath, sys.argv[1:])
os.chdir(project)  # the sources are named relative to it, in the objects too
work = tempfile.mkdtemp()
corpus = os.path.join(here, "corpus")

SOURCES = {
    "maps": "lit-tests/Runtime/Inputs/stores.bpf.c",
    "hooks": "lit-tests/Runtime/Inputs/hooks.bpf.c",
    "all": "lit-tests/Runtime/Inputs/all.bpf.c",
    "core_fields": "bench/vmlinux/corpus/core_fields.bpf.c",
    "core_types": "bench/vmlinux/corpus/core_types.bpf.c",
    "core_enums": "bench/vmlinux/corpus/core_enums.bpf.c",
    "xdp_count": "examples/xdp_count/xdp_count.bpf.c",
}
ALONE = "int counted;\n__attribute__((section(\"socket\"))) int program(void *c) { return counted; }\n"
OTHER = "extern int counted;\nint again = 3;\n__attribute__((section(\"xdp\"))) int other(void *c) { return counted + again; }\n"
CXX = "namespace app { int total; template <typename T> struct pair { T a, b; }; pair<int> both; }\n" \
      "extern \"C\" __attribute__((section(\"socket\"))) int program(void *) { return app::total + app::both.a; }\n"
MODULE = "struct task_struct; struct own { struct task_struct *task; int flags : 3; enum { ONE, TWO } which; long array[4]; };\n" \
         "struct own *first; int f(struct own *o) { return o->which; }\n"


def run(*command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, **more).stdout


def read(path):
    with open(path, "rb") as file:
        return file.read()


def put(fuzzer, name, data):
    folder = os.path.join(corpus, fuzzer)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def parts(first, second):
    return struct.pack("<I", len(first)) + first + second


def compiled(name, text, language="c"):
    path = os.path.join(work, name + ".o")
    run(bpfcc, "-x", language, "-c", "-", "-o", path, input=text.encode())
    return path


def section(path, name):
    out = os.path.join(work, "section")
    run("llvm-objcopy", "--dump-section=%s=%s" % (name, out), path, os.path.join(work, "copy.o"))
    return read(out)


objects = {name: compiled(name, text, language) for name, text, language in
           (("alone", ALONE, "c"), ("other", OTHER, "c"), ("cxx", CXX, "c++"), ("module", MODULE, "c"))}
for name, source in SOURCES.items():
    objects[name] = os.path.join(work, name + ".o")
    run(bpfcc, "-I" + os.path.dirname(source), "-c", source, "-o", objects[name])

for name, path in objects.items():
    put("object", name, read(path))
    minimal = os.path.join(work, name + ".btf")
    if name.startswith("core"):
        run(bpfbuild, "min-btf", "--btf=kernel", path, "-o", minimal)
        put("btf", name, read(minimal))
        put("core", name, parts(read(path), read(minimal)))
run(bpfbuild, "vmlinux", "--types=pid_t,list_head,sockaddr,bpf_map_type", "-o", work + "/types.h")
put("text_header", "types", read(work + "/types.h"))
put("link", "pair", parts(read(objects["alone"]), read(objects["other"])))
put("link", "maps", parts(read(objects["maps"]), read(objects["other"])))
put("split", "module", parts(section(objects["core_types"], ".BTF"), section(objects["module"], ".BTF")))
run(bpfbuild, "min-btf", "--btf=kernel", objects["core_fields"], objects["core_enums"], "-o", work + "/kernels.btfa")
put("archive", "kernels", read(work + "/kernels.btfa"))
LOG = """func#0 @0
0: R1=ctx() R10=fp0
; int k = 0; @ maps.bpf.c:4
0: (b7) r1 = 0                        ; R1_w=0
1: (63) *(u32 *)(r10 -4) = r1         ; R1_w=0 R10=fp0 fp-8=0000????
6: (85) call bpf_map_lookup_elem#1    ; R0=map_value_or_null(id=1,map=counted,ks=4,vs=4)
; return *value; @ maps.bpf.c:5
7: (61) r0 = *(u32 *)(r0 +0)
R0 invalid mem access 'map_value_or_null'
verification time 67 usec
stack depth 4+0
processed 8 insns (limit 1000000) max_states_per_insn 0 total_states 1 peak_states 2 mark_read 1
"""
put("verifier_log", "null", parts(read(objects["alone"]), LOG.encode()))
put("verifier_log", "loop", parts(read(objects["hooks"]), b"from 9 to 4: R1=scalar()\n" + LOG.encode() + b"infinite loop detected at insn 4\n"))
ARGUMENTS = (
    ["a.bpf.c", "b.bpf.cpp", "-o", "all.skel.hpp", "--name=id", "--namespace=A::B", "--target-kernel=5.10", "--embed=file", "-Werror=bpf-map-key-size"],
    ["-c", "-x", "c", "-", "-o", "x.o", "-O2", "-Iinclude", "-DX=1", "-MD", "-MF", "x.d", "-fstack-protector", "--vmlinux=none", "--", "-x.c"],
    ["--target-arch=arm64", "--loader=aya", "--verify=debian:6.1", "--target-btf=x", "-###", "-Wno-bpf", "--skeleton-style=c", "--types=t.h", "a.o"],
)
for index, arguments in enumerate(ARGUMENTS):
    put("command_line", "line%d" % index, b"".join(a.encode() + b"\0" for a in arguments))
shutil.rmtree(work)
print(sum(len(files) for _, _, files in os.walk(corpus)), "inputs,",
      sum(os.path.getsize(os.path.join(folder, file)) for folder, _, files in os.walk(corpus) for file in files), "bytes")
