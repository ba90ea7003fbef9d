//===- Link.cpp - bpfbuild link ------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Link/Link.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"

using namespace llvm;

namespace bpfbuild {

Error runLink(const opt::InputArgList &Args) {
  Expected<Objects> Files = readObjects(Args);
  if (!Files)
    return Files.takeError();
  if (!Args.hasArg(OPT_o))
    return makeError("link needs -o FILE");
  Expected<std::string> Linked = linkObjects(Files->Parsed);
  return Linked ? write(Args, std::move(*Linked)) : Linked.takeError();
}

} // namespace bpfbuild
