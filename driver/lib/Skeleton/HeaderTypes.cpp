//===- HeaderTypes.cpp - types of a header that both sides share ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Goes over the header's tokens once. A definition begins with its keyword, outside of all braces but those of
// extern "C", and ends with a semicolon; a typedef's name is the last identifier before that.
//===----------------------------------------------------------------------===//
#include "Skeleton/HeaderTypes.h"
#include "Support/CTokens.h"
#include "llvm/ADT/StringExtras.h"
#include <vector>

using namespace llvm;

namespace bpfbuild {

/// The text of each token but for directives: of a literal its quote. What stands behind a comment without an end is
/// left out.
static std::vector<StringRef> tokensOf(StringRef Text) {
  std::vector<StringRef> Tokens;
  Tokenizer All(Text, 0, Text.size());
  for (Token T = All.next(); T.Kind != TokenKind::End && (T.Kind != TokenKind::Bad || T.End > T.Begin); T = All.next())
    if (T.Kind != TokenKind::Directive && T.Kind != TokenKind::Bad)
      Tokens.push_back(Text.slice(T.Begin, T.Kind == TokenKind::Literal ? T.Begin + 1 : T.End));
  return Tokens;
}

/// The tokens without attributes, __attribute__((…)), [[…]] and alignas(…), which may stand nearly anywhere.
static std::vector<StringRef> withoutAttributes(const std::vector<StringRef> &Tokens) {
  std::vector<StringRef> Result;
  for (size_t I = 0; I < Tokens.size(); ++I) {
    bool IsCall = (Tokens[I] == "__attribute__" || Tokens[I] == "alignas" || Tokens[I] == "_Alignas") &&
                  I + 1 < Tokens.size() && Tokens[I + 1] == "(";
    bool IsDouble = Tokens[I] == "[" && I + 1 < Tokens.size() && Tokens[I + 1] == "[";
    if (!IsCall && !IsDouble) {
      Result.push_back(Tokens[I]);
      continue;
    }
    StringRef Open = IsCall ? "(" : "[", Close = IsCall ? ")" : "]";
    I += IsCall;
    for (unsigned Depth = 0; I < Tokens.size(); ++I) {
      Depth += Tokens[I] == Open;
      Depth -= Tokens[I] == Close;
      if (!Depth)
        break;
    }
  }
  return Result;
}

static bool isName(StringRef Token) {
  return isAlpha(Token[0]) || Token[0] == '_';
}

StringSet<> definedTypes(StringRef Text) {
  StringSet<> Names;
  std::vector<StringRef> Tokens = withoutAttributes(tokensOf(Text));
  unsigned Depth = 0, Linkages = 0; // braces that are open, and those of extern "C" among them
  bool IsTypedef = false, HasBody = false;
  StringRef Last; // identifier outside of braces
  for (size_t I = 0; I < Tokens.size(); ++I) {
    StringRef Token = Tokens[I];
    bool IsOutside = Depth == Linkages;
    if (Token == "{") {
      bool IsLinkage = IsOutside && I >= 2 && Tokens[I - 1] == "\"" && Tokens[I - 2] == "extern";
      Linkages += IsLinkage;
      HasBody |= IsOutside && !IsLinkage;
      ++Depth;
    } else if (Token == "}") {
      Depth -= Depth != 0;
      Linkages = std::min(Linkages, Depth);
    } else if (IsOutside && Token == ";") {
      if (IsTypedef && HasBody && !Last.empty())
        Names.insert(Last);
      IsTypedef = HasBody = false;
    } else if (IsOutside && Token == "typedef") {
      IsTypedef = true;
    } else if (IsOutside && (Token == "struct" || Token == "union" || Token == "enum") && I + 2 < Tokens.size() &&
               isName(Tokens[I + 1]) && (Tokens[I + 2] == "{" || (Token == "enum" && Tokens[I + 2] == ":"))) {
      Names.insert(Tokens[I + 1]);
    } else if (IsOutside && isName(Token)) {
      Last = Token;
    }
  }
  return Names;
}

} // namespace bpfbuild
