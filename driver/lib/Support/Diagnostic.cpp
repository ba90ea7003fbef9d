//===- Diagnostic.cpp - what a check has to say ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/Diagnostic.h"
#include "Support/Checks.h"
#include "Support/Error.h"
#include "Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/WithColor.h"
#include <set>

using namespace llvm;

namespace bpfbuild {

StringRef toString(Severity S) {
  switch (S) {
  case Severity::Note:
    return "note";
  case Severity::Remark:
    return "remark";
  case Severity::Warning:
    return "warning";
  case Severity::Error:
    return "error";
  }
  llvm_unreachable("all severities are handled");
}

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

std::optional<Severity> CheckState::get(bool IgnoresWarnings, bool WarningsAreErrors) const {
  if (!Level)
    return std::nullopt;
  if (IgnoresWarnings && (Level == Severity::Warning || Default != Severity::Error))
    return std::nullopt;
  return Level == Severity::Warning && WarningsAreErrors && !KeepsWarning ? Severity::Error : Level;
}

CheckOptions::CheckOptions() {
  for (const Check &C : checks())
    States.try_emplace(C.Name, C.Class == CheckClass::Advice
                                   ? CheckState(std::nullopt)
                                   : CheckState(C.Class == CheckClass::Error ? Severity::Error : Severity::Warning));
}

bool CheckOptions::parse(StringRef Flag) {
  bool On = !Flag.consume_front("no-");
  if (Flag == "error") {
    WarningsAreErrors = On;
    return true;
  }
  bool IsError = Flag.consume_front("error=");
  auto Change = [=](CheckState &State) {
    if (IsError)
      On ? State.makeError() : State.makeNoError();
    else
      On ? State.enable() : State.ignore();
  };
  if (Flag != "bpf" && (Flag != "everything" || IsError)) {
    auto It = States.find(Flag);
    if (It == States.end())
      return false;
    Change(It->second);
    if (On)
      Asked.insert(Flag);
    return true;
  }
  for (auto &State : States) {
    Change(State.second);
    if (On)
      Asked.insert(State.first());
  }
  return true;
}

std::string explainCheckFlag(StringRef Flag) {
  StringRef Name = Flag;
  Name.consume_front("no-");
  Name.consume_front("error=");
  StringRef Nearest = nearestCheck(Name);
  return Nearest.empty() ? "expected -Wbpf-NAME, -Wno-bpf-NAME, -Werror=bpf-NAME or -Werror; docs/checks.md lists them"
                         : formatv("there is no check '{0}'; did you mean '{1}'?", Name, Nearest).str();
}

std::optional<Severity> CheckOptions::apply(const Diagnostic &D, ArrayRef<CheckPragma> Pragmas) const {
  auto It = States.find(D.Check);
  if (It == States.end() || D.Level < Severity::Warning)
    return D.Level;
  CheckState State = It->second;
  for (const CheckPragma &Pragma : Pragmas) {
    if (Pragma.Check != D.Check && Pragma.Check != "bpf" && Pragma.Check != "everything")
      continue;
    if (Pragma.Level == "ignored")
      State.ignore();
    else
      Pragma.Level == "warning" ? State.enable() : State.makeError();
  }
  return State.get(IgnoresWarnings, WarningsAreErrors);
}

bool SaidOnce::insert(const Diagnostic &D) {
  std::string Place =
      D.Place.Line ? formatv("{0}:{1}:{2}", D.Place.File, D.Place.Line, D.Place.Column).str() : D.Object;
  return Keys.insert(formatv("{0} {1} {2}", Place, D.Check, D.Message).str()).second;
}

std::string flagOf(const Diagnostic &D) {
  const Check *Known = findCheck(D.Check);
  bool IsPromoted = Known && Known->Class != CheckClass::Error && D.Level == Severity::Error;
  return D.Check.empty() ? "" : (IsPromoted ? "-Werror,-W" : "-W") + D.Check;
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

/// "file:line:col: error: ", as far as it is known.
static void printHead(raw_ostream &OS, const Diagnostic &D, Severity Level) {
  if (D.Place.Line && D.Place.Column)
    OS << printable(D.Place.File) << ':' << D.Place.Line << ':' << D.Place.Column << ": ";
  else if (D.Place.Line)
    OS << printable(D.Place.File) << ':' << D.Place.Line << ": ";
  else if (!D.Object.empty())
    OS << printable(D.Object) << ": ";
  WithColor(OS, Level == Severity::Error     ? HighlightColor::Error
                : Level == Severity::Warning ? HighlightColor::Warning
                : Level == Severity::Remark  ? HighlightColor::Remark
                                             : HighlightColor::Note)
      << toString(Level) << ": ";
}

void printText(raw_ostream &OS, const Diagnostic &D) {
  printHead(OS, D, D.Level);
  OS << printable(D.Message);
  if (std::string Flag = flagOf(D); !Flag.empty())
    OS << " [" << Flag << ']';
  OS << '\n';
  if (!D.Note.empty()) {
    printHead(OS, D, Severity::Note);
    OS << printable(D.Note) << '\n';
  }
}

static std::string utf8(StringRef Text) {
  return json::isUTF8(Text) ? Text.str() : json::fixUTF8(Text);
}

void printJSON(raw_ostream &OS, const Diagnostic &D) {
  json::OStream J(OS);
  auto Text = [&](StringRef Key, StringRef Value) {
    if (!Value.empty())
      J.attribute(Key, utf8(Value));
  };
  J.object([&] {
    Text("severity", toString(D.Level));
    Text("check", D.Check);
    Text("message", D.Message);
    Text("file", D.Place.File);
    if (D.Place.Line) {
      J.attribute("line", D.Place.Line);
      if (D.Place.Column)
        J.attribute("column", D.Place.Column);
    }
    Text("object", D.Object);
    if (D.IsMap)
      Text("map", D.Symbol);
    Text("member", D.Member);
    Text("since", D.Since);
    Text("note", D.Note);
    Text("fix", D.Fix);
  });
  OS << '\n';
}

/// Where a diagnostic is: its line in a source file, or the object and in it the map or program.
static json::Object locationOf(const Diagnostic &D) {
  json::Object Physical{{"artifactLocation", json::Object{{"uri", utf8(D.Place.Line ? D.Place.File : D.Object)}}}};
  if (D.Place.Line)
    Physical["region"] = json::Object{{"startLine", D.Place.Line}};
  if (D.Place.Line && D.Place.Column)
    Physical.getObject("region")->insert({"startColumn", D.Place.Column});
  json::Object Location{{"physicalLocation", std::move(Physical)}};
  if (!D.Symbol.empty()) {
    std::string Name = D.Symbol + (D.Member.empty() ? "" : "." + D.Member);
    Location["logicalLocations"] =
        json::Array{json::Object{{"fullyQualifiedName", utf8(Name)}, {"kind", D.IsMap ? "variable" : "function"}}};
  }
  return Location;
}

static json::Object resultOf(const Diagnostic &D) {
  std::string Text = D.Note.empty() ? D.Message : D.Message + "\n" + D.Note;
  json::Object Result{{"level", toString(D.Level)},
                      {"message", json::Object{{"text", utf8(Text)}}},
                      {"locations", json::Array{locationOf(D)}}};
  if (!D.Check.empty())
    Result["ruleId"] = D.Check;
  return Result;
}

void printSARIF(raw_ostream &OS, ArrayRef<Diagnostic> Diagnostics, StringRef Tool) {
  std::set<std::string> Checks;
  json::Array Results, Rules;
  for (const Diagnostic &D : Diagnostics) {
    Results.push_back(resultOf(D));
    if (!D.Check.empty() && Checks.insert(D.Check).second)
      Rules.push_back(json::Object{{"id", D.Check}});
  }
  json::Object Driver{{"name", Tool}, {"version", BPFBUILD_VERSION}, {"rules", std::move(Rules)}};
  json::Object Run{{"tool", json::Object{{"driver", std::move(Driver)}}}, {"results", std::move(Results)}};
  json::Object Document{
      {"$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"},
      {"version", "2.1.0"},
      {"runs", json::Array{std::move(Run)}}};
  OS << formatv("{0:2}", json::Value(std::move(Document))) << '\n';
}

bool printDiagnostics(std::vector<Diagnostic> Diagnostics, const CheckOptions &Checks, DiagnosticFormat Format,
                      StringRef Tool, SaidOnce &Said) {
  bool Failed = false;
  llvm::erase_if(Diagnostics, [&](Diagnostic &D) {
    std::optional<Severity> Level = Checks.apply(D);
    D.Level = Level.value_or(D.Level);
    Failed |= Level == Severity::Error;
    return !Level || !Said.insert(D);
  });
  for (const Diagnostic &D : Diagnostics)
    if (Format != DiagnosticFormat::SARIF)
      Format == DiagnosticFormat::JSON ? printJSON(outs(), D) : printText(errs(), D);
  if (Format == DiagnosticFormat::SARIF)
    printSARIF(outs(), Diagnostics, Tool);
  return Failed;
}

} // namespace bpfbuild
