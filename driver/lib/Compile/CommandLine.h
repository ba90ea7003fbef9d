//===- CommandLine.h - what bpfcc++ was asked to do -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// bpfcc++ takes clang's options and its own. Clang's option table reads the line first; what it does not know is looked
// up in ours (Options.td). The result is plain data: what to make, out of which inputs, and the options that go on to
// Clang.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_COMMANDLINE_H
#define BPFBUILD_COMPILE_COMMANDLINE_H

#include "Kernel/KernelVersion.h"
#include "Kernel/Loaders.h"
#include "Support/Diagnostic.h"
#include "Support/SkeletonStyle.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace bpfbuild {

/// What the call makes.
enum class Mode {
  Help,
  Version,
  Clang,   ///< what Clang alone does: -E -S -emit-llvm -fsyntax-only -M -MM -###
  Compile, ///< -c: one object for each source
  Link,    ///< an object, a skeleton or both out of all inputs
};

/// A source, or an object that is linked as it is.
struct Input {
  std::string Path;            ///< "-" is standard input
  std::string Language;        ///< "c" or "c++"; empty for an object
  bool IsPreprocessed = false; ///< .i and .ii
  bool isObject() const { return Language.empty(); }
};

/// How much of vmlinux.h Clang is shown.
enum class SliceMode {
  Off,    ///< all of it
  On,     ///< what the source can reach; more where that does not do
  Strict, ///< where it does not do, that is an error
};

/// How sources become objects.
struct CompileOptions {
  std::vector<std::string> ClangArgs;        ///< the user's options for Clang, in order, host flags left out
  std::string TargetArch;                    ///< "x86": for __TARGET_ARCH_*, pt_regs and byte order
  std::string Vmlinux;                       ///< "kernel", "none" or a file
  bool VmlinuxIsGiven = false;               ///< --vmlinux= wins over a vmlinux.h on the include path
  SliceMode Slice = SliceMode::On;           ///< --vmlinux-slice=
  bool RemarksOnSlice = false;               ///< -Rbpf-vmlinux
  std::optional<KernelVersion> TargetKernel; ///< --target-kernel=
  Loader LoadedBy = Loader::Libbpf;          ///< --loader=
  std::vector<std::string> AlsoRead;         ///< files that depfiles name too, because checks read them
  std::vector<std::string> RelativeTo;       ///< --relative-to=: folders, absolute or not
  bool KeepDwarf = false;
  bool Verbose = false; ///< -v
  DiagnosticFormat Format = DiagnosticFormat::Text;
  CheckOptions Checks;
};

struct CommandLine {
  Mode What = Mode::Link;
  std::vector<Input> Inputs;
  std::string Output;   ///< -o; empty if not given
  std::string Object;   ///< --object=
  std::string Skeleton; ///< --skeleton=
  std::string Name;     ///< --name=
  std::string Namespace;
  std::vector<std::string> TargetBTF; ///< --target-btf=, each
  std::string EmbedBTF;               ///< --embed-btf=: an archive of BTF; empty if there is none
  std::vector<std::string> VerifyOn;  ///< --verify[=WHERE]: the kernels
  ObjectPlacement Embed = ObjectPlacement::Incbin;
  bool EmbedIsGiven = false;
  std::string SharedTypes; ///< --types=
  SkeletonStyle Style = SkeletonStyle::Cxx;
  bool IsSubskeleton = false; ///< --subskeleton
  bool IsLight = false;       ///< --light
  SigningKey Signer;          ///< --sign-key=, --sign-cert=
  bool SaveTemps = false;
  bool PrintJobs = false;   ///< -###
  bool CompileOnly = false; ///< -c was given
  bool TimeReport = false;
  CompileOptions Compile;
  std::vector<std::string> Unknown; ///< -f options that Clang does not know: GCC's, most likely
  std::vector<std::string> Dropped; ///< host flags that were left out, for -v
};

/// Reads the command line \p Args (without the program's name); @file is expanded. Errors name the option and what it
/// takes.
llvm::Expected<CommandLine> parseCommandLine(llvm::ArrayRef<const char *> Args);

/// The file name \p Path without its folder and without the endings of a BPF source or object: dir/a.bpf.c → a.
llvm::StringRef stemOf(llvm::StringRef Path);

/// The architecture of this machine, as --target-arch= names it.
std::string hostArch();

/// The architectures that --target-arch= takes.
llvm::ArrayRef<llvm::StringLiteral> targetArchs();

} // namespace bpfbuild

#endif
