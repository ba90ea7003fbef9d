//===- NameCollector.cpp - the identifiers of a source --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/NameCollector.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/Preprocessor.h"

using namespace clang;

namespace bpfbuild {

void NameCollector::ExecuteAction() {
  Preprocessor &PP = getCompilerInstance().getPreprocessor();
  PP.IgnorePragmas();
  PP.EnterMainSourceFile();
  for (Token T; PP.Lex(T), T.isNot(tok::eof);)
    take(T);
  endDeclaration();
  nameHelpersInUse();
  fillResult();
}

void NameCollector::take(const Token &T) {
  Identifier Id = T.isAnnotation() || T.isLiteral() ? nullptr : T.getIdentifierInfo();
  if (Id && (Previous == tok::arrow || Previous == tok::period))
    Accessed.push_back(Id);
  if (Id && Braces == 0)
    Declared.push_back(Id);
  Declaration.push_back({T.getKind(), Id});
  Previous = T.getKind();
  switch (T.getKind()) {
  case tok::l_brace:
    ++Braces;
    HasBraces = true;
    return;
  case tok::l_paren:
  case tok::l_square:
    ++Others;
    return;
  case tok::r_paren:
  case tok::r_square:
    Others -= Others != 0;
    return;
  case tok::r_brace:
    Braces -= Braces != 0;
    if (Braces == 0 && Others == 0)
      endDeclaration();
    return;
  case tok::semi:
    if (Braces == 0 && Others == 0)
      endDeclaration();
    return;
  default:
    return;
  }
}

/// NAME of static RET (*NAME)(…) = …; with or without const before it.
NameCollector::Identifier NameCollector::helperOfDeclaration() const {
  if (HasBraces || Declaration.empty() || Declaration.front().Kind != tok::kw_static)
    return nullptr;
  for (size_t I = 1; I + 5 < Declaration.size(); ++I) {
    if (Declaration[I].Kind != tok::l_paren)
      continue;
    if (Declaration[++I].Kind != tok::star)
      return nullptr;
    I += Declaration[I + 1].Kind == tok::kw_const ? 2 : 1;
    bool IsHelper = Declaration[I].Kind == tok::identifier && Declaration[I + 1].Kind == tok::r_paren &&
                    Declaration[I + 2].Kind == tok::l_paren;
    return IsHelper ? Declaration[I].Id : nullptr;
  }
  return nullptr;
}

/// struct NAME;
bool NameCollector::isAnnouncement() const {
  return Declaration.size() == 3 && Declaration[1].Kind == tok::identifier &&
         (Declaration[0].Kind == tok::kw_struct || Declaration[0].Kind == tok::kw_union);
}

void NameCollector::endDeclaration() {
  Identifier Helper = helperOfDeclaration();
  bool IsAnnouncement = isAnnouncement();
  for (const Piece &P : Declaration) {
    if (!P.Id || P.Id == Helper)
      continue;
    if (!Helper && !IsAnnouncement) {
      name(P.Id);
      continue;
    }
    Uses.try_emplace(P.Id, ProgramNames::Mentioned);
    if (Helper)
      Helpers[Helper].push_back(P.Id);
  }
  Declaration.clear();
  HasBraces = false;
}

void NameCollector::nameHelpersInUse() {
  for (const auto &[Helper, Mentions] : Helpers)
    if (auto It = Uses.find(Helper); It != Uses.end() && It->second == ProgramNames::Named)
      for (Identifier Id : Mentions)
        name(Id);
}

void NameCollector::fillResult() {
  for (const auto &[Id, Use] : Uses)
    Result.Names[Id->getName()] = Use;
  for (Identifier Id : Accessed)
    Result.Accessed.insert(Id->getName());
  for (Identifier Id : Declared)
    Result.Declared.insert(Id->getName());
}

} // namespace bpfbuild
