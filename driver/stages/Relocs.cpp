//===- Relocs.cpp - bpfbuild relocs --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/Report.h"
#include "Machine/KernelBTF.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"

using namespace llvm;

namespace bpfbuild {

Error runRelocs(const opt::InputArgList &Args) {
  Expected<Objects> Files = readObjects(Args);
  if (!Files)
    return Files.takeError();
  Expected<std::vector<core::ObjectToResolve>> Inputs = core::prepareAll(Files->Parsed);
  if (!Inputs)
    return Inputs.takeError();
  Expected<std::vector<core::KernelTypes>> Kernels = openKernels(Args.getAllArgValues(OPT_btf_EQ));
  if (!Kernels)
    return Kernels.takeError();
  std::vector<core::ObjectRecord> Records = core::resolveAll(*Inputs, *Kernels);
  std::string Text;
  raw_string_ostream OS(Text);
  core::Report Report{Records, *Kernels};
  if (const opt::Arg *Form = Args.getLastArg(OPT_json, OPT_html)) {
    (Form->getOption().matches(OPT_html) ? core::printHTML : core::printJSON)(OS, Report);
    return write(Args, std::move(Text));
  }
  core::printText(OS, Report);
  return write(Args, printable(Text));
}

} // namespace bpfbuild
