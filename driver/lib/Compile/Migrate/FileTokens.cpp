//===- FileTokens.cpp - the tokens of a file, as they are written ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Migrate/FileTokens.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace clang;

namespace bpfbuild {

FileTokens::FileTokens(const SourceManager &SM, const LangOptions &LangOpts, FileID File)
    : Text(SM.getBufferData(File)) {
  if (Text.contains("\r\n"))
    Newline = "\r\n";
  Lexer Lex(SM.getLocForStartOfFile(File), LangOpts, Text.begin(), Text.begin(), Text.end());
  Lex.SetCommentRetentionState(true);
  End.Offset = Text.size();
  int Directive = -1;
  for (;;) {
    Token T;
    Lex.LexFromRawLexer(T);
    if (T.is(tok::eof))
      break;
    if (T.isAtStartOfLine()) {
      Directive = -1;
      if (T.is(tok::hash)) {
        Directive = DirectiveBegins.size();
        DirectiveBegins.push_back(Tokens.size());
      }
    }
    bool IsProse =
        Directive >= 0 && Tokens.size() == DirectiveBegins.back() + 1 &&
        (T.is(tok::raw_identifier) && (T.getRawIdentifier() == "error" || T.getRawIdentifier() == "warning"));
    if (IsProse) // is no C: a comment that begins there does not
      Lex.seek(std::min(Text.find('\n', SM.getFileOffset(T.getLocation())), Text.size()), /*IsAtStartOfLine=*/true);
    Tokens.push_back({T.getKind(), SM.getFileOffset(T.getLocation()), T.getLength(), T.isAtStartOfLine(), Directive});
  }
}

size_t FileTokens::indexAt(unsigned Offset) const {
  return partition_point(Tokens, [Offset](const FileToken &T) { return T.Offset < Offset; }) - Tokens.begin();
}

std::vector<size_t> FileTokens::stream(size_t Index) const {
  int Wanted = (*this)[Index].Directive;
  std::vector<size_t> Result;
  for (size_t I = 0; I < Tokens.size(); ++I)
    if (Tokens[I].Directive == Wanted && !Tokens[I].isComment())
      Result.push_back(I);
  return Result;
}

std::optional<FileTokens::MacroHead> FileTokens::macroHead(int Directive) const {
  size_t At = DirectiveBegins[Directive] + 1;
  auto Is = [&](size_t I) { return I < Tokens.size() && Tokens[I].Directive == Directive; };
  if (!Is(At + 1) || text(Tokens[At]) != "define")
    return std::nullopt;
  MacroHead Head{text(Tokens[At + 1]), {}, At + 2};
  if (!Is(Head.Body) || Tokens[Head.Body].Kind != tok::l_paren || Tokens[Head.Body].Offset != Tokens[At + 1].end())
    return Head;
  for (size_t I = Head.Body; Is(I); ++I) {
    if (Tokens[I].Kind == tok::raw_identifier)
      Head.Parameters.push_back(text(Tokens[I]));
    if (Tokens[I].Kind == tok::r_paren) {
      Head.Body = I + 1;
      break;
    }
  }
  return Head;
}

/// True if the first directive is #ifndef NAME, the second #define NAME, and the last the #endif that closes the first.
bool FileTokens::hasGuard() const {
  auto Word = [&](size_t Directive, size_t Number) {
    size_t I = DirectiveBegins[Directive] + Number;
    return I < Tokens.size() && Tokens[I].Directive == int(Directive) ? text(Tokens[I]) : StringRef();
  };
  if (DirectiveBegins.size() < 3 || Word(0, 1) != "ifndef" || Word(1, 1) != "define" || Word(0, 2) != Word(1, 2))
    return false;
  unsigned Depth = 0;
  for (size_t I = 0; I < DirectiveBegins.size(); ++I) {
    Depth += Word(I, 1).starts_with("if");
    if (Word(I, 1) == "endif" && !--Depth)
      return I + 1 == DirectiveBegins.size();
  }
  return false;
}

unsigned FileTokens::depthAt(size_t Index) const {
  unsigned Depth = 0;
  for (size_t Begin : DirectiveBegins) {
    if (Begin >= Index || Begin + 1 >= Tokens.size())
      break;
    StringRef Word = text(Tokens[Begin + 1]);
    if (Word.starts_with("if"))
      ++Depth;
    else if (Word == "endif" && Depth)
      --Depth;
  }
  return Depth && hasGuard() ? Depth - 1 : Depth;
}

unsigned FileTokens::behindDirective(int Directive) const {
  size_t Last = DirectiveBegins[Directive];
  while (Last + 1 < Tokens.size() && Tokens[Last + 1].Directive == Directive)
    ++Last;
  size_t End = Text.find('\n', Tokens[Last].end());
  return End == StringRef::npos ? Text.size() : End + 1;
}

std::optional<StringRef> FileTokens::indentAt(unsigned Offset) const {
  StringRef Line = Text.take_front(Offset);
  Line = Line.substr(Line.rfind('\n') + 1);
  return Line.trim(" \t").empty() ? std::optional(Line) : std::nullopt;
}

std::pair<unsigned, unsigned> FileTokens::withLines(unsigned Begin, unsigned End) const {
  std::optional<StringRef> Indent = indentAt(Begin);
  StringRef Rest = Text.drop_front(End).split('\n').first;
  bool IsLast = End + Rest.size() == Text.size();
  if (Indent && Rest.trim(" \t\r\\").empty())
    return {Begin - Indent->size(), End + Rest.size() + !IsLast};
  if (Indent)
    return {Begin, End + (Rest.size() - Rest.ltrim(" \t").size())};
  return {Text.take_front(Begin).rtrim(" \t").size(), End}; // behind something else: with the blanks before it
}

} // namespace bpfbuild
