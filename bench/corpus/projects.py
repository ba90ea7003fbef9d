"""The projects of bench/corpus: which of Debian's source packages have them, and how each compiles its BPF programs.

A project is a Project; its function gives the lines: what the project's own makefile passes to clang, after the preparation (headers to be
generated, a vmlinux.h) that the makefile makes too. A new project is a new function and a row of PROJECTS.
"""
import collections
import glob
import os
import re
import shutil
import subprocess

from tools import BPFTOOL

Line = collections.namedtuple("Line", "folder source flags ours", defaults=[[]])  # ours: what bpfcc++ has to be told besides
# package: of Debian; series: what its version begins with, the newest that the mirror has is taken; members: what is unpacked (tar's wildcards)
Project = collections.namedtuple("Project", "name package series members lines")

COMMON = ["-g", "-O2", "-target", "bpf", "-D__TARGET_ARCH_x86"]
KERNEL_MEMBERS = ["*/tools/*", "*/samples/bpf/*", "*/scripts/*.py", "*/include/uapi/*", "*/kernel/bpf/preload/*"]


class Setting:
    """What a project's lines may ask for: its sources, a folder for what is generated, and other packages' headers."""

    def __init__(self, root, build, unpack):
        self.root, self.build, self.unpack = root, build, unpack
        os.makedirs(build, exist_ok=True)

    def sources(self, *patterns):
        return sorted(path for pattern in patterns for path in glob.glob(os.path.join(self.root, pattern)))

    def lines(self, sources, flags, ours=()):
        return [Line(os.path.dirname(source), source, COMMON + flags, list(ours)) for source in sources]

    def libbpf(self, series=None):
        """A folder with bpf/*.h of Debian's libbpf of that series, and of its include/uapi."""
        base = self.unpack("libbpf", series)
        return self.headers(os.path.join(base, "src"), f"libbpf-{series}"), os.path.join(base, "include/uapi")

    def headers(self, source, name):
        """The folder of a libbpf's sources as an include folder."""
        folder = os.path.join(self.build, name)
        os.makedirs(os.path.join(folder, "bpf"), exist_ok=True)
        for path in glob.glob(os.path.join(source, "*.h")):
            shutil.copy(path, os.path.join(folder, "bpf"))
        return folder

    def kernel_headers(self):
        """libbpf's headers of a kernel tree, with the declarations of helpers that its own script writes."""
        folder = self.headers(os.path.join(self.root, "tools/lib/bpf"), "libbpf")
        definitions = os.path.join(folder, "bpf/bpf_helper_defs.h")
        if not os.path.exists(definitions):
            text = subprocess.run(["python3", os.path.join(self.root, "scripts/bpf_doc.py"), "--header", "--file",
                                   os.path.join(self.root, "tools/include/uapi/linux/bpf.h")], capture_output=True, check=True).stdout
            with open(definitions, "wb") as out:
                out.write(text)
        return folder

    def vmlinux(self):
        """A folder with bpftool's vmlinux.h of the running kernel."""
        folder = os.path.join(self.build, "vmlinux")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, "vmlinux.h")
        if not os.path.exists(path):
            with open(path, "wb") as out:
                subprocess.run([BPFTOOL, "btf", "dump", "file", "/sys/kernel/btf/vmlinux", "format", "c"], stdout=out, check=True)
        return folder


def libbpf_tools(setting):
    tools = os.path.join(setting.root, "libbpf-tools")
    if not os.path.isdir(tools):  # as pcp has it
        tools = os.path.join(setting.root, "vendor/github.com/iovisor/bcc/libbpf-tools")
    headers, uapi = setting.libbpf("1.5")
    sources = sorted(glob.glob(os.path.join(tools, "*.bpf.c")))
    return setting.lines(sources, ["-Wall", f"-I{headers}", f"-I{uapi}", f"-I{tools}/x86"])


def pcp_modules(setting):
    headers, uapi = setting.libbpf("1.5")
    tools = os.path.join(setting.root, "vendor/github.com/iovisor/bcc/libbpf-tools")
    return setting.lines(setting.sources("src/pmdas/bpf/modules/*.bpf.c"), ["-Wall", f"-I{headers}", f"-I{uapi}", f"-I{tools}/x86", f"-I{tools}"])


