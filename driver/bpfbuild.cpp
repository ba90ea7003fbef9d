//===- bpfbuild.cpp - each stage alone ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// bpfbuild STAGE FILE…: a file a stage in stages/, over the same libraries as bpfcc++.
//===----------------------------------------------------------------------===//
#include "Support/Error.h"
#include "Support/Options.h"
#include "Version.h"
#include "stages/Stage.h"
#include "llvm/Option/Arg.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/InitLLVM.h"
#include <unistd.h>

using namespace llvm;
using namespace bpfbuild;

namespace {
struct Stage {
  StringLiteral Name, Arguments, Help;
  Error (*Run)(const opt::InputArgList &Args);
  Error (*RunUnparsed)(ArrayRef<const char *> Args) = nullptr; ///< instead, for a stage that takes Clang's options
};
} // namespace

static constexpr Stage Stages[] = {
    {"btf", "diff A B [--for=OBJ] [--json]", "say what changed between two kernels", runBTF},
    {"check", "OBJ...", "say what is wrong with objects", runCheck},
    {"distill", "--base=VMLINUX MODULE -o FILE",
     "make a module's BTF independent of the vmlinux that it was built with", runDistill},
    {"dump", "OBJ", "list maps, programs and variables, as the skeleton will know them", runDump},
    {"helpers", "[--uapi=FILE|--btf=FILE] [-o FILE]", "declare the helpers that a kernel has", runHelpers},
    {"kernels", "list | add NAME ... | run NAME PROGRAM",
     "the kernels that verify can ask; add debian:6.1 downloads one", runKernels},
    {"link", "OBJ... -o FILE", "make one object out of several", runLink},
    {"lsp-config", "[--folder=DIR] [-o FILE]", "write a .clangd by which clangd reads BPF sources", runLspConfig},
    {"migrate", "[-i|--diff|--check] [flags] SRC...", "bring maps and sections to the forms of libbpf 1.0", nullptr,
     runMigrate},
    {"min-btf", "--btf=WHERE... OBJ... -o FILE", "reduce kernels' BTF to what objects use: files, or a .btfa archive",
     runMinBTF},
    {"probe", "[--json]", "say what the running kernel supports", runProbe},
    {"relocate", "--base=VMLINUX FILE -o FILE", "bring distilled BTF to the vmlinux that is there", runRelocate},
    {"relocs", "OBJ... [--btf=WHERE]... [--json|--html]", "say how CO-RE relocations resolve on kernels", runRelocs},
    {"skeleton", "OBJ [-o FILE]", "write the C++ skeleton of a linked object", runSkeleton},
    {"verify", "OBJ... [--kernel=WHERE]... [--json]", "have the verifier of kernels look at the programs", runVerify},
    {"vmlinux", "[--btf=FILE] [-o FILE]", "write vmlinux.h from BTF, whole or some types", runVmlinux},
};

static void printHelp() {
  std::string Title = "bpfbuild: the stages of bpfcc++, each alone\n\nSTAGES:\n";
  for (const Stage &S : Stages)
    Title += formatv("  {0,-9} {1,-37} {2}\n", S.Name, S.Arguments, S.Help);
  getOptionTable().printHelp(outs(), "bpfbuild STAGE [options] [FILE...]", Title.c_str(), false, false,
                             opt::Visibility(Bpfbuild | BpfbuildMigrate));
}

static Error run(ArrayRef<const char *> Argv) {
  StringRef Name = Argv.empty() ? "--help" : Argv.front();
  const auto *S = find_if(Stages, [Name](const Stage &Each) { return Each.Name == Name; });
  bool AsksHelp = any_of(Argv, [](StringRef Arg) { return Arg == "--help" || Arg == "-h"; });
  if (S != std::end(Stages) && S->RunUnparsed) {
    if (!AsksHelp)
      return S->RunUnparsed(Argv.drop_front());
    printHelp();
    return Error::success();
  }
  unsigned MissingIndex, MissingCount;
  opt::InputArgList Args = getOptionTable().ParseArgs(Argv.drop_front(Argv.empty() ? 0 : 1), MissingIndex, MissingCount,
                                                      opt::Visibility(Bpfbuild));
  if (MissingCount)
    return makeError("option '{0}' needs a value", Args.getArgString(MissingIndex));
  if (Name == "--help" || Name == "-h" || Args.hasArg(OPT_help))
    return printHelp(), Error::success();
  if (Name == "--version")
    return outs() << "bpfbuild " << BPFBUILD_VERSION << '\n', Error::success();
  if (S == std::end(Stages))
    return makeError("unknown stage '{0}'; see bpfbuild --help", Name);
  if (const opt::Arg *Unknown = Args.getLastArg(OPT_UNKNOWN))
    return makeError("unknown option '{0}'", Unknown->getAsString(Args));
  return S->Run(Args);
}

/// LLVM ends the process where it sees no other way: the BPF back end of what it cannot compile, a stream that is full.
static void handleFatalError(void *, const char *Message, bool) {
  errs() << "bpfbuild: error: " << Message << '\n';
  _exit(ExitError);
}

int main(int Argc, char **Argv) {
  InitLLVM Init(Argc, Argv);
  install_fatal_error_handler(handleFatalError);
  if (Error E = run(ArrayRef<const char *>(Argv + 1, Argv + Argc)))
    return printError("bpfbuild", std::move(E));
  return ExitSuccess;
}
