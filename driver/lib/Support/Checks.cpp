//===- Checks.cpp - the checks by their names -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/Checks.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace bpfbuild {

static constexpr auto Error = CheckClass::Error;
static constexpr auto Warning = CheckClass::Warning;
static constexpr auto Advice = CheckClass::Advice;

static constexpr Check Table[] = {
    {"bpf-attach-target", Warning,
     "a function, tracepoint or struct_ops member in a `SEC()` that the kernel whose types are used does not have",
     "The kernel that the program runs on may be another one, and a module may have the function."},
    {"bpf-auto-attach", Advice, "a `SEC()` whose target libbpf cannot attach by itself, such as `uprobe/readline`",
     "The host can attach the program: it often knows the path or the function only when it runs."},
    {"bpf-context", Error, "an access beyond the context that programs of the type in the `SEC()` are given",
     "The verifier of every kernel refuses the program."},
    {"bpf-context-type", Advice, "a parameter that is the context of another program type than that of the `SEC()`",
     "A program that reads nothing of it, or as bytes, may well work."},
    {"bpf-core-relocation", Error,
     "a CO-RE relocation that a kernel of `--target-btf=` cannot resolve, where the program does not ask first",
     "The verifier of that kernel, or libbpf, refuses the program."},
    {"bpf-core-target", Error,
     "a function, tracepoint, hook or kernel function that a kernel of `--target-btf=` does not have",
     "libbpf refuses the program there."},
    {"bpf-helper", Error, "a call of a helper that the oldest kernel, or the headers that the source includes, lack",
     "The verifier of that kernel refuses the program."},
    {"bpf-helper-type", Error, "a call of a helper that programs of the type in the `SEC()` may not call",
     "The verifier refuses the program, on every kernel or on the oldest."},
    {"bpf-instruction", Error, "an instruction that the oldest kernel does not know",
     "The verifier of that kernel refuses the program."},
    {"bpf-kfunc", Error, "a call of a kernel function that the oldest kernel does not have",
     "libbpf refuses the object there, unless the function is declared `__weak` and asked for."},
    {"bpf-kfunc-name", Warning, "a kernel function that the kernel whose types are used does not have, but one like it",
     "The kernel that the program runs on may be another one, and a module may have the function."},
    {"bpf-kfunc-prototype", Warning, "a kernel function that is declared with other types than the kernel has",
     "libbpf refuses it on the kernel whose types are used, but another kernel may have the declared form."},
    {"bpf-license", Error, "a call of a helper that the license of the program does not allow",
     "Every kernel refuses the program."},
    {"bpf-map-argument", Error, "a key or value on the stack that is shorter than the map's",
     "The verifier of every kernel refuses the program."},
    {"bpf-map-definition", Error, "a map definition that the loader cannot read",
     "The loader refuses the whole object."},
    {"bpf-map-extra", Error, "a `map_extra` that the map type does not take", "Kernels refuse to make the map."},
    {"bpf-map-flags", Error, "flags that the map type does not take, or that exclude each other",
     "Kernels refuse to make the map."},
    {"bpf-map-helper", Error, "a map of a type that the helper it is passed to does not take",
     "The verifier of every kernel refuses the program."},
    {"bpf-map-inner-map", Error, "a map of maps without an inner map", "Kernels refuse to make the map."},
    {"bpf-map-key-padding", Advice, "holes in the key of a hash, which are compared like any other byte",
     "A program that sets the whole key to zero first is right, and most do."},
    {"bpf-map-key-size", Error, "a key size that the map type does not take", "Kernels refuse to make the map."},
    {"bpf-map-key-type", Error, "a key type that the map type cannot do without or does not take",
     "Kernels refuse to make the map."},
    {"bpf-map-lpm-key", Warning, "the key of a trie that does not begin with the length of the prefix",
     "Kernels look at its size alone, and take the first four bytes for the length."},
    {"bpf-map-max-entries", Error, "a number of entries that the map type does not take",
     "Kernels refuse to make the map."},
    {"bpf-map-perf-entries", Advice, "a perf event array with a number of entries",
     "It works on machines with at most so many CPUs; without the number libbpf takes that of the machine."},
    {"bpf-map-pinning", Error, "a map that is pinned by name, for kernels before Linux 4.4",
     "They have no file system for that."},
    {"bpf-map-plain-field", Warning, "a lock, timer or kernel pointer in a value that the kernel takes for plain bytes",
     "The map is made, but what uses the member is refused."},
    {"bpf-map-prealloc", Error,
     "a hash with `BPF_F_NO_PREALLOC` that a `perf_event` or sleepable program uses, for kernels before Linux 6.1",
     "The verifier of those kernels refuses the program."},
    {"bpf-map-prealloc-tracing", Warning,
     "a hash with `BPF_F_NO_PREALLOC` that a tracing program uses, for kernels before Linux 6.1",
     "Those kernels take it, with a warning in their log: where the program runs, memory may not be allocated."},
    {"bpf-map-ringbuf-size", Advice, "a ring buffer whose size is no power of two of pages",
     "libbpf rounds it up since version 0.8; older versions do not."},
    {"bpf-map-special-field", Error, "a lock, timer, kernel pointer or the like in a map that cannot have it",
     "Kernels refuse to make the map."},
    {"bpf-map-type", Error, "a map type that the oldest kernel does not know", "That kernel refuses to make the map."},
    {"bpf-map-unset", Advice, "a map without a size of keys or values, without `max_entries`, or with zero entries",
     "The host may set what the definition leaves out, before it loads the object, and many do."},
    {"bpf-map-untyped", Advice, "types of keys and values that kernels do not take for the map type",
     "libbpf makes the map without types when the kernel refuses it with them."},
    {"bpf-map-value-layout", Warning, "the value of a devmap or cpumap that is not laid out as the kernel's struct",
     "Kernels look at its size alone."},
    {"bpf-map-value-size", Error, "a value size that the map type does not take", "Kernels refuse to make the map."},
    {"bpf-map-value-type", Error, "a value type that the map type cannot do without or does not take",
     "Kernels refuse to make the map."},
    {"bpf-memory", Error,
     "an access to a packet that no comparison with `data_end` precedes, or to memory at an address that is a number "
     "to "
     "the verifier",
     "The verifier of every kernel refuses the program."},
    {"bpf-null", Warning, "an access through what a helper returned, before it was asked whether that is null",
     "The verifier refuses the program, unless it knows more of the values than the compiler does. In C++ it is an "
     "error."},
    {"bpf-program-type", Error, "a program type that the oldest kernel does not know",
     "That kernel refuses to load the program."},
    {"bpf-reference", Error, "a record of a ring buffer, or a socket, that a program never gives back",
     "The verifier of every kernel refuses the program."},
    {"bpf-section-name", Warning, "a program in a `SEC()` that looks like a misspelling of one that the loader knows",
     "The loader cannot tell the program's type, and the host will not expect that."},
    {"bpf-section-unknown", Advice, "a program in a `SEC()` that the loader does not know",
     "The host can set the program's type, and programs for other loaders are in sections of any name."},
    {"bpf-sleepable", Warning, "a call of a helper that may sleep in a program that may not",
     "The verifier refuses the program, unless the host makes it sleepable by its flags."},
    {"bpf-static-program", Error, "a program in a `SEC()` that is static", "libbpf refuses the whole object."},
    {"bpf-verifier", Error,
     "what the kernel's verifier has against a program, where `--verify` or `bpfbuild verify` asks it",
     "The kernel has refused to load the program."},
};

