// Every option of bpfcc++ and bpfbuild, once: parsing and -h both derive from this file.
// Options that bpfcc++ shares with clang are clang's own and are not listed here.
include "llvm/Option/OptParser.td"

def Bpfcc : OptionVisibility;
def Bpfbuild : OptionVisibility;
def BpfbuildMigrate : OptionVisibility;

class BpfccFlag<string name, string help> : Flag<["--"], name>, HelpText<help>, Visibility<[Bpfcc]>;
class BpfccValue<string name, string metavar, string help>
    : Joined<["--"], name # "=">, MetaVarName<metavar>, HelpText<help>, Visibility<[Bpfcc]>;

// Common to both tools.
def help : Flag<["--", "-"], "help">, HelpText<"Print this help">, Visibility<[Bpfcc, Bpfbuild]>;
def h : Flag<["-"], "h">, Alias<help>, Visibility<[Bpfcc, Bpfbuild]>;
def version : Flag<["--"], "version">, HelpText<"Print the version">, Visibility<[Bpfcc, Bpfbuild]>;
def o : JoinedOrSeparate<["-"], "o">, MetaVarName<"<file>">, Visibility<[Bpfbuild]>,
    HelpText<"Write to <file>; - is standard output">;
def name_EQ : Joined<["--"], "name=">, MetaVarName<"<id>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"The skeleton's class (default: the stem of the output's or first input's name)">;
def namespace_EQ : Joined<["--"], "namespace=">, MetaVarName<"<A::B>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"The namespace that the skeleton's class is in">;
def embed_EQ : Joined<["--"], "embed=">, MetaVarName<"inline|incbin|file|source">, Values<"inline,incbin,file,source">,
    Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"Where the object's bytes are: in the header, beside it (default), read at run time, or in a source file to compile once">;
def embed_btf_EQ : Joined<["--"], "embed-btf=">, MetaVarName<"<archive or folder>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"An archive of minimal BTF (.btfa) that the skeleton carries, for kernels that have none; or a folder of kernels' BTF, of which one is made">;
def shared_types_EQ : Joined<["--"], "types=">, MetaVarName<"<header>">, Visibility<[Bpfcc]>,
    HelpText<"A header that the program and its host share: the C++ skeleton includes it, and has no types of its own for those in it">;
def skeleton_style_EQ : Joined<["--"], "skeleton-style=">, MetaVarName<"cxx|c">, Values<"cxx,c">,
    Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"A typed C++ skeleton (default), or a C header with the names of bpftool's">;
def subskeleton : Flag<["--"], "subskeleton">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"A header for a library whose BPF side is linked into another object">;
def light : Flag<["--"], "light">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"With --skeleton-style=c: a header that loads the object by a program of BPF, without libbpf">;
def sign_key_EQ : Joined<["--"], "sign-key=">, MetaVarName<"<file>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"With --light: sign the loader with this private key, by the program openssl">;
def sign_cert_EQ : Joined<["--"], "sign-cert=">, MetaVarName<"<file>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"The certificate of --sign-key=, which the kernel must have on a keyring">;
def diagnostics_format_EQ : Joined<["--"], "diagnostics-format=">, MetaVarName<"text|json">, Values<"text,json">,
    Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"Print diagnostics as text or as JSON, one object a line, on standard output; bpfbuild takes sarif too">;

// bpfcc++ alone.
def object_EQ : BpfccValue<"object", "<file>", "Write the linked object to <file> besides">;
def skeleton_EQ : BpfccValue<"skeleton", "<file>", "Write the skeleton to <file> besides">;
def target_kernel_EQ : Joined<["--"], "target-kernel=">, MetaVarName<"<version>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"The oldest kernel that the program must run on: what is newer is diagnosed">;
def target_btf_EQ : Joined<["--"], "target-btf=">, MetaVarName<"<kernel>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"A kernel that the program must run on, by its BTF: a file, an image, a folder of it and its modules, or a name of 'bpfbuild kernels list'; may be given again. "
             "A CO-RE relocation or attach target that it lacks is an error, unless the program asks first">;
def loader_EQ : Joined<["--"], "loader=">, MetaVarName<"libbpf|ebpf-go|iproute2|aya">, Values<"libbpf,ebpf-go,iproute2,aya">,
    Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"Whose section names and map definitions the object is checked against (default: libbpf)">;
def target_arch_EQ : Joined<["--"], "target-arch=">, MetaVarName<"<arch>">, Visibility<[Bpfcc, Bpfbuild]>,
    HelpText<"x86, arm64, arm, s390, powerpc, riscv, loongarch or mips (default: this machine)">;
def vmlinux_EQ : BpfccValue<"vmlinux", "kernel|<file>|none",
    "Where vmlinux.h gets its types: the running kernel (default), a BTF file, an ELF with .BTF, or a header">;
def vmlinux_slice_EQ : BpfccValue<"vmlinux-slice", "on|off|strict",
    "Show Clang only what a source can reach of vmlinux.h (default), always the whole header, or fail where the slice does not do">;
