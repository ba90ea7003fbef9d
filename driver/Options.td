// Every option of bpfcc++ and bpfbuild, once: parsing, --help, the man pages, docs/options.md and the completions of shells are all made
// of this file. Options that bpfcc++ shares with clang are clang's own and are not listed here.
include "llvm/Option/OptParser.td"

def Bpfcc : OptionVisibility;
def Bpfbuild : OptionVisibility;
def BpfbuildMigrate : OptionVisibility;

// What --help lists together. The heading ends with an example; where the tools have other ones, bpfcc++'s comes first.
// They come in the order of their names here.
class Heading<string name, string text> : OptionGroup<name>, HelpText<text>;
def g1_output : Heading<"output", "Output: bpfcc++ a.bpf.c b.bpf.c -o probe.skel.hpp --object=probe.bpf.o">;
def g2_skeleton : Heading<"skeleton", "The skeleton: bpfcc++ a.bpf.c --name=probe --namespace=app --embed=inline">;
def g3_types : Heading<"types", "Kernel types: bpfcc++ -c a.bpf.c --vmlinux=/boot/vmlinuz-6.1.0-40-amd64">;
def g4_kernels : Heading<"kernels", "Kernels to run on: bpfcc++ a.bpf.c --target-kernel=5.10 --target-btf=debian:5.10 --verify=debian:6.1">;
def g5_checks : Heading<"checks", "Checks and messages: bpfcc++ a.bpf.c -Werror=bpf-map-flags --diagnostics-format=json">;
def g6_stages : Heading<"stages", "Single stages: bpfbuild vmlinux --types=task_struct,pid_t -o types.h">;
def g7_boxes : Heading<"boxes", "Programs on other kernels: bpfbuild kernels run debian:6.1 --module=veth --timeout=30 ./test">;
def g8_migrate : Heading<"migrate", "Migration: bpfbuild migrate --diff -Iinclude old.bpf.c">;
def g9_help : Heading<"help", "Help">;

class BpfccFlag<string name, string help> : Flag<["--"], name>, HelpText<help>, Visibility<[Bpfcc]>;
class BpfccValue<string name, string metavar, string help>
    : Joined<["--"], name # "=">, MetaVarName<metavar>, HelpText<help>, Visibility<[Bpfcc]>;

// Common to both tools.
def help : Flag<["--", "-"], "help">, Group<g9_help>, HelpText<"Print this help">, Visibility<[Bpfcc, Bpfbuild]>;
def h : Flag<["-"], "h">, Group<g9_help>, Alias<help>, Visibility<[Bpfcc, Bpfbuild]>;
def version : Flag<["--"], "version">, Group<g9_help>, HelpText<"Print the version">, Visibility<[Bpfcc, Bpfbuild]>;
def o : JoinedOrSeparate<["-"], "o">, Group<g1_output>, MetaVarName<"<file>">, Visibility<[Bpfbuild]>,
    HelpText<"Write to <file>; - is standard output">;
def name_EQ : Joined<["--"], "name=">, Group<g2_skeleton>, MetaVarName<"<id>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"The skeleton's class (default: the stem of the output's or first input's name)">;
def namespace_EQ : Joined<["--"], "namespace=">, Group<g2_skeleton>, MetaVarName<"<A::B>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"The namespace that the skeleton's class is in">;
def embed_EQ : Joined<["--"], "embed=">, Group<g2_skeleton>, MetaVarName<"inline|incbin|file|source">, Values<"inline,incbin,file,source">,
    Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"Where the object's bytes are: in the header, beside it (default), read at run time, or in a source file to compile once">;
def embed_btf_EQ : Joined<["--"], "embed-btf=">, Group<g2_skeleton>, MetaVarName<"<archive or folder>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"An archive of minimal BTF (.btfa) that the skeleton carries, for kernels that have none; or a folder of kernels' BTF, of which one is made">;
def shared_types_EQ : Joined<["--"], "types=">, Group<g2_skeleton>, MetaVarName<"<header>">, Visibility<[Bpfcc]>,
    HelpText<"A header that the program and its host share: the C++ skeleton includes it, and has no types of its own for those in it">;
def skeleton_style_EQ : Joined<["--"], "skeleton-style=">, Group<g2_skeleton>, MetaVarName<"cxx|c">, Values<"cxx,c">,
    Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"A typed C++ skeleton (default), or a C header with the names of bpftool's">;
