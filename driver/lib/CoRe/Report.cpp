//===- Report.cpp - the record for people and machines --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/Report.h"
#include "CoRe/Explain.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace bpfbuild::core {

//===----------------------------------------------------------------------===//
// What kernels show together
//===----------------------------------------------------------------------===//

/// True if the kernel has what is asked for; a question has an answer either way.
static bool isThere(const Decision &D) {
  return D.Why == Reason::None;
}

/// The columns of kernels with versions, the oldest first.
static std::vector<size_t> byVersion(ArrayRef<KernelTypes> Kernels) {
  std::vector<size_t> Result;
  for (size_t Column = 0; Column < Kernels.size(); ++Column)
    if (Kernels[Column].version())
      Result.push_back(Column);
  llvm::sort(Result, [&](size_t A, size_t B) {
    return std::pair(*Kernels[A].version(), A) < std::pair(*Kernels[B].version(), B);
  });
  return Result;
}

std::string describeChange(const RelocationRecord &R, ArrayRef<KernelTypes> Kernels) {
  std::vector<size_t> Columns = byVersion(Kernels);
  for (size_t I = 1; I < Columns.size(); ++I) {
    const Decision &Old = R.Decisions[Columns[I - 1]], &New = R.Decisions[Columns[I]];
    const KernelTypes &OldKernel = Kernels[Columns[I - 1]], &NewKernel = Kernels[Columns[I]];
    if (isThere(Old) == isThere(New) || *OldKernel.version() == *NewKernel.version())
      continue;
    std::string OldVersion = OldKernel.version()->str(), NewVersion = NewKernel.version()->str();
    if (isThere(New))
      return formatv("needs a kernel newer than {0}; {1} has it", OldVersion, NewVersion);
    return formatv("gone after {0}; {1} {2}", OldVersion, NewVersion,
                   New.Nearest.empty() ? "lacks it" : formatv("has '{0}'", New.Nearest).str());
  }
  return "";
}

/// What is said of a decision behind the kernel's name.
static std::string describe(const Decision &D) {
  std::string Missing =
      D.Nearest.empty() ? D.Explanation : formatv("{0}; it has '{1}'", D.Explanation, D.Nearest).str();
  if (D.What != Fate::Resolved)
    return formatv("{0}: {1}", toString(D.What), Missing);
  std::string Value = D.Value > INT32_MAX ? formatv("{0:x}", D.Value).str() : formatv("{0}", D.Value).str();
  if (D.Why != Reason::None)
    return formatv("{0}: {1}", Value, Missing);
  return D.Module.empty() ? Value : formatv("{0} in module {1}", Value, D.Module).str();
}

/// Kernels that decide alike, by what is said of them.
static std::vector<std::pair<std::string, std::vector<StringRef>>> groupKernels(const RelocationRecord &R,
                                                                                ArrayRef<KernelTypes> Kernels) {
  std::vector<std::pair<std::string, std::vector<StringRef>>> Result;
  for (const auto &[K, D] : zip_equal(Kernels, R.Decisions)) {
    std::string Said = describe(D);
    auto It = find_if(Result, [&](const auto &Group) { return Group.first == Said; });
    if (It == Result.end())
      It = Result.insert(It, {std::move(Said), {}});
    It->second.push_back(K.name());
  }
  return Result;
}

