//===- Verify.cpp - bpfbuild verify --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Verify/Verify.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

static json::Object toJSON(const ProgramVerdict &V) {
  json::Object Result{{"program", json::fixUTF8(V.Program)},
                      {"section", json::fixUTF8(V.Section)},
                      {"verdict", toString(V.Result)}};
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

/// One line a program: verdict, what the verifier went through, and the name.
static void printTable(raw_ostream &OS, StringRef Name, ArrayRef<ProgramVerdict> Verdicts) {
  OS << Name << '\n';
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
  for (const std::string &Where : Args.getAllArgValues(OPT_kernel_EQ))
    if (Where != "running")
      return makeError("--kernel={0}: only 'running' can be asked so far", Where);
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
  std::vector<Diagnostic> Diagnostics;
  json::Array Report;
  for (const BPFObject &Object : Files->Parsed) {
    Expected<std::vector<ProgramVerdict>> Verdicts = verifyPrograms(Object);
    if (!Verdicts)
      return Verdicts.takeError();
    append_range(Diagnostics, explainVerdicts(Object, *Verdicts));
    json::Array Programs;
    for (const ProgramVerdict &V : *Verdicts)
      Programs.push_back(toJSON(V));
    Report.push_back(json::Object{{"object", json::fixUTF8(Object.name())}, {"programs", std::move(Programs)}});
    if (IsTable)
      printTable(outs(), Object.name(), *Verdicts);
  }
  if (IsJSON)
    outs() << formatv("{0:2}", json::Value(std::move(Report))) << '\n';
  SaidOnce Said;
  bool Failed = printDiagnostics(std::move(Diagnostics), *Checks, *Format, "bpfbuild", Said);
  return Failed ? reportedError() : Error::success();
}

} // namespace bpfbuild
