//===- Verify.cpp - bpfbuild verify --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/Box.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace bpfbuild {

static json::Object report(const ProgramVerdict &V) {
  json::Object Result{
      {"program", json::fixUTF8(V.Program)}, {"section", json::fixUTF8(V.Section)}, {"verdict", toString(V.Result)}};
  if (V.ErrorCode)
    Result["errno"] = V.ErrorCode;
  if (!V.LoaderText.empty())
    Result["loader"] = json::fixUTF8(V.LoaderText);
  json::Array Objection;
  for (const std::string &Line : V.Log.Objection)
    Objection.push_back(json::fixUTF8(Line));
  if (!Objection.empty() && V.Result == Verdict::Refused)
    Result["objection"] = std::move(Objection);
  const VerifierStats &Stats = V.Log.Stats;
  if (Stats.Instructions) {
    Result["instructions"] = static_cast<int64_t>(Stats.Instructions);
    Result["states"] = static_cast<int64_t>(Stats.TotalStates);
    Result["peakStates"] = static_cast<int64_t>(Stats.PeakStates);
    Result["microseconds"] = static_cast<int64_t>(Stats.Microseconds);
    Result["stackDepth"] = Stats.StackDepth;
  }
  return Result;
}

static json::Object report(const BPFObject &Object, StringRef Kernel, ArrayRef<ProgramVerdict> Verdicts) {
  json::Array Programs;
  for (const ProgramVerdict &V : Verdicts)
    Programs.push_back(report(V));
  return json::Object{
      {"object", json::fixUTF8(Object.name())}, {"kernel", json::fixUTF8(Kernel)}, {"programs", std::move(Programs)}};
}

/// The tool's own file, beside which the guest is.
static std::string toolPath() {
  static int AddressInTool;
  return sys::fs::getMainExecutable("bpfbuild", &AddressInTool);
}

/// One line a program: verdict, what the verifier went through, and the name.
static void printTable(raw_ostream &OS, StringRef Name, StringRef Kernel, ArrayRef<ProgramVerdict> Verdicts) {
  OS << formatv("{0} on {1}\n", Name, Kernel);
  for (const ProgramVerdict &V : Verdicts) {
    OS << formatv("  {0,-10} ", toString(V.Result)) << V.Program;
    const VerifierStats &Stats = V.Log.Stats;
    if (Stats.Instructions)
      OS << formatv(": {0} instructions, {1} states (at most {2} at a time), stack {3} bytes, {4} us",
                    Stats.Instructions, Stats.TotalStates, Stats.PeakStates, Stats.StackDepth, Stats.Microseconds);
    OS << '\n';
  }
}

Error runVerify(const opt::InputArgList &Args) {
  std::vector<std::string> Kernels = Args.getAllArgValues(OPT_kernel_EQ);
  if (Kernels.empty())
    Kernels.push_back("running");
  Expected<DiagnosticFormat> Format = diagnosticFormat(Args);
  if (!Format)
    return Format.takeError();
  Expected<CheckOptions> Checks = checkOptions(Args);
  if (!Checks)
    return Checks.takeError();
  Expected<Objects> Files = readObjects(Args);
  if (!Files)
    return Files.takeError();
  bool IsJSON = Args.hasArg(OPT_json), IsTable = !IsJSON && *Format == DiagnosticFormat::Text;
  std::vector<const BPFObject *> Pointers;
  for (const BPFObject &Object : Files->Parsed)
    Pointers.push_back(&Object);
  std::vector<Diagnostic> Diagnostics;
  json::Array Reports;
  for (const std::string &Where : Kernels) {
    Expected<std::vector<ObjectVerdicts>> Verdicts = verifyOn(Where, Pointers, toolPath());
    if (!Verdicts)
      return Verdicts.takeError();
    for (auto [Object, OfObject] : zip_equal(Files->Parsed, *Verdicts)) {
      append_range(Diagnostics, explainVerdicts(Object, OfObject, Where == "running" ? "the kernel" : Where));
      Reports.push_back(report(Object, Where, OfObject));
      if (IsTable)
        printTable(outs(), Object.name(), Where, OfObject);
    }
  }
  if (IsJSON)
    outs() << formatv("{0:2}", json::Value(std::move(Reports))) << '\n';
  SaidOnce Said;
  bool Failed = printDiagnostics(std::move(Diagnostics), *Checks, *Format, "bpfbuild", Said);
  return Failed ? reportedError() : Error::success();
}

} // namespace bpfbuild