def xdp_tools(setting):
    headers, _ = setting.libbpf("1.5")
    flags = ["-D__BPF_TRACING__", "-DHAVE_LIBBPF_BPF_PROGRAM__FLAGS", "-Wall", "-Wno-unused-value", "-Wno-pointer-sign",
             "-Wno-compare-distinct-pointer-types", "-Wno-visibility", "-Werror", "-fno-stack-protector", f"-I{setting.root}/headers",
             f"-I{setting.root}/lib/util", f"-I{headers}", "-I/usr/include/x86_64-linux-gnu"]
    sources = setting.sources("xdp-*/*.bpf.c", "xdp-dump/xdpdump_bpf.c", "xdp-dump/xdpdump_xdp.c", "xdp-filter/xdpfilt_*.c", "xdp-loader/xdp_pass.c",
                              "lib/util/*.bpf.c", "lib/libxdp/xdp-dispatcher.c", "lib/libxdp/xsk_def_xdp_prog*.c", "lib/libxdp/tests/xdp_*.c",
                              "lib/testing/*.c")
    return setting.lines(sources, flags)


def selftests(setting):
    root = os.path.join(setting.root, "tools/testing/selftests/bpf")
    headers = setting.kernel_headers()
    flags = ["-Wall", "-Werror", f"-I{headers}", f"-I{setting.vmlinux()}", f"-I{root}", f"-I{setting.root}/tools/include/uapi",
             f"-I{setting.root}/tools/include", f"-I{setting.root}/tools/testing/selftests", "-std=gnu11", "-fno-strict-aliasing",
             "-Wno-microsoft-anon-tag", "-fms-extensions", "-Wno-compare-distinct-pointer-types", "-Wno-initializer-overrides",
             "-idirafter", "/usr/include/x86_64-linux-gnu", "-idirafter", "/usr/include", "-DENABLE_ATOMICS_TESTS", "-mcpu=v3"]
    inline = {"test_l4lb_noinline.c", "test_xdp_noinline.c"}
    loaded_by_tc = {"test_sk_assign.c"}
    return [line._replace(flags=line.flags + (["-fno-inline"] if os.path.basename(line.source) in inline else []),
                          ours=["--loader=iproute2"] if os.path.basename(line.source) in loaded_by_tc else [])
            for line in setting.lines(sorted(glob.glob(root + "/progs/*.c")), flags)]


def samples(setting):
    loaded_by_tc = {"lwt_len_hist_kern.c", "lwt_len_hist.bpf.c", "xdp2skb_meta_kern.c"}
    flags = ["-D__x86_64__", "-Wno-compare-distinct-pointer-types", f"-I{setting.root}/include", f"-I{setting.vmlinux()}",
             f"-I{setting.root}/samples/bpf", f"-I{setting.kernel_headers()}",
             f"-I{setting.root}/tools/include", f"-I{setting.root}/tools/include/uapi", "-idirafter", "/usr/include/x86_64-linux-gnu"]
    return [line._replace(ours=["--loader=iproute2"]) if os.path.basename(line.source) in loaded_by_tc else line
            for line in setting.lines(setting.sources("samples/bpf/*.bpf.c", "samples/bpf/*_kern.c"), flags)]


def perf(setting):
    skel = os.path.join(setting.root, "tools/perf/util/bpf_skel")
    flags = ["-fno-stack-protector", f"-I{setting.root}/tools/include/uapi", f"-I{skel}/vmlinux", f"-I{setting.kernel_headers()}", f"-I{skel}",
             "-idirafter", "/usr/include/x86_64-linux-gnu"]
    return setting.lines(sorted(glob.glob(skel + "/*.bpf.c")), flags)


def systemd(setting):
    headers, _ = setting.libbpf("1.5")
    flags = ["-std=gnu17", "-Wunused", "-Wimplicit-fallthrough", "-Wno-compare-distinct-pointer-types", "-fno-stack-protector", "-D__x86_64__",
             f"-I{setting.vmlinux()}", f"-I{setting.root}/src", f"-I{headers}", f"-I{setting.root}/src/core/bpf/socket_bind",
             f"-I{setting.root}/src/basic", f"-I{setting.root}/src/shared", "-isystem", "/usr/include/x86_64-linux-gnu"]
    return setting.lines(setting.sources("src/*/bpf/*/*.bpf.c"), flags)


def falco(setting):
    probe = os.path.join(setting.root, "driver/modern_bpf")
    headers, _ = setting.libbpf("1.5")
    os.makedirs(os.path.join(setting.build, "generated/driver"), exist_ok=True)
    with open(os.path.join(setting.root, "driver/driver_config.h.in")) as template, \
            open(os.path.join(setting.build, "generated/driver/driver_config.h"), "w") as out:
        out.write(re.sub(r"\$\{\w+\}|@\w+@", "1", template.read()))  # as its CMake does
    flags = ["-D__RELEASE__", "-D__USE_VMLINUX__", f"-I{headers}", f"-I{probe}", f"-I{setting.root}/driver", f"-I{setting.build}/generated",
             f"-I{setting.root}"]
    return setting.lines(sorted(glob.glob(probe + "/**/*.bpf.c", recursive=True)), flags)


