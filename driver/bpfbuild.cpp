//===- bpfbuild.cpp - each stage alone ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// bpfbuild STAGE FILE…: a file a stage in stages/, over the same libraries as bpfcc++.
//===----------------------------------------------------------------------===//
#include "Support/Error.h"
#include "Support/Help.h"
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
  StringLiteral Name, Arguments, Help, Example;
  Error (*Run)(const opt::InputArgList &Args);
  Error (*RunUnparsed)(ArrayRef<const char *> Args) = nullptr; ///< instead, for a stage that takes Clang's options
};
} // namespace

static constexpr Stage Stages[] = {
#define STAGE(Name, Arguments, Help, Example, Function) {Name, Arguments, Help, Example, Function},
#define UNPARSED_STAGE(Name, Arguments, Help, Example, Function) {Name, Arguments, Help, Example, nullptr, Function},
#include "stages/Stages.def"
};

static void printStage(const Stage &S) {
  outs() << formatv("  {0} {1}\n      {2}\n      for example: {3}\n", S.Name, S.Arguments, S.Help, S.Example);
}

/// Of the stage \p Only, or if that is null, of all of them.
static void printHelp(const Stage *Only) {
  if (Only) {
    outs() << "usage: bpfbuild " << Only->Name << ' ' << Only->Arguments << "\n\n";
    printStage(*Only);
    outs() << "\nThe options of all stages:\n";
  } else {
    outs()
        << "bpfbuild runs the stages of bpfcc++, each alone.\n\nusage: bpfbuild STAGE [options] [FILE...]\n\nStages:\n";
    for (const Stage &S : Stages)
      printStage(S);
  }
  printOptions(outs(), Bpfbuild | BpfbuildMigrate);
}

static Error run(ArrayRef<const char *> Argv) {
  StringRef Name = Argv.empty() ? "--help" : Argv.front();
  const auto *S = find_if(Stages, [Name](const Stage &Each) { return Each.Name == Name; });
  bool AsksHelp = any_of(Argv, [](StringRef Arg) { return Arg == "--help" || Arg == "-h"; });
  if (S != std::end(Stages) && S->RunUnparsed) {
    if (!AsksHelp)
      return S->RunUnparsed(Argv.drop_front());
    printHelp(S);
    return Error::success();
  }
  unsigned MissingIndex, MissingCount;
  opt::InputArgList Args = getOptionTable().ParseArgs(Argv.drop_front(Argv.empty() ? 0 : 1), MissingIndex, MissingCount,
                                                      opt::Visibility(Bpfbuild));
  if (MissingCount)
    return makeError("option '{0}' needs a value", Args.getArgString(MissingIndex));
  if (Name == "--help" || Name == "-h" || Args.hasArg(OPT_help))
    return printHelp(S == std::end(Stages) ? nullptr : S), Error::success();
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