ArrayRef<Check> checks() {
  return Table;
}

const Check *findCheck(StringRef Name) {
  const auto *It = find_if(Table, [Name](const Check &C) { return C.Name == Name; });
  return It == std::end(Table) ? nullptr : It;
}

StringRef nearestCheck(StringRef Name) {
  auto Distance = [Name](const Check &C) { return Name.edit_distance(C.Name, /*AllowReplacements=*/true, 4); };
  const auto *Best = std::min_element(std::begin(Table), std::end(Table),
                                      [&](const Check &A, const Check &B) { return Distance(A) < Distance(B); });
  return Distance(*Best) <= 3 ? StringRef(Best->Name) : StringRef();
}

//===----------------------------------------------------------------------===//
// docs/checks.md
//===----------------------------------------------------------------------===//

static constexpr StringLiteral Head =
    R"(<!-- Printed by `bpfbuild check --list-checks`. Change the table in driver/lib/Support/Checks.cpp instead. -->
# Checks

bpfcc++ checks each object that it compiles, and `bpfbuild check` checks any object. Each check has a name, which stands
behind what it says:

```
a.bpf.c:7:9: error: map 'counts': key size 8, expected 4 for BPF_MAP_TYPE_ARRAY [-Wbpf-map-key-size]
```

## Three classes

A check is in one of three classes:

- An **error** is what the loader, or every kernel that the program is for, surely refuses.
- A **warning** is what loads, or can be made to load, but is a mistake nearly always.
- **Advice** is about code that may well work. It is off: `-Wbpf` turns all checks on, `-Wbpf-NAME` turns on one.

What BPFBuild does not know is not wrong. A map type, a flag, a helper or a section that is newer than its tables passes
without a word, unless you name a kernel with `--target-kernel=`; then a note says what cannot be judged.

## How to silence a check

The options work as clang's do, and in the same order: the last one that is about a check decides.

| option | what it does |
|---|---|
| `-Wbpf-NAME` | turns the check on, as a warning if it is advice |
| `-Wno-bpf-NAME` | turns it off, errors too |
| `-Werror=bpf-NAME` | makes it an error |
| `-Wno-error=bpf-NAME` | makes it a warning, even under `-Werror` |
| `-Wbpf`, `-Wno-bpf`, `-Werror=bpf`, `-Wno-error=bpf` | the same for all checks |
| `-Werror`, `-Wno-error` | makes all warnings errors, ours too; or not |
| `-w` | says no warnings, and none that `-Werror` made errors |

In a source, a pragma around the map or program does it:

```c
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wbpf-map-unset"
struct {
	__uint(type, BPF_MAP_TYPE_HASH); /* the host sets max_entries */
	__type(key, __u32);
	__type(value, __u64);
} sized_by_the_host SEC(".maps");
#pragma clang diagnostic pop
```

One and the same thing in a header that many files include is said once in a command. Linking objects repeats only
errors: who compiled them has seen the rest.

The loader decides what is right, too: `--loader=ebpf-go` and `--loader=aya` take `SEC("maps")`, ring buffers with a value
type, and their own section names; `--loader=iproute2` takes `struct bpf_elf_map` and sections of any name.
)";

static StringRef headingOf(CheckClass Class) {
  return Class == Error ? "Errors" : Class == Warning ? "Warnings" : "Advice";
}

void printChecksPage(raw_ostream &OS) {
  OS << Head;
  for (CheckClass Class : {Error, Warning, Advice}) {
    OS << "\n## " << headingOf(Class) << "\n\n| check | what it reports | why it is here |\n|---|---|---|\n";
    for (const Check &C : Table)
      if (C.Class == Class)
        OS << "| `" << C.Name << "` | " << C.Finds << " | " << C.Reason << " |\n";
  }
}

} // namespace bpfbuild
