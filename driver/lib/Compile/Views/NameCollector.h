//===- NameCollector.h - the identifiers of a source ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One pass of the preprocessor over a source, which sees vmlinux.h without its declarations. Identifiers of top-level
// declarations of helpers, static RET (*NAME)(…) = (void *)N;, count only where NAME is used elsewhere: a source
// includes two hundred of them and calls five. Kernel headers such as linux/bpf.h define what they name, or do without.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_VIEWS_NAMECOLLECTOR_H
#define BPFBUILD_COMPILE_VIEWS_NAMECOLLECTOR_H

#include "Vmlinux/ProgramNames.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Lex/Token.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

namespace bpfbuild {

class NameCollector : public clang::PreprocessorFrontendAction {
public:
  /// \p Result gets the names when the action is executed.
  explicit NameCollector(ProgramNames &Result) : Result(Result) {}

protected:
  void ExecuteAction() override;

private:
  using Identifier = const clang::IdentifierInfo *;

  void take(const clang::Token &T);
  void endDeclaration();
  Identifier helperOfDeclaration() const;
  bool isAnnouncement() const;
  void findDefinitions();
  void name(Identifier Id) { Uses[Id] = ProgramNames::Named; }
  void nameHelpersInUse();
  void nameTypesOfCxx();
  void fillResult();

  /// A token of the top-level declaration that is being read, as far as its form matters.
  struct Piece {
    clang::tok::TokenKind Kind;
    Identifier Id;
  };
  llvm::SmallVector<Piece, 0> Declaration;
  unsigned Braces = 0, Others = 0; ///< how many braces, and parentheses and brackets, are open
  bool HasBraces = false;
  bool BeginsTypedef = false; ///< the declaration before was typedef struct { … }, without its name

public:
  /// Whose the header is that is being read.
  enum class Origin : uint8_t {
    Program, ///< may use what vmlinux.h has
    Kernel,  ///< linux/*.h and asm/*.h, which need nothing of vmlinux.h
    Library, ///< the C library's, which need nothing of it either, and whose types have the same names as the kernel's
    Cxx,     ///< bpf_helpers/*.hpp: what they need of vmlinux.h depends on what the program uses of them
  };

private:
  Origin File = Origin::Program;
  clang::tok::TokenKind Previous = clang::tok::unknown;

  ProgramNames &Result;
  llvm::DenseMap<Identifier, ProgramNames::Use> Uses;
  llvm::DenseMap<Identifier, llvm::SmallVector<Identifier, 8>> Helpers; ///< what the declaration of each mentions
  llvm::SmallVector<Identifier, 0> Accessed, Declared, DefinedTags, DefinedNames, LibraryTypes;
};

} // namespace bpfbuild

#endif
