//===- SourceMap.h - where maps and programs are defined --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// BTF has no source lines for variables. While a translation unit is alive, its AST says where a map, a member of its
// definition or a program function stands.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_SOURCEMAP_H
#define BPFBUILD_COMPILE_SOURCEMAP_H

#include "Support/Diagnostic.h"
#include "clang/AST/ASTContext.h"
#include "clang/Basic/CodeGenOptions.h"
#include "clang/Basic/Diagnostic.h"
#include "llvm/ADT/StringMap.h"

namespace bpfbuild {

class SourceMap {
public:
  /// Collects the variables and functions of \p Context that are put into a section, those in extern "C" and namespaces
  /// too.
  /// \p CodeGen has the names by which objects know files.
  SourceMap(clang::ASTContext &Context, const clang::CodeGenOptions &CodeGen);

  /// The place that \p D has, or that of the member, map or program that it is about; invalid if it is not in this
  /// translation unit.
  clang::SourceLocation find(const Diagnostic &D) const;

  /// The change that \p D proposes: where it has a place, of the word that Member is there; of a map the member that it
  /// is about, or a new one behind the last but for values. Null if there is none, or the definition is not in this
  /// translation unit's own text.
  clang::FixItHint fixFor(const Diagnostic &D) const;

private:
  void collect(const clang::DeclContext &Scope);
  clang::OptionalFileEntryRef fileOf(llvm::StringRef Name) const;
  clang::SourceLocation locationOf(const SourcePlace &Place) const;
  clang::CharSourceRange wordAt(const SourcePlace &Place, llvm::StringRef Name) const;
  const clang::RecordDecl *definitionOf(const Diagnostic &D) const;
  const clang::FieldDecl *memberOf(const Diagnostic &D) const;

  clang::ASTContext &Context;
  const clang::CodeGenOptions &CodeGen;
  llvm::StringMap<const clang::DeclaratorDecl *> Decls;
};

} // namespace bpfbuild

#endif
