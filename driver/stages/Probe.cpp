//===- Probe.cpp - bpfbuild probe ----------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Kernel/Probe.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace bpfbuild {

static void printFeatures(raw_ostream &OS, const KernelFeatures &Features) {
  OS << "Linux " << Features.Release << '\n';
  auto PrintSupport = [&](StringRef Title, ArrayRef<Support> List) {
    OS << '\n' << Title << ":\n";
    for (const Support &S : List)
      OS << formatv("  {0,-24} {1}\n", S.Name, S.IsSupported ? "yes" : "no");
  };
  auto PrintNames = [&](const Twine &Title, const auto &List) {
    OS << '\n' << Title << " (" << List.size() << "):\n";
    for (const auto &Name : List)
      OS << "  " << Name << '\n';
  };
  PrintSupport("program types", Features.ProgramTypes);
  PrintSupport("map types", Features.MapTypes);
  PrintSupport("BTF kinds", Features.BTFKinds);
  PrintNames("attach types", Features.AttachTypes);
  for (const HelperSupport &H : Features.Helpers)
    PrintNames("helpers of " + H.ProgramType, H.Helpers);
  PrintNames("kfuncs", Features.Kfuncs);
}

static void printFeaturesJSON(raw_ostream &OS, const KernelFeatures &Features) {
  json::OStream J(OS, /*IndentSize=*/2);
  auto PrintSupport = [&](StringRef Title, ArrayRef<Support> List) {
    J.attributeObject(Title, [&] {
      for (const Support &S : List)
        J.attribute(S.Name, S.IsSupported);
    });
  };
  auto PrintNames = [&](StringRef Title, const auto &List) {
    J.attributeArray(Title, [&] {
      for (const auto &Name : List)
        J.value(StringRef(Name));
    });
  };
  J.object([&] {
    J.attribute("release", Features.Release);
    PrintSupport("program_types", Features.ProgramTypes);
    PrintSupport("map_types", Features.MapTypes);
    PrintSupport("btf_kinds", Features.BTFKinds);
    PrintNames("attach_types", Features.AttachTypes);
    J.attributeObject("helpers", [&] {
      for (const HelperSupport &H : Features.Helpers)
        PrintNames(H.ProgramType, H.Helpers);
    });
    PrintNames("kfuncs", Features.Kfuncs);
  });
  OS << '\n';
}

Error runProbe(const opt::InputArgList &Args) {
  if (Args.hasArg(OPT_INPUT))
    return makeError("probe takes no file: it asks the running kernel");
  std::optional<btf::BTFFile> Types;
  if (Expected<btf::BTFFile> Opened = openBTF("kernel"))
    Types = std::move(*Opened);
  else
    consumeError(Opened.takeError()); // a kernel without BTF has no more to say
  Expected<KernelFeatures> Features = probeKernel(Types ? &Types->types() : nullptr);
  if (!Features)
    return Features.takeError();
  std::string Text;
  raw_string_ostream OS(Text);
  Args.hasArg(OPT_json) ? printFeaturesJSON(OS, *Features) : printFeatures(OS, *Features);
  return write(Args, std::move(Text));
}

} // namespace bpfbuild