def subskeleton : Flag<["--"], "subskeleton">, Group<g2_skeleton>, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"A header for a library whose BPF side is linked into another object">;
def light : Flag<["--"], "light">, Group<g2_skeleton>, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"With --skeleton-style=c: a header that loads the object by a program of BPF, without libbpf">;
def sign_key_EQ : Joined<["--"], "sign-key=">, Group<g2_skeleton>, MetaVarName<"<file>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"With --light: sign the loader with this private key, by the program openssl">;
def sign_cert_EQ : Joined<["--"], "sign-cert=">, Group<g2_skeleton>, MetaVarName<"<file>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"The certificate of --sign-key=, which the kernel must have on a keyring">;
def diagnostics_format_EQ : Joined<["--"], "diagnostics-format=">, Group<g5_checks>, MetaVarName<"text|json">, Values<"text,json">,
    Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"Print diagnostics as text or as JSON, one object a line, on standard output; bpfbuild takes sarif too">;

// bpfcc++ alone.
def object_EQ : BpfccValue<"object", "<file>", "Write the linked object to <file> besides">, Group<g1_output>;
def skeleton_EQ : BpfccValue<"skeleton", "<file>", "Write the skeleton to <file> besides">, Group<g1_output>;
def target_kernel_EQ : Joined<["--"], "target-kernel=">, Group<g4_kernels>, MetaVarName<"<version>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"The oldest kernel that the program must run on: what is newer is diagnosed">;
def target_btf_EQ : Joined<["--"], "target-btf=">, Group<g4_kernels>, MetaVarName<"<kernel>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"A kernel that the program must run on, by its BTF: a file, an image, a folder of it and its modules, or a name of 'bpfbuild kernels list'; may be given again. "
             "A CO-RE relocation or attach target that it lacks is an error, unless the program asks first">;
def loader_EQ : Joined<["--"], "loader=">, Group<g5_checks>, MetaVarName<"libbpf|ebpf-go|iproute2|aya">, Values<"libbpf,ebpf-go,iproute2,aya">,
    Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"Whose section names and map definitions the object is checked against (default: libbpf)">;
def target_arch_EQ : Joined<["--"], "target-arch=">, Group<g4_kernels>, MetaVarName<"<arch>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"x86, arm64, arm, s390, powerpc, riscv, loongarch or mips (default: this machine)">;
def vmlinux_EQ : BpfccValue<"vmlinux", "kernel|<file>|none",
    "Where vmlinux.h gets its types: the running kernel (default), a BTF file, an ELF with .BTF, or a header">, Group<g3_types>;
def vmlinux_slice_EQ : BpfccValue<"vmlinux-slice", "on|off|strict",
    "Show Clang only what a source can reach of vmlinux.h (default), always the whole header, or fail where the slice does not do">, Group<g3_types>;
def relative_to_EQ : BpfccValue<"relative-to", "<folder>",
    "Record the paths of sources in <folder> relative to it, as those in the current folder always are: the object has the same bytes wherever the project is; may be given again">, Group<g1_output>;
def keep_dwarf : BpfccFlag<"keep-dwarf", "Leave DWARF in the object">, Group<g1_output>;
def verify : BpfccFlag<"verify", "Have the running kernel's verifier look at the programs, and report its objections at the source's lines">, Group<g4_kernels>;
def verify_EQ : BpfccValue<"verify", "<where>",
    "The same by the kernel <where>: running, a vmlinuz, a folder with one, or a name of 'bpfbuild kernels list'">, Group<g4_kernels>;
def time_report : BpfccFlag<"time-report", "Print the milliseconds that each stage took">, Group<g5_checks>;

// bpfbuild alone.
def W : Joined<["-"], "W">, Group<g5_checks>, MetaVarName<"bpf-NAME">, Visibility<[Bpfbuild]>,
    HelpText<"Turn the check bpf-NAME on, off (-Wno-bpf-NAME), or into an error (-Werror=bpf-NAME)">;
def w : Flag<["-"], "w">, Group<g5_checks>, Visibility<[Bpfbuild]>, HelpText<"Say no warnings">;
def list_checks : Flag<["--"], "list-checks">, Group<g5_checks>, HelpText<"Print all checks, as docs/checks.md">, Visibility<[Bpfbuild]>;
def list_rules : Flag<["--"], "list-rules">, Group<g5_checks>, HelpText<"Print the rules by which maps are judged">, Visibility<[Bpfbuild]>;
def json : Flag<["--"], "json">, Group<g1_output>, HelpText<"Print JSON">, Visibility<[Bpfbuild]>;
def html : Flag<["--"], "html">, Group<g1_output>, HelpText<"Print one HTML page">, Visibility<[Bpfbuild]>;
def junit : Flag<["--"], "junit">, Group<g1_output>, HelpText<"Print JUnit's XML">, Visibility<[Bpfbuild]>;
def btf_EQ : Joined<["--"], "btf=">, Group<g3_types>, MetaVarName<"<file>">, Visibility<[Bpfbuild]>,
    HelpText<"Raw BTF, an ELF with .BTF, or a kernel image, also as .xz, .zst or .gz (default: the running kernel's); for relocs and min-btf also a folder, or a name of 'bpfbuild kernels list'">;