static std::string placeOf(const RelocationRecord &R) {
  return R.Line ? formatv("{0}:{1}", R.Line->File, R.Line->Line).str()
                : formatv("{0}+{1}", R.Section, R.Relocation.Offset).str();
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static void printRelocation(raw_ostream &OS, const RelocationRecord &R, ArrayRef<KernelTypes> Kernels) {
  OS << formatv("  {0}: {1}: {2} {3}\n", placeOf(R), R.Function, toString(R.Relocation.Kind), R.Local);
  for (const auto &[Said, Names] : groupKernels(R, Kernels))
    OS << formatv("    {0}: {1}\n", join(Names, ", "), Said);
  if (std::string Change = describeChange(R, Kernels); !Change.empty())
    OS << "    " << Change << '\n';
}

void printText(raw_ostream &OS, const Report &Of) {
  size_t Relocations = 0;
  std::vector<std::array<size_t, 3>> Counts(Of.Kernels.size());
  for (const ObjectRecord &Object : Of.Objects) {
    OS << Object.Object->name() << '\n';
    for (const RelocationRecord &R : Object.Relocations) {
      printRelocation(OS, R, Of.Kernels);
      for (const auto &[D, OfKernel] : zip_equal(R.Decisions, Counts))
        ++OfKernel[static_cast<size_t>(D.What)];
    }
    Relocations += Object.Relocations.size();
  }
  OS << formatv("{0} relocations\n", Relocations);
  for (const auto &[Kernel, Count] : zip_equal(Of.Kernels, Counts))
    OS << formatv("  {0}: {1} resolved, {2} guarded, {3} broken\n", Kernel.name(), Count[0], Count[1], Count[2]);
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static json::Object toObject(const Decision &D, const KernelTypes &Kernel) {
  json::Object Result{{"kernel", json::fixUTF8(Kernel.name())}, {"fate", toString(D.What)}};
  if (D.Why != Reason::None) {
    Result["reason"] = toString(D.Why);
    Result["explanation"] = json::fixUTF8(D.Explanation);
  }
  if (!D.Nearest.empty())
    Result["nearest"] = json::fixUTF8(D.Nearest);
  if (D.What == Fate::Resolved)
    Result["value"] = D.Value;
  if (!D.Found.empty())
    Result["target"] = json::fixUTF8(D.Found);
  if (!D.Module.empty())
    Result["module"] = json::fixUTF8(D.Module);
  if (!D.Code.empty())
    Result["code"] = toHex(D.Code, /*LowerCase=*/true);
  return Result;
}

static json::Object toObject(const RelocationRecord &R, ArrayRef<KernelTypes> Kernels) {
  json::Object Result{{"section", json::fixUTF8(R.Section)},
                      {"offset", R.Relocation.Offset},
                      {"number", R.Relocation.Number},
                      {"kind", toString(R.Relocation.Kind)},
                      {"access", json::fixUTF8(R.Relocation.Access)},
                      {"local", json::fixUTF8(R.Local)},
                      {"code", toHex(R.Code, /*LowerCase=*/true)}};
  if (!R.Function.empty())
    Result["function"] = json::fixUTF8(R.Function);
  if (R.Line) {
    Result["file"] = json::fixUTF8(R.Line->File);
    Result["line"] = R.Line->Line;
    if (R.Line->Column)
      Result["column"] = R.Line->Column;
  }
  json::Array Decisions;
  for (const auto &[K, D] : zip_equal(Kernels, R.Decisions))
    Decisions.push_back(toObject(D, K));
  Result["kernels"] = std::move(Decisions);
  return Result;
}

void printJSON(raw_ostream &OS, const Report &Of) {
  json::OStream J(OS, 2); // as it comes: there may be many
  J.object([&] {
    J.attribute("version", 1);
    J.attributeArray("objects", [&] {
      for (const ObjectRecord &Object : Of.Objects)
        J.object([&] {
          J.attribute("object", json::fixUTF8(Object.Object->name()));
          J.attributeArray("relocations", [&] {
            for (const RelocationRecord &R : Object.Relocations)
              J.value(toObject(R, Of.Kernels));
          });
        });
    });
  });
  OS << '\n';
}

//===----------------------------------------------------------------------===//
// HTML
//===----------------------------------------------------------------------===//

static constexpr StringLiteral PageBegin = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>CO-RE relocations and kernels</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em; color: #1b1f24; background: #fff; }
table { border-collapse: collapse; margin-bottom: 1.5em; }
th, td { border: 1px solid #d0d7de; padding: .3em .7em; text-align: left; vertical-align: top; }
th { background: #f6f8fa; }
code { font-size: 13px; }
.resolved { background: #e6f4ea; }
.guarded { background: #fff6d6; }
.broken { background: #fce8e6; }
.place, .change { color: #57606a; font-size: 13px; }
summary { cursor: pointer; margin: .4em 0; }
.key span { padding: .2em .6em; margin: 0 .6em 0 0; }
.key br { line-height: 2; }
</style>
</head>
<body>
<h1>CO-RE relocations and kernels</h1>
<p class="key"><span class="resolved">resolved</span>the kernel has it<br>
<span class="guarded">guarded</span>the kernel lacks it, and the program asks before it gets there<br>
<span class="broken">broken</span>the kernel lacks it, and the program fails to load</p>
)";

static std::string escape(StringRef Text) {
  std::string Clean = json::fixUTF8(Text), Result;
  raw_string_ostream OS(Result);
  printHTMLEscaped(Clean, OS);
  return Result;
}

namespace {
/// The relocations of one function, in their order.
struct FunctionRows {
  StringRef Section, Function;
  std::vector<const RelocationRecord *> Rows;
};
} // namespace

static std::vector<FunctionRows> groupByFunction(const ObjectRecord &Object) {
  MapVector<std::pair<StringRef, StringRef>, std::vector<const RelocationRecord *>> Groups;
  for (const RelocationRecord &R : Object.Relocations)
    Groups[{R.Section, R.Function}].push_back(&R);
  std::vector<FunctionRows> Result;
  for (auto &[Key, Rows] : Groups)
    Result.push_back({Key.first, Key.second, std::move(Rows)});
  return Result;
}

static void printKernelNames(raw_ostream &OS, StringRef First, ArrayRef<KernelTypes> Kernels) {
  OS << "<tr><th>" << First << "</th>";
  for (const KernelTypes &K : Kernels)
    OS << "<th>" << escape(K.name()) << "</th>";
  OS << "</tr>\n";
}

/// A function's cell: how many of its relocations are what, by the worst of them.
static void printSummary(raw_ostream &OS, ArrayRef<const RelocationRecord *> Rows, size_t Column) {
  std::array<size_t, 3> Counts = {};
  for (const RelocationRecord *R : Rows)
    ++Counts[static_cast<size_t>(R->Decisions[Column].What)];
  Fate Worst = Counts[2] ? Fate::Broken : Counts[1] ? Fate::Guarded : Fate::Resolved;
  OS << formatv("<td class=\"{0}\">", toString(Worst));
  ListSeparator Separator;
  for (Fate F : {Fate::Broken, Fate::Guarded, Fate::Resolved})
    if (size_t Count = Counts[static_cast<size_t>(F)])
      OS << Separator << formatv("{0} {1}", Count, toString(F));
  OS << "</td>";
}

static void printRow(raw_ostream &OS, const RelocationRecord &R, ArrayRef<KernelTypes> Kernels) {
  OS << formatv("<tr><td><code>{0} {1}</code><div class=\"place\">{2}", toString(R.Relocation.Kind), escape(R.Local),
                escape(placeOf(R)));
  if (R.Line && !R.Line->Text.empty())
    OS << formatv(": <code>{0}</code>", escape(R.Line->Text.trim()));
  OS << "</div>";
  if (std::string Change = describeChange(R, Kernels); !Change.empty())
    OS << formatv("<div class=\"change\">{0}</div>", escape(Change));
  OS << "</td>";
  for (const Decision &D : R.Decisions)
    OS << formatv("<td class=\"{0}\">{1}</td>", toString(D.What), escape(describe(D)));
  OS << "</tr>\n";
}

static void printObject(raw_ostream &OS, const ObjectRecord &Object, ArrayRef<KernelTypes> Kernels) {
  std::vector<FunctionRows> Functions = groupByFunction(Object);
  OS << formatv("<h2>{0}</h2>\n<table>\n", escape(Object.Object->name()));
  printKernelNames(OS, "program", Kernels);
  for (const FunctionRows &F : Functions) {
    OS << formatv("<tr><th>{0}<div class=\"place\">SEC(&quot;{1}&quot;)</div></th>", escape(F.Function),
                  escape(F.Section));
    for (size_t Column = 0; Column < Kernels.size(); ++Column)
      printSummary(OS, F.Rows, Column);
    OS << "</tr>\n";
  }
  OS << "</table>\n";
  for (const FunctionRows &F : Functions) {
    bool IsWhole = all_of(F.Rows, [](const RelocationRecord *R) {
      return all_of(R->Decisions, [](const Decision &D) { return D.What == Fate::Resolved; });
    });
    OS << formatv("<details{0}><summary>{1}: {2} relocations</summary>\n<table>\n", IsWhole ? "" : " open",
                  escape(F.Function), F.Rows.size());
    printKernelNames(OS, "relocation", Kernels);
    for (const RelocationRecord *R : F.Rows)
      printRow(OS, *R, Kernels);
    OS << "</table>\n</details>\n";
  }
}

void printHTML(raw_ostream &OS, const Report &Of) {
  OS << PageBegin;
  for (const ObjectRecord &Object : Of.Objects)
    printObject(OS, Object, Of.Kernels);
  OS << "</body>\n</html>\n";
}

} // namespace bpfbuild::core
