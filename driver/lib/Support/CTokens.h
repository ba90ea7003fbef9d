//===- CTokens.h - the tokens of a C header ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Without a preprocessor: a directive is a token, comments are blanks. What is not C, such as a literal without an end,
// is Bad.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_CTOKENS_H
#define BPFBUILD_SUPPORT_CTOKENS_H

#include "llvm/ADT/StringRef.h"

namespace bpfbuild {

enum class TokenKind : uint8_t { End, Bad, Word, Number, Literal, Directive, Punctuation };

struct Token {
  TokenKind Kind;
  uint32_t Begin, End;
  char Char; ///< of Punctuation

  bool is(char C) const { return Kind == TokenKind::Punctuation && Char == C; }
};

/// What a character can begin or continue.
enum CharClass : uint8_t { Blank = 1, WordBegin = 2, Digit = 4, Structural = 8 };

struct CharTable {
  constexpr CharTable() {
    for (char C : {' ', '\t', '\n', '\v', '\f', '\r'})
      Classes[uint8_t(C)] = Blank;
    for (int C = 'a'; C <= 'z'; ++C)
      Classes[C] = Classes[C - 'a' + 'A'] = WordBegin;
    Classes[uint8_t('_')] = Classes[uint8_t('$')] = WordBegin;
    for (int C = '0'; C <= '9'; ++C)
      Classes[C] = Digit;
    for (char C : {'{', '}', '"', '\'', '/', '#', '\\', '\0'})
      Classes[uint8_t(C)] |= Structural;
  }
  bool is(char C, uint8_t Which) const { return Classes[uint8_t(C)] & Which; }
  uint8_t Classes[256] = {};
};

inline constexpr CharTable Chars;

class Tokenizer {
public:
  Tokenizer(llvm::StringRef Text, size_t Begin, size_t End) : Text(Text), At(Begin), End(End) {}

  Token next() {
    if (!skipBlanks())
      return make(TokenKind::Bad, At);
    if (At == End)
      return make(TokenKind::End, At);
    size_t Begin = At;
    char C = Text[At];
    if (Chars.is(C, WordBegin)) {
      skipWhile(WordBegin | Digit);
      return make(TokenKind::Word, Begin);
    }
    if (Chars.is(C, Digit)) {
      skipWhile(WordBegin | Digit);
      return make(TokenKind::Number, Begin);
    }
    if (C == '"' || C == '\'')
      return make(skipLiteral(C) ? TokenKind::Literal : TokenKind::Bad, Begin);
    if (C == '#')
      return make(skipDirective() ? TokenKind::Directive : TokenKind::Bad, Begin);
    ++At;
    return make(C == '\\' || C == '\0' ? TokenKind::Bad : TokenKind::Punctuation, Begin);
  }

  /// Passes over what cannot change where braces end; the next token may still be any.
  Token nextStructural() {
    while (At < End && !Chars.is(Text[At], Structural))
      ++At;
    return next();
  }

  /// The word that ends before \p Before, blanks left out; empty if something else is there.
  llvm::StringRef wordBefore(size_t Before) const {
    llvm::StringRef Word = Text.slice(0, Before).rtrim(" \t\n\v\f\r");
    size_t Begin = Word.size();
    while (Begin && Chars.is(Word[Begin - 1], WordBegin | Digit))
      --Begin;
    return Word.drop_front(Begin);
  }

private:
  Token make(TokenKind Kind, size_t Begin) const {
    return {Kind, uint32_t(Begin), uint32_t(At), Begin < End ? Text[Begin] : '\0'};
  }

  void skipWhile(uint8_t Which) {
    while (At < End && Chars.is(Text[At], Which))
      ++At;
  }

  /// False for a comment without an end.
  bool skipBlanks() {
    for (;;) {
      skipWhile(Blank);
      llvm::StringRef Rest = Text.slice(At, End).take_front(2);
      if (Rest == "//") {
        At = std::min(Text.find('\n', At), End);
      } else if (Rest == "/*") {
        size_t Close = Text.slice(0, End).find("*/", At + 2);
        if (Close == llvm::StringRef::npos)
          return false;
        At = Close + 2;
      } else {
        return true;
      }
    }
  }

  bool skipLiteral(char Quote) {
    for (++At; At < End && Text[At] != Quote; ++At) {
      if (Text[At] == '\n')
        return false;
      At += Text[At] == '\\' && At + 1 < End;
    }
    return At < End && ++At;
  }

  /// To the end of the line that no backslash continues. False for one with a comment that may go on behind it.
  bool skipDirective() {
    size_t Begin = At;
    do
      At = std::min(Text.find('\n', At + 1), End);
    while (At < End && Text[At - 1] == '\\');
    llvm::StringRef Line = Text.slice(Begin, At);
    size_t Comment = Line.rfind("/*");
    return Comment == llvm::StringRef::npos || Line.find("*/", Comment + 2) != llvm::StringRef::npos;
  }

  llvm::StringRef Text;
  size_t At, End;
};

} // namespace bpfbuild

#endif
