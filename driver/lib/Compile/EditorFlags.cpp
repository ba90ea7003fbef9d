//===- EditorFlags.cpp - flags that editors read as bpfcc++ does ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/EditorFlags.h"
#include "Compile/CommandLine.h"
#include "Compile/Cxx/CxxConsumer.h"
#include "Compile/EmbeddedHeaders.h"
#include "Kernel/Helpers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace bpfbuild {

namespace {
/// What a kernel architecture means to headers of kernel and libc that BPF code includes.
struct ArchFacts {
  StringRef Multiarch; ///< the folder of the UAPI headers' asm/ below /usr/include
  StringRef Macro;     ///< what glibc's gnu/stubs.h and bits/wordsize.h ask for
  StringRef Triple;
};
} // namespace

static ArchFacts factsOf(StringRef TargetArch) {
  return StringSwitch<ArchFacts>(TargetArch)
      .Case("arm64", {"aarch64-linux-gnu", "__aarch64__", "bpfel"})
      .Case("arm", {"arm-linux-gnueabihf", "__arm__", "bpfel"})
      .Case("s390", {"s390x-linux-gnu", "__s390x__", "bpfeb"})
      .Case("powerpc", {"powerpc64le-linux-gnu", "__powerpc64__", "bpfel"})
      .Case("riscv", {"riscv64-linux-gnu", "__riscv", "bpfel"})
      .Case("loongarch", {"loongarch64-linux-gnu", "__loongarch__", "bpfel"})
      .Case("mips", {"mips64el-linux-gnuabi64", "__mips__", "bpfel"})
      .Default({"x86_64-linux-gnu", "__x86_64__", "bpfel"});
}

std::vector<std::string> targetArgs(StringRef TargetArch) {
  ArchFacts Facts = factsOf(TargetArch);
  return {"--target=" + Facts.Triple.str(),
          "-Wno-unknown-warning-option",        // a project's flags may be meant for GCC
          "-Wno-default-const-init-var-unsafe", // libbpf's BPF_CORE_READ of a const member
          ("-D__TARGET_ARCH_" + TargetArch).str(), "-D" + Facts.Macro.str(),
          "-idirafter/usr/include/" + Facts.Multiarch.str(),
          // Where the target's are not installed, this machine's.
          "-idirafter/usr/include/" + factsOf(hostArch()).Multiarch.str()};
}

/// BPF has no runtime for exceptions, type information, or statics that are made when they are first used, and libbpf
/// no use for unwind tables.
std::vector<std::string> cxxModeArgs() {
  return {"-fstandalone-debug", // what is only pointed to, as by a map's definition, is needed whole
          "-fno-exceptions",     "-fno-rtti",        "-fno-threadsafe-statics", "-fno-asynchronous-unwind-tables",
          "-fno-unwind-tables",  "-D_Bool=bool",     // of vmlinux.h
          "-Dtypeof=__typeof__",                     // of libbpf's macros, in standard C++
          "-Wconsumed",          "-Werror=consumed", // records that were submitted
          "-Wno-c99-designator"};                    // of maps' values
}

std::vector<std::string> cxxLanguageArgs() {
  std::vector<std::string> Args(std::begin(TagMacros), std::end(TagMacros));
  Args.push_back("-std=gnu++20"); // with the extensions that libbpf's headers are written in
  return Args;
}

std::vector<std::string> editorFlags(StringRef Language, StringRef TargetArch, StringRef Folder,
                                     StringRef VmlinuxFolder) {
  // By the ending of their names sources are C or C++, although the compiler's name ends in ++. (-x says so, too, but
  // distcc compiles nothing elsewhere that has it.)
  std::vector<std::string> Flags = {"--driver-mode=gcc"};
  append_range(Flags, targetArgs(TargetArch));
  if (Language == "c++") {
    append_range(Flags, cxxModeArgs());
    append_range(Flags, cxxLanguageArgs());
  }
  Flags.push_back(("-isystem" + Folder + "/include").str());
  if (!VmlinuxFolder.empty())
    Flags.push_back(("-idirafter" + VmlinuxFolder + (Language == "c" ? "/c" : "/cxx")).str());
  return Flags;
}

/// Helpers as functions, which they are to who reads: clangd shows no comments of static variables.
static std::string withHelpersAsFunctions(StringRef Text) {
  std::string Result;
  while (!Text.empty()) {
    StringRef Line = Text.take_front(std::min(Text.size(), Text.find('\n') + 1)), Name = helperOfLine(Line);
    StringRef Declaration = Text.take_front(std::min(Text.size(), Text.find(';') + 1));
    auto [Type, Behind] = Declaration.split("(*const ");
    if (Name.empty() || !Type.consume_front("static ")) {
      Result += Line;
      Text = Text.drop_front(Line.size());
      continue;
    }
    StringRef Parameters = Behind.split(')').second.split(" =").first;
    Result += (Type + Name + Parameters + ";").str();
    Text = Text.drop_front(Declaration.size());
  }
  return Result;
}

std::vector<std::pair<std::string, std::string>> editorHeaders() {
  std::vector<std::pair<std::string, std::string>> Headers;
  for (const auto &[Name, Text] : embeddedHeaders())
    if (StringRef(Name).starts_with("include/"))
      Headers.push_back({Name, Name == "include/bpf/bpf_helper_defs.h" ? withHelpersAsFunctions(Text) : Text.str()});
  return Headers;
}

} // namespace bpfbuild
