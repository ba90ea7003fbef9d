//===- Report.cpp - verdicts for people and machines ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Verify/Report.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace bpfbuild {

/// "10 instructions, 2 states (at most 1 at a time), stack 8 bytes, 67 us"; empty where the kernel did not say.
static std::string describe(const VerifierStats &Stats) {
  if (!Stats.Instructions)
    return "";
  return formatv("{0} instructions, {1} states (at most {2} at a time), stack {3} bytes, {4} us", Stats.Instructions,
                 Stats.TotalStates, Stats.PeakStates, Stats.StackDepth, Stats.Microseconds);
}

void printTable(raw_ostream &OS, const VerifyReport &Report) {
  OS << formatv("{0} on {1}\n", Report.Object, Report.Kernel);
  for (const ProgramVerdict &V : Report.Verdicts) {
    std::string Stats = describe(V.Log.Stats);
    OS << formatv("  {0,-10} {1}{2}{3}\n", toString(V.Result), V.Program, Stats.empty() ? "" : ": ", Stats);
  }
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static json::Object toObject(const ProgramVerdict &V) {
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

void printJSON(raw_ostream &OS, ArrayRef<VerifyReport> Reports) {
  json::Array Result;
  for (const VerifyReport &R : Reports) {
    json::Array Programs;
    for (const ProgramVerdict &V : R.Verdicts)
      Programs.push_back(toObject(V));
    Result.push_back(json::Object{
        {"object", json::fixUTF8(R.Object)}, {"kernel", json::fixUTF8(R.Kernel)}, {"programs", std::move(Programs)}});
  }
  OS << formatv("{0:2}", json::Value(std::move(Result))) << '\n';
}

//===----------------------------------------------------------------------===//
// JUnit and HTML
//===----------------------------------------------------------------------===//

/// \p Text for XML and HTML: what XML 1.0 has no character for becomes '?'.
static std::string escape(StringRef Text) {
  std::string Clean = json::fixUTF8(Text), Result;
  for (char &C : Clean)
    if (static_cast<unsigned char>(C) < ' ' && C != '\n' && C != '\t')
      C = '?';
  raw_string_ostream OS(Result);
  printHTMLEscaped(Clean, OS);
  return Result;
}

/// What was said of a program, as lines.
static std::string textOf(const VerifyReport &Report, const ProgramVerdict &V) {
  std::string Result;
  raw_string_ostream OS(Result);
  for (const Diagnostic &D : Report.Diagnostics)
    if (D.Symbol == V.Program)
      printText(OS, D);
  return Result;
}

void printJUnit(raw_ostream &OS, ArrayRef<VerifyReport> Reports) {
  OS << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const VerifyReport &R : Reports) {
    auto CountOf = [&R](Verdict Asked) {
      return count_if(R.Verdicts, [Asked](const ProgramVerdict &V) { return V.Result == Asked; });
    };
    OS << formatv("  <testsuite name=\"{0} on {1}\" tests=\"{2}\" failures=\"{3}\" skipped=\"{4}\">\n",
                  escape(R.Object), escape(R.Kernel), R.Verdicts.size(), CountOf(Verdict::Refused),
                  CountOf(Verdict::NotJudged));
    for (const ProgramVerdict &V : R.Verdicts) {
      OS << formatv("    <testcase classname=\"{0}\" name=\"{1}\" time=\"{2}\"", escape(R.Object), escape(V.Program),
                    static_cast<double>(V.Log.Stats.Microseconds) / 1e6);
      if (V.Result == Verdict::Accepted)
        OS << "/>\n";
      else
        OS << formatv(">\n      <{0}>{1}</{0}>\n    </testcase>\n",
                      V.Result == Verdict::Refused ? "failure" : "skipped", escape(textOf(R, V)));
    }
    OS << "  </testsuite>\n";
  }
  OS << "</testsuites>\n";
}

static constexpr StringLiteral PageBegin = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>BPF programs and kernels</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em; color: #1b1f24; background: #fff; }
table { border-collapse: collapse; margin-bottom: 2em; }
th, td { border: 1px solid #d0d7de; padding: .4em .8em; text-align: left; vertical-align: top; }
th { background: #f6f8fa; }
.accepted { background: #e6f4ea; }
.refused { background: #fce8e6; }
.not-judged { background: #f1f3f4; }
.stats { color: #57606a; font-size: 13px; }
pre { white-space: pre-wrap; font-size: 13px; margin: .5em 0 0; }
</style>
</head>
<body>
<h1>BPF programs and kernels</h1>
)";

static std::string cssClass(Verdict V) {
  return V == Verdict::NotJudged ? "not-judged" : toString(V).str();
}

/// One cell: the verdict, what was verified, and on demand what is to be said.
static void printCell(raw_ostream &OS, const VerifyReport &Report, StringRef Program) {
  auto V = find_if(Report.Verdicts, [Program](const ProgramVerdict &Each) { return Each.Program == Program; });
  if (V == Report.Verdicts.end()) {
    OS << "<td></td>";
    return;
  }
  OS << formatv("<td class=\"{0}\">{1}", cssClass(V->Result), toString(V->Result));
  if (V->Log.Stats.Instructions)
    OS << formatv("<div class=\"stats\">{0}</div>", escape(describe(V->Log.Stats)));
  if (std::string Text = textOf(Report, *V); !Text.empty())
    OS << formatv("<details><summary>why</summary><pre>{0}</pre></details>", escape(Text));
  OS << "</td>";
}

/// The table of one object: a row a program, a column a kernel.
static void printObject(raw_ostream &OS, ArrayRef<const VerifyReport *> OfObject) {
  OS << formatv("<h2>{0}</h2>\n<table>\n<tr><th>program</th>", escape(OfObject.front()->Object));
  for (const VerifyReport *R : OfObject)
    OS << formatv("<th>{0}</th>", escape(R->Kernel));
  OS << "</tr>\n";
  for (const ProgramVerdict &V : OfObject.front()->Verdicts) {
    OS << formatv("<tr><th>{0}<div class=\"stats\">SEC(&quot;{1}&quot;)</div></th>", escape(V.Program),
                  escape(V.Section));
    for (const VerifyReport *R : OfObject)
      printCell(OS, *R, V.Program);
    OS << "</tr>\n";
  }
  OS << "</table>\n";
}

void printHTML(raw_ostream &OS, ArrayRef<VerifyReport> Reports) {
  std::vector<std::string> Objects; // in their order
  for (const VerifyReport &R : Reports)
    if (!is_contained(Objects, R.Object))
      Objects.push_back(R.Object);
  OS << PageBegin;
  for (const std::string &Object : Objects) {
    std::vector<const VerifyReport *> OfObject;
    for (const VerifyReport &R : Reports)
      if (R.Object == Object)
        OfObject.push_back(&R);
    printObject(OS, OfObject);
  }
  OS << "</body>\n</html>\n";
}

} // namespace bpfbuild
