//===- Diagnostic.cpp - what a check has to say ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/Diagnostic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;

namespace bpfbuild {

StringRef toString(Severity S) {
  switch (S) {
  case Severity::Note:
    return "note";
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
  if (D.Place.Line)
    OS << D.Place.File << ':' << D.Place.Line << ':' << D.Place.Column << ": ";
  else if (!D.Object.empty())
    OS << D.Object << ": ";
  WithColor(OS, Level == Severity::Error     ? HighlightColor::Error
                : Level == Severity::Warning ? HighlightColor::Warning
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

void printJSON(raw_ostream &OS, const Diagnostic &D) {
  json::OStream J(OS);
  auto Text = [&](StringRef Key, StringRef Value) {
    if (!Value.empty())
      J.attribute(Key, json::isUTF8(Value) ? Value.str() : json::fixUTF8(Value));
  };
  J.object([&] {
    Text("severity", toString(D.Level));
    Text("check", D.Check);
    Text("message", D.Message);
    Text("file", D.Place.File);
    if (D.Place.Line) {
      J.attribute("line", D.Place.Line);
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

} // namespace bpfbuild
