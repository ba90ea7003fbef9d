//===- Kernels.cpp - bpfbuild kernels ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/Kernels.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace bpfbuild {

Error runKernels(const opt::InputArgList &Args) {
  std::vector<std::string> Words = Args.getAllArgValues(OPT_INPUT);
  StringRef Command = Words.empty() ? "" : Words.front();
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
  return makeError("expected 'kernels list', 'kernels add NAME FILE|DEB|FOLDER' or 'kernels add debian:6.1'");
}

} // namespace bpfbuild