def uapi_EQ : Joined<["--"], "uapi=">, Group<g3_types>, MetaVarName<"<bpf.h>">, Visibility<[Bpfbuild]>,
    HelpText<"A linux/bpf.h, which says what helpers its kernel has">;
def folder_EQ : Joined<["--"], "folder=">, Group<g6_stages>, MetaVarName<"<folder>">, Visibility<[Bpfbuild]>,
    HelpText<"Where the headers for editors are written (default: a folder of the user's cache)">;
def print_flags_EQ : Joined<["--"], "print-flags=">, Group<g6_stages>, MetaVarName<"c|c++">, Values<"c,c++">, Visibility<[Bpfbuild]>,
    HelpText<"Print the flags for sources in that language, a line each, instead of writing .clangd">;
def for_EQ : Joined<["--"], "for=">, Group<g6_stages>, MetaVarName<"<object>">, Visibility<[Bpfbuild]>,
    HelpText<"For 'btf diff': only what this object uses">;
def base_EQ : Joined<["--"], "base=">, Group<g3_types>, MetaVarName<"<file>">, Visibility<[Bpfbuild]>,
    HelpText<"The BTF that split BTF (a module's) continues: kernel, or a file">;
def kernel_EQ : Joined<["--"], "kernel=">, Group<g4_kernels>, MetaVarName<"<where>">, Visibility<[Bpfbuild]>,
    HelpText<"Whose verifier looks at the programs: running (default), a vmlinuz, a folder with one, or a name of 'bpfbuild kernels list'">;
def module_EQ : Joined<["--"], "module=">, Group<g7_boxes>, MetaVarName<"<name>">, Visibility<[Bpfbuild]>,
    HelpText<"For 'kernels run': a module of that kernel to load before, with what it depends on">;
def file_EQ : Joined<["--"], "file=">, Group<g7_boxes>, MetaVarName<"<file>">, Visibility<[Bpfbuild]>,
    HelpText<"For 'kernels run': a file that the program finds there under the same path">;
def timeout_EQ : Joined<["--"], "timeout=">, Group<g7_boxes>, MetaVarName<"<seconds>">, Visibility<[Bpfbuild]>,
    HelpText<"For 'kernels run': how long the program may take, besides the boot (default: 60)">;
def types_EQ : CommaJoined<["--"], "types=">, Group<g3_types>, MetaVarName<"<a,b,...>">, Visibility<[Bpfbuild]>,
    HelpText<"Only these types, enumerators and kfuncs, and what they contain">;

// bpfbuild migrate alone, which takes Clang's options besides.
def in_place : Flag<["-"], "i">, Group<g8_migrate>, Visibility<[BpfbuildMigrate]>, HelpText<"migrate: change the files themselves">;
def diff : Flag<["--"], "diff">, Group<g8_migrate>, Visibility<[BpfbuildMigrate]>, HelpText<"migrate: print a unified diff (default)">;
def check : Flag<["--"], "check">, Group<g8_migrate>, Visibility<[BpfbuildMigrate]>,
    HelpText<"migrate: change nothing, and fail if there is something to migrate">;
def modernise : Flag<["--"], "modernise">, Group<g8_migrate>, Visibility<[BpfbuildMigrate]>,
    HelpText<"migrate: also rewrite what changes instructions: bpf_printk(), bpf_probe_read_kernel(), BPF_KPROBE()">;
def host_EQ : Joined<["--"], "host=">, Group<g8_migrate>, MetaVarName<"<file>">, Visibility<[BpfbuildMigrate]>,
    HelpText<"migrate: a source of the host, to list what it uses that libbpf 1.0 no longer has; may be given again">;
def section_EQ : Joined<["--"], "section=">, Group<g8_migrate>, MetaVarName<"<old>=<new>">, Visibility<[BpfbuildMigrate]>,
    HelpText<"migrate: the section that programs of section <old> are put into, where their type is not known; may be given again">;
