//===- HeaderTypes.cpp - types of a header that both sides share ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Goes over the header's tokens once. A definition begins with its keyword, outside of all braces but those of
// extern "C", and ends with a semicolon; a typedef's name is the last identifier before that.
//===----------------------------------------------------------------------===//
#include "Skeleton/HeaderTypes.h"
#include "llvm/ADT/StringExtras.h"
#include <vector>

using namespace llvm;

namespace bpfbuild {

static size_t endOfLine(StringRef Text, size_t At) {
  for (;; ++At) {
    At = Text.find('\n', At);
    if (At == StringRef::npos || At == 0 || Text[At - 1] != '\\')
      return std::min(At, Text.size());
  }
}

static size_t endOfQuoted(StringRef Text, size_t At) {
  char Quote = Text[At++];
  while (At < Text.size() && Text[At] != Quote && Text[At] != '\n')
    At += Text[At] == '\\' ? 2 : 1;
  return std::min(At + 1, Text.size());
}

/// Identifiers, and punctuation a character each; a string is '"'. Without comments and directives.
static std::vector<StringRef> tokensOf(StringRef Text) {
  std::vector<StringRef> Tokens;
  for (size_t At = 0; At < Text.size();) {
    StringRef Rest = Text.substr(At);
    if (Rest.starts_with("//") || Rest[0] == '#') {
      At = endOfLine(Text, At);
    } else if (Rest.starts_with("/*")) {
      size_t End = Text.find("*/", At + 2);
      At = End == StringRef::npos ? Text.size() : End + 2;
    } else if (Rest[0] == '"' || Rest[0] == '\'') {
      Tokens.push_back(Rest.take_front(1));
      At = endOfQuoted(Text, At);
    } else if (isAlnum(Rest[0]) || Rest[0] == '_') {
      Tokens.push_back(Rest.take_while([](char C) { return isAlnum(C) || C == '_'; }));
      At += Tokens.back().size();
    } else {
      if (!isSpace(Rest[0]))
        Tokens.push_back(Rest.take_front(1));
      ++At;
    }
  }
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
