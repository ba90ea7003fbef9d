//===- CxxConsumer.h - C++ as Clang's BPF target needs it -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_CXX_CXXCONSUMER_H
#define BPFBUILD_COMPILE_CXX_CXXCONSUMER_H

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclGroup.h"
#include "clang/AST/Expr.h"

namespace bpfbuild {

/// Changes declarations of C++ before code is made of them:
/// - types of vmlinux.h get preserve_access_index, which Clang knows in C alone, so that accesses are relocated;
/// - a->*M with a constant M, of such a type, becomes a->m, so that it is relocated too;
/// - variables of bpf.hpp's map types are marked, so that applyAnnotations() finds them;
/// - so are those that are local by their type alone, so that they become global;
/// - what has a destructor is destroyed by the function that it is passed to;
/// - btf_type_tag and btf_decl_tag, which Clang knows in C alone, too, are what TagMacros make of them.
class CxxConsumer : public clang::ASTConsumer {
public:
  explicit CxxConsumer(clang::DiagnosticsEngine &Diagnostics) : Diagnostics(Diagnostics) {}
  void Initialize(clang::ASTContext &C) override { Context = &C; }
  void HandleTagDeclDefinition(clang::TagDecl *D) override;
  bool HandleTopLevelDecl(clang::DeclGroupRef Group) override;
  void HandleInlineFunctionDefinition(clang::FunctionDecl *D) override;
  void HandleCXXStaticMemberVarInstantiation(clang::VarDecl *D) override;

private:
  void handle(clang::Decl *D);
  void tag(clang::Decl &D);
  bool tagType(clang::Decl &D, const clang::AnnotateAttr &A, llvm::StringRef Tag);
  void placeDeclaredMaps();
  void nameMembers(clang::Stmt *S);
  clang::Expr *memberFor(const clang::Stmt *S) const;

  clang::DiagnosticsEngine &Diagnostics;
  std::vector<clang::VarDecl *> Declared; ///< elsewhere defined: what may be maps
  clang::ASTContext *Context = nullptr;
};

/// Macros that make the attributes btf_type_tag("kptr") and btf_decl_tag("arg:nonnull") annotations, for a consumer to
/// find.
inline constexpr llvm::StringLiteral TypeTagPrefix = "btf_type_tag:", DeclTagPrefix = "btf_decl_tag:";
inline constexpr llvm::StringLiteral TagMacros[] = {"-Dbtf_type_tag(tag)=annotate(\"btf_type_tag:\" tag)",
                                                    "-Dbtf_decl_tag(tag)=annotate(\"btf_decl_tag:\" tag)"};

/// True for what is marked as a map: the classes of map.hpp, and variables of these.
bool isAnnotatedAsMap(const clang::Decl &D);

} // namespace bpfbuild

#endif
