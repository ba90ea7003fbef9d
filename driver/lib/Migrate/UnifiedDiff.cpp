//===- UnifiedDiff.cpp - edits for people and patch(1) --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The edits are known, so nothing has to be found: each becomes a range of lines and what stands there instead. Lines
// that both have at the ends of a range, or between two of one range, are context.
//===----------------------------------------------------------------------===//
#include "Migrate/UnifiedDiff.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild {

namespace {
constexpr size_t ContextLines = 3;

/// Lines [Begin, End) of the old text, and the lines in their place.
struct Change {
  size_t Begin, End;
  std::vector<StringRef> New;
};

std::vector<StringRef> linesOf(StringRef Text) {
  std::vector<StringRef> Lines;
  while (!Text.empty()) {
    size_t Size = std::min(Text.find('\n'), Text.size() - 1) + 1;
    Lines.push_back(Text.take_front(Size));
    Text = Text.drop_front(Size);
  }
  return Lines;
}
} // namespace

/// The edits by lines; edits on the same or on neighbouring lines are one.
static std::vector<Change> changesOf(const EditedFile &File, ArrayRef<StringRef> Lines, StringRef Edited) {
  std::vector<size_t> Begins; // offset of each line
  for (size_t At = 0, I = 0; I <= Lines.size(); ++I) {
    Begins.push_back(At);
    At += I < Lines.size() ? Lines[I].size() : 0;
  }
  bool IsEnded = Lines.empty() || Lines.back().ends_with("\n");
  auto LineAt = [&](unsigned Offset) {
    size_t Line = size_t(upper_bound(Begins, Offset) - Begins.begin()) - 1;
    return IsEnded ? Line : std::min(Line, Lines.size() - 1);
  };
  std::vector<Change> Changes;
  std::vector<std::pair<int64_t, int64_t>> Shifts; // of new offsets against old: at a change's begin and end
  int64_t Shift = 0;
  for (const TextEdit &E : File.Edits) {
    unsigned Last = E.Offset + E.Length;
    size_t Begin = LineAt(E.Offset), End = LineAt(Last);
    bool EndsLine = E.Text.empty() ? E.Offset == Begins[Begin] : StringRef(E.Text).ends_with("\n");
    if (Last != Begins[End] || !EndsLine)
      End = std::min(End + 1, Lines.size());
    if (!Changes.empty() && Begin <= Changes.back().End) {
      Changes.back().End = std::max(Changes.back().End, End);
    } else {
      Changes.push_back({Begin, End, {}});
      Shifts.push_back({Shift, 0});
    }
    Shift += int64_t(E.Text.size()) - E.Length;
    Shifts.back().second = Shift;
  }
  for (auto [C, S] : zip_equal(Changes, Shifts)) {
    C.New = linesOf(Edited.slice(Begins[C.Begin] + S.first, Begins[C.End] + S.second));
    while (!C.New.empty() && C.Begin < C.End && C.New.front() == Lines[C.Begin]) {
      C.New.erase(C.New.begin());
      ++C.Begin;
    }
    while (!C.New.empty() && C.Begin < C.End && C.New.back() == Lines[C.End - 1]) {
      C.New.pop_back();
      --C.End;
    }
  }
  erase_if(Changes, [](const Change &C) { return C.Begin == C.End && C.New.empty(); });
  return Changes;
}

static void print(raw_ostream &OS, char Mark, StringRef Line) {
  OS << Mark << Line;
  if (!Line.ends_with("\n"))
    OS << "\n\\ No newline at end of file\n";
}

/// Where a hunk begins: the line before it if it has no line.
static std::string place(size_t Begin, size_t Count) {
  return Count == 1 ? std::to_string(Begin + 1) : formatv("{0},{1}", Count ? Begin + 1 : Begin, Count).str();
}

std::string unifiedDiff(const std::string &Name, const EditedFile &File) {
  std::string Edited = File.edited(), Text;
  std::vector<StringRef> Lines = linesOf(File.Text);
  std::vector<Change> Changes = changesOf(File, Lines, Edited);
  if (Changes.empty())
    return "";
  raw_string_ostream OS(Text);
  bool IsAbsolute = StringRef(Name).starts_with("/");
  StringRef End = StringRef(Name).contains(' ') ? "\t\n" : "\n"; // where the name ends, for patch
  OS << "--- " << (IsAbsolute ? "" : "a/") << Name << End << "+++ " << (IsAbsolute ? "" : "b/") << Name << End;
  int64_t Shift = 0; // lines that were added so far
  for (size_t I = 0; I < Changes.size();) {
    size_t Last = I;
    while (Last + 1 < Changes.size() && Changes[Last + 1].Begin <= Changes[Last].End + 2 * ContextLines)
      ++Last;
    size_t Begin = Changes[I].Begin - std::min(Changes[I].Begin, ContextLines);
    size_t End = std::min(Changes[Last].End + ContextLines, Lines.size());
    int64_t Added = 0;
    for (size_t J = I; J <= Last; ++J)
      Added += int64_t(Changes[J].New.size()) - int64_t(Changes[J].End - Changes[J].Begin);
    OS << "@@ -" << place(Begin, End - Begin) << " +" << place(Begin + Shift, End - Begin + Added) << " @@\n";
    size_t At = Begin;
    for (; I <= Last; ++I) {
      for (; At < Changes[I].Begin; ++At)
        print(OS, ' ', Lines[At]);
      for (; At < Changes[I].End; ++At)
        print(OS, '-', Lines[At]);
      for (StringRef New : Changes[I].New)
        print(OS, '+', New);
    }
    for (; At < End; ++At)
      print(OS, ' ', Lines[At]);
    Shift += Added;
  }
  return Text;
}

} // namespace bpfbuild
