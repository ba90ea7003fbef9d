//===- SourceMap.cpp - where maps and programs are defined ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/SourceMap.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace bpfbuild {

SourceMap::SourceMap(ASTContext &Context) : Context(Context) {
  for (const Decl *D : Context.getTranslationUnitDecl()->decls())
    if (const auto *Declarator = dyn_cast<DeclaratorDecl>(D))
      if (Declarator->hasAttr<SectionAttr>() && Declarator->getIdentifier())
        Decls[Declarator->getName()] = Declarator;
}

SourceLocation SourceMap::find(const Diagnostic &D) const {
  auto It = Decls.find(D.Symbol);
  if (It == Decls.end())
    return {};
  const SourceManager &SM = Context.getSourceManager();
  if (!D.Member.empty())
    if (const RecordDecl *Record = It->second->getType()->getAsRecordDecl())
      for (const FieldDecl *Field : Record->fields())
        if (Field->getName() == D.Member)
          return SM.getFileLoc(Field->getLocation());
  return SM.getFileLoc(It->second->getLocation());
}

} // namespace bpfbuild
