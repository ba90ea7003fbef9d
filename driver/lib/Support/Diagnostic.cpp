//===- Diagnostic.cpp - what a check has to say ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/Diagnostic.h"
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

bool CheckOptions::parse(StringRef Flag) {
  bool On = !Flag.consume_front("no-");
  bool IsError = Flag.consume_front("error=");
  if (Flag != "bpf" && !Flag.starts_with("bpf-"))
    return false;
  if (IsError)
    AsError[Flag] = On;
  if (!IsError || On)
    Enabled[Flag] = On;
  return true;
}

/// The setting of \p Check itself, or of all checks, or \p Default.
static bool lookup(const StringMap<bool> &Settings, StringRef Check, bool Default) {
  if (auto It = Settings.find(Check); It != Settings.end())
    return It->second;
  auto All = Settings.find("bpf");
  return All == Settings.end() ? Default : All->second;
}

std::optional<Severity> CheckOptions::apply(const Diagnostic &D) const {
  if (D.Check.empty())
    return D.Level;
  if (!lookup(Enabled, D.Check, true))
    return std::nullopt;
  if (D.Level == Severity::Warning && lookup(AsError, D.Check, WarningsAreErrors))
    return Severity::Error;
  return D.Level;
}

/// "file:line:col: error: ", as far as it is known.
static void printHead(raw_ostream &OS, const Diagnostic &D, Severity Level) {
  if (D.Place.Line && D.Place.Column)
    OS << D.Place.File << ':' << D.Place.Line << ':' << D.Place.Column << ": ";
  else if (D.Place.Line)
    OS << D.Place.File << ':' << D.Place.Line << ": ";
  else if (!D.Object.empty())
    OS << D.Object << ": ";
  WithColor(OS, Level == Severity::Error     ? HighlightColor::Error
                : Level == Severity::Warning ? HighlightColor::Warning
                : Level == Severity::Remark  ? HighlightColor::Remark
                                             : HighlightColor::Note)
      << toString(Level) << ": ";
}

void printText(raw_ostream &OS, const Diagnostic &D) {
  printHead(OS, D, D.Level);
  OS << D.Message;
  if (!D.Check.empty())
    OS << " [-W" << D.Check << ']';
  OS << '\n';
  if (!D.Note.empty()) {
    printHead(OS, D, Severity::Note);
    OS << D.Note << '\n';
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
                      StringRef Tool) {
  llvm::erase_if(Diagnostics, [&](Diagnostic &D) {
    std::optional<Severity> Level = Checks.apply(D);
    D.Level = Level.value_or(D.Level);
    return !Level;
  });
  for (const Diagnostic &D : Diagnostics)
    if (Format != DiagnosticFormat::SARIF)
      Format == DiagnosticFormat::JSON ? printJSON(outs(), D) : printText(errs(), D);
  if (Format == DiagnosticFormat::SARIF)
    printSARIF(outs(), Diagnostics, Tool);
  return any_of(Diagnostics, [](const Diagnostic &D) { return D.Level == Severity::Error; });
}

} // namespace bpfbuild
