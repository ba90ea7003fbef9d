//===- Kernels.cpp - bpfbuild kernels ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/Kernels.h"
#include "Machine/Run.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace bpfbuild {

/// kernels run: the program's output goes to standard output, and its exit code becomes ours.
static Error runProgram(const opt::InputArgList &Args, ArrayRef<std::string> Words) {
  unsigned Seconds = 60;
  if (const opt::Arg *A = Args.getLastArg(OPT_timeout_EQ); A && !to_integer(A->getValue(), Seconds))
    return makeError("'{0}': expected a number of seconds", A->getAsString(Args));
  Expected<ProgramResult> Result = runOn(Words.front(),
                                         {.Command = std::vector<std::string>(Words.drop_front()),
                                          .Files = Args.getAllArgValues(OPT_file_EQ),
                                          .Modules = Args.getAllArgValues(OPT_module_EQ)},
                                         Seconds);
  if (!Result)
    return Result.takeError();
  outs() << Result->Output;
  return Result->ExitCode ? makeError("'{0}' exited with {1} on {2}", Words[1], Result->ExitCode, Words.front())
                          : Error::success();
}

Error runKernels(const opt::InputArgList &Args) {
  std::vector<std::string> Words = Args.getAllArgValues(OPT_INPUT);
  StringRef Command = Words.empty() ? StringRef() : StringRef(Words.front());
  if (Command == "list" && Words.size() == 1) {
    Expected<std::vector<KnownKernel>> Known = knownKernels();
    if (!Known)
      return Known.takeError();
    for (const KnownKernel &K : *Known)
      outs() << K.Name << '\t' << K.Path << '\n';
    return Error::success();
  }
  if (Command == "add" && Words.size() == 3)
    return addKernel(Words[1], Words[2]);
  if (Command == "add" && Words.size() == 2 && StringRef(Words[1]).starts_with("debian:"))
    return addDebianKernel(Words[1]);
  if (Command == "run" && Words.size() >= 3)
    return runProgram(Args, ArrayRef(Words).drop_front());
  return makeError(
      "expected 'kernels list', 'kernels add NAME FILE|DEB|FOLDER', 'kernels add debian:6.1' or 'kernels run "
      "NAME PROGRAM [ARGUMENTS]'");
}

} // namespace bpfbuild
