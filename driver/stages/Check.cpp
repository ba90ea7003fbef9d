//===- Check.cpp - bpfbuild check ----------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Programs/Check.h"
#include "Machine/KernelBTF.h"
#include "Maps/MapPage.h"
#include "Object/DebugPlaces.h"
#include "Stage.h"
#include "Support/Checks.h"
#include "Support/Error.h"
#include "Support/Options.h"

using namespace llvm;

namespace bpfbuild {

static Expected<std::optional<KernelVersion>> oldestKernel(const opt::InputArgList &Args) {
  if (!Args.hasArg(OPT_target_kernel_EQ))
    return std::nullopt;
  StringRef Text = Args.getLastArgValue(OPT_target_kernel_EQ);
  std::optional<KernelVersion> Version = KernelVersion::parse(Text);
  if (!Version)
    return makeError("--target-kernel= takes a kernel version such as 5.10, not '{0}'", Text);
  return Version;
}

Error runCheck(const opt::InputArgList &Args) {
  Expected<std::optional<KernelVersion>> Oldest = oldestKernel(Args);
  if (!Oldest)
    return Oldest.takeError();
  if (Args.hasArg(OPT_list_rules)) {
    printMapPage(outs());
    return Error::success();
  }
  if (Args.hasArg(OPT_list_checks)) {
    printChecksPage(outs());
    return Error::success();
  }
  Expected<DiagnosticOptions> Options = diagnosticOptions(Args);
  if (!Options)
    return Options.takeError();
  Expected<Objects> Files = readObjects(Args);
  if (!Files)
    return Files.takeError();
  std::optional<Loader> LoadedBy = parseLoader(Args.getLastArgValue(OPT_loader_EQ, "libbpf"));
  if (!LoadedBy)
    return makeError("--loader= takes libbpf, ebpf-go, iproute2 or aya, not '{0}'",
                     Args.getLastArgValue(OPT_loader_EQ));
  CheckTarget Target{.Oldest = *Oldest, .LoadedBy = *LoadedBy};
  std::optional<btf::BTFFile> Kernel;
  if (Args.hasArg(OPT_btf_EQ)) {
    Expected<btf::BTFFile> Opened = openBTF(Args.getLastArgValue(OPT_btf_EQ));
    if (!Opened)
      return Opened.takeError();
    Kernel = std::move(*Opened);
    Target.Types = &Kernel->types();
    Target.TypesPath = Kernel->path();
  }
  Expected<std::vector<core::KernelTypes>> Kernels = openTargets(Args.getAllArgValues(OPT_target_btf_EQ));
  if (!Kernels)
    return Kernels.takeError();
  Target.Kernels = *Kernels;
  std::vector<Diagnostic> Diagnostics;
  for (const BPFObject &Object : Files->Parsed) {
    std::vector<Diagnostic> Found = checkObject(Object, Target);
    fillPlaces(Object, Found);
    append_range(Diagnostics, std::move(Found));
  }
  return printAll(std::move(Diagnostics), *Options);
}

} // namespace bpfbuild
