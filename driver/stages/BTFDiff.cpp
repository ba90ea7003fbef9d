//===- BTFDiff.cpp - bpfbuild btf diff -----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/Diff.h"
#include "Machine/KernelBTF.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"

using namespace llvm;

namespace bpfbuild {

Error runBTF(const opt::InputArgList &Args) {
  std::vector<std::string> Inputs = Args.getAllArgValues(OPT_INPUT);
  if (Inputs.size() != 3 || Inputs.front() != "diff")
    return makeError("expected 'bpfbuild btf diff A B': two kernels, each a BTF file, an image, or a name");
  Expected<std::vector<core::KernelTypes>> Kernels = openKernels(ArrayRef(Inputs).drop_front());
  if (!Kernels)
    return Kernels.takeError();
  std::optional<core::Uses> Only;
  if (Args.hasArg(OPT_for_EQ)) {
    Expected<Objects> Programs = readObjects(Args.getLastArgValue(OPT_for_EQ).str());
    if (!Programs)
      return Programs.takeError();
    Expected<core::ObjectToResolve> Input = core::prepare(Programs->Parsed.front());
    if (!Input)
      return Input.takeError();
    Only = core::usesOf(*Input);
  }
  std::vector<core::TypeChange> Changes = core::compareKernels((*Kernels)[0], (*Kernels)[1], Only ? &*Only : nullptr);
  std::string Text;
  raw_string_ostream OS(Text);
  if (Args.hasArg(OPT_json)) {
    core::printJSON(OS, Changes);
    return write(Args, std::move(Text));
  }
  core::printText(OS, Changes);
  return write(Args, printable(Text));
}

} // namespace bpfbuild
