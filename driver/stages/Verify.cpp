//===- Verify.cpp - bpfbuild verify --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/Box.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"
#include "Verify/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ThreadPool.h"

using namespace llvm;

namespace bpfbuild {

/// What each kernel says of each object. Kernels in boxes run side by side, as many as the machine has processors.
static Expected<std::vector<VerifyReport>> verifyAll(ArrayRef<BPFObject> Objects, ArrayRef<std::string> Kernels) {
  std::vector<const BPFObject *> Pointers;
  for (const BPFObject &Object : Objects)
    Pointers.push_back(&Object);
  std::vector<std::optional<Expected<std::vector<ObjectVerdicts>>>> Answers(Kernels.size());
  DefaultThreadPool Pool(hardware_concurrency(static_cast<unsigned>(Kernels.size())));
  for (auto [Where, Answer] : zip_equal(Kernels, Answers))
    Pool.async([&Where, &Answer, &Pointers] { Answer.emplace(verifyOn(Where, Pointers)); });
  Pool.wait();
  Error Failed = Error::success();
  for (auto &Answer : Answers)
    Failed = joinErrors(std::move(Failed), Answer->takeError());
  if (Failed)
    return std::move(Failed);
  std::vector<VerifyReport> Reports;
  for (auto [Where, Answer] : zip_equal(Kernels, Answers))
    for (auto [Object, OfObject] : zip_equal(Objects, **Answer)) {
      std::vector<Diagnostic> Found = explainVerdicts(Object, OfObject, Where);
      Reports.push_back({Object.name().str(), Where, std::move(OfObject), std::move(Found)});
    }
  return Reports;
}

/// The report that the options ask for; by default the table.
static Error printReports(const opt::InputArgList &Args, ArrayRef<VerifyReport> Reports) {
  std::string Text;
  raw_string_ostream OS(Text);
  const opt::Arg *Form = Args.getLastArg(OPT_json, OPT_html, OPT_junit);
  if (!Form)
    for (const VerifyReport &R : Reports)
      printTable(OS, R);
  else if (Form->getOption().matches(OPT_html))
    printHTML(OS, Reports);
  else if (Form->getOption().matches(OPT_junit))
    printJUnit(OS, Reports);
  else
    printJSON(OS, Reports);
  return write(Args, std::move(Text));
}

Error runVerify(const opt::InputArgList &Args) {
  std::vector<std::string> Kernels = Args.getAllArgValues(OPT_kernel_EQ);
  if (Kernels.empty())
    Kernels.push_back("running");
  Expected<DiagnosticOptions> Options = diagnosticOptions(Args);
  if (!Options)
    return Options.takeError();
  Expected<Objects> Files = readObjects(Args);
  if (!Files)
    return Files.takeError();
  Expected<std::vector<VerifyReport>> Reports = verifyAll(Files->Parsed, Kernels);
  if (!Reports)
    return Reports.takeError();
  bool TakesOutput = Options->Format != DiagnosticFormat::Text && !Args.hasArg(OPT_o); // the diagnostics do
  if (!TakesOutput)
    if (Error E = printReports(Args, *Reports))
      return E;
  std::vector<Diagnostic> Diagnostics;
  for (VerifyReport &R : *Reports)
    append_range(Diagnostics, std::move(R.Diagnostics));
  return printAll(std::move(Diagnostics), *Options);
}

} // namespace bpfbuild
