//===- Pragmas.cpp - pragmas about our checks -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Pragmas.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/PPCallbacks.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;
using llvm::StringRef;

namespace bpfbuild {

/// Clang calls back for pragmas that it understands, and "-Wbpf-…" is none; so the line itself is read.
class DiagnosticPragmas::Callbacks : public PPCallbacks {
public:
  Callbacks(DiagnosticPragmas &Pragmas, const SourceManager &SM) : Pragmas(Pragmas), SM(SM) {}

  void PragmaDirective(SourceLocation Loc, PragmaIntroducerKind) override;

private:
  DiagnosticPragmas &Pragmas;
  const SourceManager &SM;
};

/// The words of a pragma's line, without what _Pragma's string has around them.
static llvm::SmallVector<StringRef, 8> wordsOfLine(SourceLocation Loc, const SourceManager &SM) {
  bool IsInvalid = false;
  auto [File, Offset] = SM.getDecomposedSpellingLoc(Loc);
  StringRef Line = SM.getBufferData(File, &IsInvalid).drop_front(Offset);
  llvm::SmallVector<StringRef, 8> Words;
  if (!IsInvalid)
    llvm::SplitString(Line.take_until([](char C) { return C == '\n'; }), Words, " \t\r\\\"()#");
  return Words;
}

void DiagnosticPragmas::Callbacks::PragmaDirective(SourceLocation Loc, PragmaIntroducerKind) {
  llvm::SmallVector<StringRef, 8> Words = wordsOfLine(Loc, SM);
  if (Words.size() < 4 || !Words[0].ends_with_insensitive("pragma") || (Words[1] != "clang" && Words[1] != "GCC") ||
      Words[2] != "diagnostic")
    return;
  SourceLocation Where = SM.getFileLoc(Loc);
  if (Words[3] == "push" || Words[3] == "pop") {
    Pragmas.Events.push_back({Where, Words[3] == "push" ? Event::Push : Event::Pop, {}});
    return;
  }
  StringRef Name = Words.size() > 4 ? Words[4] : "";
  bool IsLevel = llvm::is_contained({"ignored", "warning", "error", "fatal"}, Words[3]);
  if (IsLevel && Name.consume_front("-W") && (Name.starts_with("bpf") || Name == "everything"))
    Pragmas.Events.push_back({Where, Event::Change, {Name.str(), Words[3].str()}});
}

void DiagnosticPragmas::watch(Preprocessor &PP) {
  Events.clear();
  PP.addPPCallbacks(std::make_unique<Callbacks>(*this, PP.getSourceManager()));
}

std::vector<CheckPragma> DiagnosticPragmas::inForceAt(SourceLocation Loc, const SourceManager &SM) const {
  std::vector<CheckPragma> InForce;
  std::vector<size_t> Pushed;
  if (Loc.isInvalid())
    return InForce;
  for (const Event &E : Events) {
    if (!SM.isBeforeInTranslationUnit(E.Loc, Loc))
      break;
    if (E.What == Event::Push)
      Pushed.push_back(InForce.size());
    else if (E.What == Event::Change)
      InForce.push_back(E.Pragma);
    else if (!Pushed.empty()) {
      InForce.resize(Pushed.back());
      Pushed.pop_back();
    }
  }
  return InForce;
}

} // namespace bpfbuild