def keep_dwarf : BpfccFlag<"keep-dwarf", "Leave DWARF in the object">;
def verify : BpfccFlag<"verify", "Have the running kernel's verifier look at the programs, and report its objections at the source's lines">;
def verify_EQ : BpfccValue<"verify", "<where>",
    "The same by the kernel <where>: running, a vmlinuz, a folder with one, or a name of 'bpfbuild kernels list'">;
def time_report : BpfccFlag<"time-report", "Print the milliseconds that each stage took">;

// bpfbuild alone.
def W : Joined<["-"], "W">, MetaVarName<"bpf-NAME">, Visibility<[Bpfbuild]>,
    HelpText<"Turn the check bpf-NAME on, off (-Wno-bpf-NAME), or into an error (-Werror=bpf-NAME)">;
def w : Flag<["-"], "w">, Visibility<[Bpfbuild]>, HelpText<"Say no warnings">;
def list_checks : Flag<["--"], "list-checks">, HelpText<"Print all checks, as docs/checks.md">, Visibility<[Bpfbuild]>;
def list_rules : Flag<["--"], "list-rules">, HelpText<"Print the rules by which maps are judged">, Visibility<[Bpfbuild]>;
def json : Flag<["--"], "json">, HelpText<"Print JSON">, Visibility<[Bpfbuild]>;
def html : Flag<["--"], "html">, HelpText<"Print one HTML page">, Visibility<[Bpfbuild]>;
def junit : Flag<["--"], "junit">, HelpText<"Print JUnit's XML">, Visibility<[Bpfbuild]>;
def btf_EQ : Joined<["--"], "btf=">, MetaVarName<"<file>">, Visibility<[Bpfbuild]>,
    HelpText<"Raw BTF, an ELF with .BTF, or a kernel image, also as .xz, .zst or .gz (default: the running kernel's); for relocs and min-btf also a folder, or a name of 'bpfbuild kernels list'">;
def uapi_EQ : Joined<["--"], "uapi=">, MetaVarName<"<bpf.h>">, Visibility<[Bpfbuild]>,
    HelpText<"A linux/bpf.h, which says what helpers its kernel has">;
def folder_EQ : Joined<["--"], "folder=">, MetaVarName<"<folder>">, Visibility<[Bpfbuild]>,
    HelpText<"Where the headers for editors are written (default: a folder of the user's cache)">;
def print_flags_EQ : Joined<["--"], "print-flags=">, MetaVarName<"c|c++">, Values<"c,c++">, Visibility<[Bpfbuild]>,
    HelpText<"Print the flags for sources in that language, a line each, instead of writing .clangd">;
def for_EQ : Joined<["--"], "for=">, MetaVarName<"<object>">, Visibility<[Bpfbuild]>,
    HelpText<"For 'btf diff': only what this object uses">;
def base_EQ : Joined<["--"], "base=">, MetaVarName<"<file>">, Visibility<[Bpfbuild]>,
    HelpText<"The BTF that split BTF (a module's) continues: kernel, or a file">;
def kernel_EQ : Joined<["--"], "kernel=">, MetaVarName<"<where>">, Visibility<[Bpfbuild]>,
    HelpText<"Whose verifier looks at the programs: running (default), a vmlinuz, a folder with one, or a name of 'bpfbuild kernels list'">;
def module_EQ : Joined<["--"], "module=">, MetaVarName<"<name>">, Visibility<[Bpfbuild]>,
    HelpText<"For 'kernels run': a module of that kernel to load before, with what it depends on">;
def file_EQ : Joined<["--"], "file=">, MetaVarName<"<file>">, Visibility<[Bpfbuild]>,
    HelpText<"For 'kernels run': a file that the program finds there under the same path">;
def timeout_EQ : Joined<["--"], "timeout=">, MetaVarName<"<seconds>">, Visibility<[Bpfbuild]>,
    HelpText<"For 'kernels run': how long the program may take, besides the boot (default: 60)">;
def types_EQ : CommaJoined<["--"], "types=">, MetaVarName<"<a,b,...>">, Visibility<[Bpfbuild]>,
    HelpText<"Only these types, enumerators and kfuncs, and what they contain">;

// bpfbuild migrate alone, which takes Clang's options besides.
def in_place : Flag<["-"], "i">, Visibility<[BpfbuildMigrate]>, HelpText<"migrate: change the files themselves">;
def diff : Flag<["--"], "diff">, Visibility<[BpfbuildMigrate]>, HelpText<"migrate: print a unified diff (default)">;
def check : Flag<["--"], "check">, Visibility<[BpfbuildMigrate]>,
    HelpText<"migrate: change nothing, and fail if there is something to migrate">;
def modernise : Flag<["--"], "modernise">, Visibility<[BpfbuildMigrate]>,
    HelpText<"migrate: also rewrite what changes instructions: bpf_printk(), bpf_probe_read_kernel(), BPF_KPROBE()">;
def host_EQ : Joined<["--"], "host=">, MetaVarName<"<file>">, Visibility<[BpfbuildMigrate]>,
    HelpText<"migrate: a source of the host, to list what it uses that libbpf 1.0 no longer has; may be given again">;
def section_EQ : Joined<["--"], "section=">, MetaVarName<"<old>=<new>">, Visibility<[BpfbuildMigrate]>,
    HelpText<"migrate: the section that programs of section <old> are put into, where their type is not known; may be given again">;
