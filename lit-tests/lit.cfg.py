# The lit suite. Features: what a test may REQUIRE; where one is absent its tests are skipped, and lit says so.
import os
import shutil
import subprocess
import sys

import lit.formats

config.name = "BPFBuild"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".test", ".c", ".cpp"]
config.excludes = ["Inputs", "Consumers", "CMakeLists.txt", "can-load-bpf.cpp", "load-object.cpp", "map-agreement.cpp", "helper-types.cpp"]
config.test_source_root = os.path.dirname(__file__)

config.environment["PATH"] = os.pathsep.join([config.bpfbuild_bin, config.llvm_tools, os.environ["PATH"]])
# LLVM's archives are not instrumented: containers and allocators that pass between them and us look overflown and poisoned.
config.environment["ASAN_OPTIONS"] = "detect_container_overflow=0:allow_user_poisoning=0:detect_leaks=0"
for variable in ("TMPDIR", "CCACHE_DIR"):
    if variable in os.environ:
        config.environment[variable] = os.environ[variable]

host_flags = "-Wall -Wextra -Wpedantic -Wconversion -Werror -I%s/headers" % config.bpfbuild_source
config.substitutions += [
    ("%bpfcc", os.path.join(config.bpfbuild_bin, "bpfcc++")),
    ("%bpfbuild", os.path.join(config.bpfbuild_bin, "bpfbuild")),
    ("%load_object", os.path.join(config.test_exec_root, "load-object")),
    ("%map_agreement", os.path.join(config.test_exec_root, "map-agreement")),
    ("%helper_types", os.path.join(config.test_exec_root, "helper-types")),
    ("%cmake", config.cmake),
    ("%clang_bpf", os.path.join(config.llvm_tools, "clang") + " -target bpf -g -O2"),
    ("%host_flags", host_flags),
    ("%gxx", "%s -std=c++17 %s" % (config.cxx, host_flags)),
    ("%gcc", "cc -std=gnu11 -Wall -Wextra -Werror"),
    ("%peer_clang", os.path.join(config.llvm_tools, "clang")),
    ("%clangxx", "%s -std=c++17 %s" % (config.clangxx, host_flags)),
    ("%python", sys.executable),
    ("%source", config.bpfbuild_source),
    ("%build", config.bpfbuild_build),
]


def succeeds(*command):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


if succeeds(os.path.join(config.test_exec_root, "can-load-bpf")):
    config.available_features.add("bpf")
if os.uname().release.startswith("6.18."):  # NewestKernel of lib/Kernel/KernelVersion.h
    config.available_features.add("newest-kernel")
if os.path.isdir("/sys/kernel/tracing/events"):
    config.available_features.add("tracefs")
if os.path.exists("/sys/kernel/btf/vmlinux"):
    config.available_features.add("kernel-btf")
if config.clangxx and os.path.exists(config.clangxx):
    config.available_features.add("clangxx")
if os.path.isdir(os.path.join(config.bpfbuild_source, "..", "shared", "facts")):
    config.available_features.add("shared")
for tool in ("ninja", "make", "bpftool", "ip", "ccache", "xz", "zstd", "openssl", "distcc", "distccd", "meson", "pkg-config"):
    if shutil.which(tool):
        config.available_features.add(tool)
if succeeds("unshare", "--mount", "true"):  # root, and not in a chroot
    config.available_features.add("mount-namespace")
# Kernels for boxes: what scripts/test.sh adds by `bpfbuild kernels add debian:6.1` and others.
listed = subprocess.run([os.path.join(config.bpfbuild_bin, "bpfbuild"), "kernels", "list"], stdout=subprocess.PIPE, text=True)
kernels = dict(line.split("\t") for line in listed.stdout.splitlines())
other_kernels = ["5.10", "6.1", "6.12", "7.2"]
if shutil.which("qemu-system-x86_64") and not config.sanitizer:
    config.available_features.update("debian-" + series for series in other_kernels if "debian:" + series in kernels)
if "debian-6.1" in config.available_features:
    config.available_features.add("machine")
    config.substitutions.append(("%machine_kernel", kernels["debian:6.1"]))
clangds = []  # the newest first
for clangd in ["clangd"] + ["clangd-%d" % version for version in range(30, 14, -1)]:
    said = subprocess.run([clangd, "--version"], stdout=subprocess.PIPE, text=True).stdout if shutil.which(clangd) else ""
    if any("version %d." % version in said for version in range(15, 31)):
        clangds.append(clangd)
if clangds:
    config.available_features.add("clangd")
    config.substitutions += [("%clangds", " ".join(clangds)), ("%clangd", clangds[0])]
# Debian's newest libbpf, which scripts/newest-libbpf.sh builds.
newest_libbpf = os.path.join(config.bpfbuild_source, "build", "libbpf", "usr")
if os.path.exists(os.path.join(newest_libbpf, "lib64", "libbpf.so")):
    config.available_features.add("newest-libbpf")
config.substitutions += [
    ("%newest_include", "-isystem " + os.path.join(newest_libbpf, "include")),
    ("%newest_static", "-DBPFBUILD_STATIC_LIBBPF %s -lelf -lz" % os.path.join(newest_libbpf, "lib64", "libbpf.a")),
    ("%newest_lib", os.path.join(newest_libbpf, "lib64")),
    # With its sources, for what it does not export.
    ("%oracle_flags", " ".join("-I" + os.path.join(config.bpfbuild_source, "build", "libbpf", folder)
                               for folder in ("source/src", "source/include", "source/include/uapi", "usr/include"))
     + " %s -lelf -lz" % os.path.join(newest_libbpf, "lib64", "libbpf.a")),
]
# Debian's newest CMake, which scripts/newest-cmake.sh unpacks.
newest_cmake = os.path.join(config.bpfbuild_source, "build", "newest-cmake", "root", "usr", "bin", "cmake")
if os.path.exists(newest_cmake):
    config.available_features.add("newest-cmake")
    config.substitutions.append(("%newest_cmake", newest_cmake))
# tc with iproute2's own loader, which scripts/tc-own-loader.sh builds.
own_loader = os.path.join(config.bpfbuild_source, "build", "tc", "tc")
if os.path.exists(own_loader):
    config.available_features.add("tc-own-loader")
    config.substitutions.append(("%tc_own_loader", own_loader))
if shutil.which("chromium"):
    config.available_features.add("chromium")
if os.geteuid() == 0:
    config.available_features.add("root")
if not config.sanitizer:
    config.available_features.add("not-sanitized")

absent = {"bpf", "chromium", "tracefs", "kernel-btf", "clangxx", "shared", "bpftool", "mount-namespace", "newest-libbpf", "newest-cmake", "tc-own-loader", "clangd", "distcc", "meson"} - config.available_features
absent |= {"debian-" + series for series in other_kernels} - config.available_features
if absent:
    lit_config.note("absent here, tests that need them are skipped: " + ", ".join(sorted(absent)))
