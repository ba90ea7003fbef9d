//===- SourceMap.cpp - where maps and programs are defined ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/SourceMap.h"
#include "Compile/Cxx/CxxConsumer.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

using namespace clang;
using llvm::StringRef;

namespace bpfbuild {

SourceMap::SourceMap(ASTContext &Context, const CodeGenOptions &CodeGen) : Context(Context), CodeGen(CodeGen) {
  collect(*Context.getTranslationUnitDecl());
}

void SourceMap::collect(const DeclContext &Scope) {
  for (const Decl *D : Scope.decls()) {
    if (isa<LinkageSpecDecl, NamespaceDecl>(D))
      collect(*cast<DeclContext>(D));
    const auto *Declarator = dyn_cast<DeclaratorDecl>(D);
    if (Declarator && (Declarator->hasAttr<SectionAttr>() || isAnnotatedAsMap(*Declarator)) &&
        Declarator->getIdentifier())
      Decls[Declarator->getName()] = Declarator;
  }
}

/// The source that an object calls \p Name, which it was given by -fdebug-prefix-map= and its kin.
OptionalFileEntryRef SourceMap::fileOf(StringRef Name) const {
  const SourceManager &SM = Context.getSourceManager();
  auto Find = [&SM](StringRef Path) -> OptionalFileEntryRef {
    OptionalFileEntryRef File = SM.getFileManager().getOptionalFileRef(Path);
    return File && SM.translateFile(*File).isValid() ? File : std::nullopt;
  };
  if (OptionalFileEntryRef File = Find(Name))
    return File;
  llvm::SmallString<256> Clean = Name;
  llvm::sys::path::remove_dots(Clean);
  for (const auto &[From, To] : llvm::reverse(CodeGen.DebugPrefixMap)) {
    llvm::SmallString<256> Path = StringRef(From), Prefix = StringRef(To);
    llvm::sys::path::remove_dots(Prefix); // of "." nothing is left
    StringRef Rest = Clean;
    if (Prefix.empty() ? llvm::sys::path::is_absolute(Rest) : !Rest.consume_front(Prefix))
      continue;
    llvm::sys::path::append(Path, Rest);
    if (OptionalFileEntryRef File = Find(Path))
      return File;
  }
  return std::nullopt;
}

const RecordDecl *SourceMap::definitionOf(const Diagnostic &D) const {
  auto It = Decls.find(D.Symbol);
  return It == Decls.end() ? nullptr : It->second->getType()->getAsRecordDecl();
}

static const FieldDecl *findField(const RecordDecl *Record, StringRef Name) {
  for (const FieldDecl *Field : Record->fields())
    if (Field->getName() == Name)
      return Field;
  return nullptr;
}

/// The struct that __array(values, struct …) holds pointers to.
static const RecordDecl *innerDefinition(const FieldDecl *Values) {
  const ArrayType *Array = Values->getType()->getAsArrayTypeUnsafe();
  QualType Pointee = Array ? Array->getElementType()->getPointeeType() : QualType();
  return Pointee.isNull() ? nullptr : Pointee->getAsRecordDecl();
}

const FieldDecl *SourceMap::memberOf(const Diagnostic &D) const {
  const RecordDecl *Record = D.Member.empty() ? nullptr : definitionOf(D);
  auto [Name, InnerName] = StringRef(D.Member).split('.');
  const FieldDecl *Field = Record ? findField(Record, Name) : nullptr;
  if (!Field || InnerName.empty())
    return Field;
  const RecordDecl *Inner = innerDefinition(Field);
  const FieldDecl *InnerField = Inner ? findField(Inner, InnerName) : nullptr;
  return InnerField ? InnerField : Field;
}

/// The object's line information has the names that files were opened by.
SourceLocation SourceMap::locationOf(const SourcePlace &Place) const {
  const SourceManager &SM = Context.getSourceManager();
  if (Place.Line == 0)
    return {};
  OptionalFileEntryRef File = fileOf(Place.File);
  return File ? SM.translateFileLineCol(*File, Place.Line, std::max(Place.Column, 1u)) : SourceLocation();
}

SourceLocation SourceMap::find(const Diagnostic &D) const {
  if (SourceLocation Known = locationOf(D.Place); Known.isValid())
    return Known;
  auto It = Decls.find(D.Symbol);
  if (It == Decls.end())
    return {};
  const SourceManager &SM = Context.getSourceManager();
  const FieldDecl *Member = memberOf(D);
  return SM.getFileLoc(Member ? Member->getLocation() : It->second->getLocation());
}

/// The word \p Name in the line of \p Place, from its column on; invalid if it is not there, or is there twice.
CharSourceRange SourceMap::wordAt(const SourcePlace &Place, StringRef Name) const {
  const SourceManager &SM = Context.getSourceManager();
  SourceLocation Begin = locationOf(Place);
  bool IsInvalid = Begin.isInvalid();
  StringRef Rest = IsInvalid ? StringRef() : StringRef(SM.getCharacterData(Begin, &IsInvalid));
  Rest = Rest.take_until([](char C) { return C == '\n'; });
  auto FindFrom = [&](size_t From) {
    for (size_t At = From; (At = Rest.find(Name, At)) != StringRef::npos; ++At) {
      auto IsPart = [&](size_t I) { return I < Rest.size() && isAsciiIdentifierContinue(Rest[I]); };
      if ((At == 0 || !IsPart(At - 1)) && !IsPart(At + Name.size()))
        return At;
    }
    return StringRef::npos;
  };
  size_t First = IsInvalid || Name.empty() ? StringRef::npos : FindFrom(0);
  if (First == StringRef::npos || FindFrom(First + 1) != StringRef::npos)
    return {};
  SourceLocation Word = Begin.getLocWithOffset(static_cast<int>(First));
  return CharSourceRange::getCharRange(Word, Word.getLocWithOffset(static_cast<int>(Name.size())));
}

FixItHint SourceMap::fixFor(const Diagnostic &D) const {
  if (!D.Fix.empty() && !D.IsMap && D.Place.Line) {
    CharSourceRange Word = wordAt(D.Place, D.Member);
    return Word.isValid() ? FixItHint::CreateReplacement(Word, D.Fix) : FixItHint();
  }
  const RecordDecl *Record = D.Fix.empty() ? nullptr : definitionOf(D);
  const auto *Class = dyn_cast_or_null<CXXRecordDecl>(Record);
  bool IsOfTemplate = Class && Class->getTemplateInstantiationPattern(); // whose text is others' too
  if (!Record || Record->field_empty() || IsOfTemplate)
    return {};
  const SourceManager &SM = Context.getSourceManager();
  auto TextOf = [&](const FieldDecl *Field) { // __uint(max_entries, 5), which no other macro has around it
    SourceLocation Begin = Field->getBeginLoc();
    if (Begin.isMacroID() && SM.getImmediateExpansionRange(Begin).getBegin().isMacroID())
      return CharSourceRange();
    return Lexer::makeFileCharRange(SM.getExpansionRange(Field->getSourceRange()), SM, Context.getLangOpts());
  };
  if (const FieldDecl *Member = memberOf(D)) {
    CharSourceRange Text = TextOf(Member);
    return Text.isValid() ? FixItHint::CreateReplacement(Text, D.Fix) : FixItHint();
  }
  const FieldDecl *Before = nullptr; // values must stay the last
  for (const FieldDecl *Field : Record->fields())
    if (Before = Field; Field->getName() == "values")
      break;
  CharSourceRange Text = TextOf(Before);
  if (Text.isInvalid())
    return {};
  return Before->getName() == "values" ? FixItHint::CreateInsertion(Text.getBegin(), D.Fix + ";\n\t")
                                       : FixItHint::CreateInsertion(Text.getEnd(), ";\n\t" + D.Fix);
}

} // namespace bpfbuild