def bpftune(setting):
    headers, _ = setting.libbpf("1.5")
    flags = ["-fno-stack-protector", "-Wall", "-Wno-incompatible-pointer-types-discards-qualifiers", "-std=gnu17", f"-I{setting.root}/include",
             f"-I{headers}", f"-I{setting.vmlinux()}", "-DVMLINUX_H"]
    sources = setting.sources("src/*.bpf.c", "sample_tuner/*.bpf.c", "test/strategy/*.bpf.c")
    return [line for extra in ([], ["-DBPFTUNE_LEGACY"], ["-DBPFTUNE_NOBTF"]) for line in setting.lines(sources, flags + extra)]


def suricata(setting):
    headers, _ = setting.libbpf("1.1")
    flags = ["-Wall", "-I/usr/include/x86_64-linux-gnu", "-D__KERNEL__", "-D__ASM_SYSREG_H", f"-I{headers}"]
    return setting.lines(setting.sources("ebpf/*.c"), flags)


def gvisor(setting):
    headers, _ = setting.libbpf("1.1")
    return setting.lines(setting.sources("runsc/sandbox/bpf/*.ebpf.c", "tools/xdp/cmd/bpf/*.ebpf.c"),
                         ["-D__x86_64__", f"-I{headers}", "-I/usr/include/x86_64-linux-gnu", f"-I{setting.root}"], ["--loader=ebpf-go"])


def knot(setting):
    headers, _ = setting.libbpf("1.5")
    return setting.lines(setting.sources("src/libknot/xdp/bpf-kernel.c"),
                         [f"-I{headers}", f"-I{setting.root}", f"-I{setting.root}/src", "-DNDEBUG", "-idirafter", "/usr/include/x86_64-linux-gnu"])


def plain(*patterns):
    def lines(setting):
        headers, _ = setting.libbpf("1.1")
        return setting.lines(setting.sources(*patterns), ["-Wall", f"-I{headers}", "-idirafter", "/usr/include/x86_64-linux-gnu"])
    return lines


PROJECTS = [
    Project("libbpf-tools 0.37", "bpfcc", "0.37", ["*/libbpf-tools/*"], libbpf_tools),
    Project("libbpf-tools 0.26", "bpfcc", "0.26", ["*/libbpf-tools/*"], libbpf_tools),
    Project("libbpf-tools (pcp's)", "pcp", "6", ["*/vendor/github.com/iovisor/*", "*/src/pmdas/bpf/*"], libbpf_tools),
    Project("pcp modules", "pcp", "6", ["*/vendor/github.com/iovisor/*", "*/src/pmdas/bpf/*"], pcp_modules),
    Project("xdp-tools 1.6", "xdp-tools", "1.6", None, xdp_tools),
    Project("xdp-tools 1.3", "xdp-tools", "1.3", None, xdp_tools),
    Project("selftests 6.1", "linux", "6.1.", KERNEL_MEMBERS, selftests),
    Project("selftests 6.12", "linux", "6.12.", KERNEL_MEMBERS, selftests),
    Project("selftests 7", "linux", "7.", KERNEL_MEMBERS, selftests),
    Project("samples 6.1", "linux", "6.1.", KERNEL_MEMBERS, samples),
    Project("samples 7", "linux", "7.", KERNEL_MEMBERS, samples),
    Project("perf 6.12", "linux", "6.12.", KERNEL_MEMBERS, perf),
    Project("perf 7", "linux", "7.", KERNEL_MEMBERS, perf),
    Project("systemd 252", "systemd", "252", ["*/src/*"], systemd),
    Project("systemd newest", "systemd", "2", ["*/src/*"], systemd),
    Project("falco probe", "falcosecurity-libs", "0.2", ["*/driver/*"], falco),
    Project("bpftune", "bpftune", "0", None, bpftune),
    Project("suricata", "suricata", "1:", ["*/ebpf/*"], suricata),
    Project("gvisor", "golang-gvisor-gvisor", "0", ["*/runsc/sandbox/bpf/*", "*/tools/xdp/*"], gvisor),
    Project("knot", "knot", "3", ["*/src/*"], knot),
    Project("fastnetmon", "fastnetmon", "1", ["*/src/xdp_plugin/*"], plain("src/xdp_plugin/xdp_kernel.c")),
    Project("dnsdist", "dnsdist", "1", None, plain("contrib/xdp*.c", "contrib/*.ebpf.src")),
]
