//===- FileTokens.h - the tokens of a file, as they are written -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the preprocessor skips is here too: branches of #if that are not taken are changed like the others. Of
// directives every token knows its line, so that the body of a macro can be read like code.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_MIGRATE_FILETOKENS_H
#define BPFBUILD_COMPILE_MIGRATE_FILETOKENS_H

#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include <string>
#include <vector>

namespace bpfbuild {

struct FileToken {
  clang::tok::TokenKind Kind;
  unsigned Offset, Length;
  bool StartsLine;
  int Directive; ///< number of the directive that it is in; -1 for code

  unsigned end() const { return Offset + Length; }
  bool isComment() const { return Kind == clang::tok::comment; }
};

class FileTokens {
public:
  FileTokens(const clang::SourceManager &SM, const clang::LangOptions &LangOpts, clang::FileID File);

  llvm::StringRef text() const { return Text; }
  llvm::StringRef text(const FileToken &T) const { return Text.substr(T.Offset, T.Length); }
  llvm::ArrayRef<FileToken> all() const { return Tokens; }
  /// An empty token at the end of the file behind the last.
  const FileToken &operator[](size_t Index) const { return Index < Tokens.size() ? Tokens[Index] : End; }
  size_t size() const { return Tokens.size(); }

  /// The token that begins at \p Offset, or else the first behind it; size() if there is none.
  size_t indexAt(unsigned Offset) const;

  /// The tokens of the same code or the same macro around \p Index, comments left out: their indices. What stands in
  /// another directive is passed over.
  std::vector<size_t> stream(size_t Index) const;

  /// The parameters of the function-like macro that \p Directive defines, and where its body begins.
  struct MacroHead {
    llvm::StringRef Name;
    std::vector<llvm::StringRef> Parameters;
    size_t Body; ///< index of the body's first token; one behind the directive's last if it is empty
  };
  std::optional<MacroHead> macroHead(int Directive) const;

  /// How many #if enclose the token, the guard of a header left out.
  unsigned depthAt(size_t Index) const;

  /// Behind the line on which a directive ends, with the comment that it ends with.
  unsigned behindDirective(int Directive) const;

  /// "\r\n" where the file has them.
  llvm::StringRef newline() const { return Newline; }

  /// The bytes of the line that \p Offset is in, up to it, if they are blank; otherwise nothing.
  std::optional<llvm::StringRef> indentAt(unsigned Offset) const;

  /// [Begin, End) and, if nothing else stands on its lines, the rest of them. A macro's backslashes go with it.
  std::pair<unsigned, unsigned> withLines(unsigned Begin, unsigned End) const;

private:
  llvm::StringRef Text, Newline = "\n";
  std::vector<FileToken> Tokens;
  FileToken End{clang::tok::eof, 0, 0, true, -1};
  std::vector<size_t> DirectiveBegins; ///< index of each directive's #
  bool hasGuard() const;
};

} // namespace bpfbuild

#endif
