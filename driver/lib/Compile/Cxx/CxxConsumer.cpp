//===- CxxConsumer.cpp - C++ as Clang's BPF target needs it ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Cxx/CxxConsumer.h"
#include "Compile/Cxx/CxxDebugInfo.h"
#include "Compile/Cxx/CxxKeywords.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/Path.h"

using namespace clang;

namespace bpfbuild {

bool isAnnotatedAsMap(const Decl &D) {
  return llvm::any_of(D.specific_attrs<AnnotateAttr>(),
                      [](const AnnotateAttr *A) { return A->getAnnotation() == MapAnnotation; });
}

static bool isMap(QualType T) {
  const CXXRecordDecl *Record = T->getAsCXXRecordDecl();
  if (!Record || !Record->hasDefinition() || Record->isDependentContext())
    return false;
  return isAnnotatedAsMap(*Record) ||
         !Record->forallBases([](const CXXRecordDecl *Base) { return !isAnnotatedAsMap(*Base); });
}

//===----------------------------------------------------------------------===//
// Tags
//===----------------------------------------------------------------------===//

/// The stars of a declarator, the outermost pointer's first, which is written last.
static SmallVector<SourceLocation> starsOf(TypeLoc Written) {
  SmallVector<SourceLocation> Stars;
  for (; Written; Written = Written.getNextTypeLoc())
    if (auto Pointer = Written.getAs<PointerTypeLoc>(); Pointer && Written.getTypeLocClass() == TypeLoc::Pointer)
      Stars.push_back(Pointer.getStarLoc());
  return Stars;
}

/// The type with a tag on what its \p Depth-th pointer points to, counted from outside; null if it has none there.
static QualType tagged(ASTContext &Context, QualType T, unsigned Depth, StringRef Tag) {
  if (const auto *Array = Context.getAsConstantArrayType(T)) {
    QualType Element = tagged(Context, Array->getElementType(), Depth, Tag);
    return Element.isNull()
               ? Element
               : Context.getConstantArrayType(Element, Array->getSize(), Array->getSizeExpr(), Array->getSizeModifier(),
                                              Array->getIndexTypeCVRQualifiers());
  }
  const auto *Pointer = T->getAs<PointerType>();
  if (!Pointer)
    return {};
  QualType Pointee = Pointer->getPointeeType();
  Pointee = Depth ? tagged(Context, Pointee, Depth - 1, Tag)
                  : Context.getBTFTagAttributedType(BTFTypeTagAttr::CreateImplicit(Context, Tag), Pointee);
  return Pointee.isNull() ? Pointee : Context.getQualifiedType(Context.getPointerType(Pointee), T.getQualifiers());
}

/// Puts the tag where the attribute would have put it: on what the next star behind it points with. False if there is
/// no pointer.
bool CxxConsumer::tagType(Decl &D, const AnnotateAttr &A, StringRef Tag) {
  auto *Value = dyn_cast<DeclaratorDecl>(&D);
  auto *Alias = dyn_cast<TypedefNameDecl>(&D);
  TypeSourceInfo *Info = Value ? Value->getTypeSourceInfo() : Alias ? Alias->getTypeSourceInfo() : nullptr;
  if (!Info)
    return false;
  const SourceManager &SM = Context->getSourceManager();
  SmallVector<SourceLocation> Stars = starsOf(Info->getTypeLoc());
  unsigned Depth = Stars.empty() ? 0 : Stars.size() - 1;
  while (Depth > 0 && !SM.isBeforeInTranslationUnit(A.getLocation(), Stars[Depth]))
    --Depth;
  QualType T = tagged(*Context, Value ? Value->getType() : Alias->getUnderlyingType(), Depth, Tag);
  if (T.isNull())
    return false;
  if (Value)
    Value->setType(T);
  else
    Alias->setModedTypeSourceInfo(Info, T);
  return true;
}

/// Makes tags of the annotations that TagMacros leave in the place of attributes, which Clang knows in C alone.
void CxxConsumer::tag(Decl &D) {
  SmallVector<AnnotateAttr *> Tags, Others;
  for (AnnotateAttr *A : D.specific_attrs<AnnotateAttr>()) {
    bool IsTag = A->getAnnotation().starts_with(DeclTagPrefix) || A->getAnnotation().starts_with(TypeTagPrefix);
    (IsTag ? Tags : Others).push_back(A);
  }
  if (Tags.empty())
    return;
  D.dropAttr<AnnotateAttr>();
  for (AnnotateAttr *A : Others)
    D.addAttr(A);
  for (const AnnotateAttr *A : Tags) {
    StringRef Text = A->getAnnotation();
    if (Text.consume_front(DeclTagPrefix))
      D.addAttr(BTFDeclTagAttr::CreateImplicit(*Context, Text));
    else if (Text.consume_front(TypeTagPrefix) && !tagType(D, *A, Text))
      Diagnostics.Report(
          A->getLocation(),
          Diagnostics.getCustomDiagID(DiagnosticsEngine::Error, "btf_type_tag(\"%0\") is for what a pointer points to"))
          << Text;
  }
}

//===----------------------------------------------------------------------===//
// Types of vmlinux.h
//===----------------------------------------------------------------------===//

void CxxConsumer::HandleTagDeclDefinition(TagDecl *D) {
  const SourceManager &SM = Context->getSourceManager();
  auto *Record = dyn_cast<RecordDecl>(D);
  if (!Record || Record->isDependentContext())
    return;
  // Clang passes every class in registers on BPF, as a copy: so it is the callee's to destroy.
  if (auto *Class = dyn_cast<CXXRecordDecl>(Record); Class && !Class->hasTrivialDestructor())
    Class->setParamDestroyedInCallee(true);
  tag(*Record);
  for (FieldDecl *Field : Record->fields())
    tag(*Field);
  PresumedLoc Place = SM.getPresumedLoc(Record->getLocation()); // which preprocessed sources have, too
  if (Place.isInvalid() || !isVmlinuxHeader(llvm::sys::path::filename(Place.getFilename())))
    return;
  auto Mark = [&](Decl &Marked) {
    if (!Marked.hasAttr<BPFPreserveAccessIndexAttr>())
      Marked.addAttr(BPFPreserveAccessIndexAttr::CreateImplicit(*Context));
  };
  Mark(*Record);
  for (FieldDecl *Field : Record->fields())
    Mark(*Field);
}

/// a->m for a->*M, where M is known and the type is of vmlinux.h; null for anything else.
Expr *CxxConsumer::memberFor(const Stmt *S) const {
  const auto *Access = dyn_cast_or_null<BinaryOperator>(S);
  if (!Access || !Access->isPtrMemOp() || Access->isInstantiationDependent())
    return nullptr;
  Expr::EvalResult Value;
  if (!Access->getRHS()->EvaluateAsRValue(Value, *Context) || !Value.Val.isMemberPointer() ||
      !Value.Val.getMemberPointerPath().empty())
    return nullptr;
  const ValueDecl *Member = Value.Val.getMemberPointerDecl();
  if (!Member)
    return nullptr;
  SmallVector<FieldDecl *, 4> Way; // through unnamed structs and unions
  if (auto *Indirect = dyn_cast<IndirectFieldDecl>(Member))
    for (NamedDecl *Step : Indirect->chain())
      Way.push_back(cast<FieldDecl>(Step));
  else if (auto *Field = dyn_cast<FieldDecl>(Member))
    Way.push_back(const_cast<FieldDecl *>(Field));
  if (Way.empty() || !Way.front()->getParent()->hasAttr<BPFPreserveAccessIndexAttr>())
    return nullptr;
  Expr *Result = Access->getLHS();
  bool IsArrow = Access->getOpcode() == BO_PtrMemI;
  for (FieldDecl *Field : Way) {
    QualType Object = IsArrow ? Result->getType()->getPointeeType() : Result->getType();
    QualType T = Context->getQualifiedType(Field->getType(), Field->getType().getQualifiers() + Object.getQualifiers());
    Result = MemberExpr::CreateImplicit(*Context, Result, IsArrow, Field, T, VK_LValue, OK_Ordinary);
    IsArrow = false;
  }
  return Result;
}

void CxxConsumer::nameMembers(Stmt *S) {
  for (Stmt *&Child : S->children()) {
    if (!Child)
      continue;
    nameMembers(Child);
    if (Expr *Named = memberFor(Child))
      Child = Named;
  }
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

/// True for a variable that nothing makes local but its type, which has no name, or is of a namespace that has none: in
/// C it would be global.
static bool isLocalByType(const VarDecl &Variable) {
  if (!Variable.isFileVarDecl() || Variable.isThisDeclarationADefinition() != VarDecl::Definition ||
      Variable.isExternallyVisible())
    return false;
  QualType Element = Variable.getASTContext().getBaseElementType(Variable.getType());
  bool IsConstant = Element.isConstQualified() && !Element.isVolatileQualified();
  bool IsOfEach = Variable.isInline() || Variable.getTemplateSpecializationKind() != TSK_Undeclared; // file
  return Variable.getStorageClass() != SC_Static && !Variable.isInAnonymousNamespace() && !IsConstant && !IsOfEach;
}

void CxxConsumer::handle(Decl *D) {
  if (auto *Record = dyn_cast<CXXRecordDecl>(D);
      isa<NamespaceDecl, LinkageSpecDecl>(D) || (Record && !Record->isDependentContext()))
    for (Decl *Inner : cast<DeclContext>(D)->decls())
      if (!Record || isa<VarDecl, TypedefNameDecl, CXXRecordDecl>(Inner)) // methods come by themselves
        handle(Inner);
  if (auto *Variable = dyn_cast<VarDecl>(D); Variable && Variable->hasGlobalStorage()) {
    if (Variable->isThisDeclarationADefinition() == VarDecl::DeclarationOnly)
      Declared.push_back(Variable);
    else if (isMap(Variable->getType()) && !Variable->hasAttr<SectionAttr>())
      Variable->addAttr(AnnotateAttr::CreateImplicit(*Context, MapAnnotation, nullptr, 0));
    if (isLocalByType(*Variable))
      Variable->addAttr(AnnotateAttr::CreateImplicit(*Context, GlobalAnnotation, nullptr, 0));
  }
  if (isa<VarDecl, TypedefNameDecl, FunctionDecl>(D) && !D->getDeclContext()->isDependentContext())
    tag(*D);
  if (auto *Function = dyn_cast<FunctionDecl>(D); Function && !Function->isDependentContext())
    for (ParmVarDecl *Parameter : Function->parameters())
      tag(*Parameter);
  if (auto *Function = dyn_cast<FunctionDecl>(D);
      Function && Function->doesThisDeclarationHaveABody() && !Function->isDependentContext())
    nameMembers(Function->getBody());
}

/// A declaration does not need its type, which is known when something is done with the map.
void CxxConsumer::placeDeclaredMaps() {
  llvm::erase_if(Declared, [&](VarDecl *Variable) {
    if (!isMap(Variable->getType()))
      return false;
    if (!Variable->hasAttr<SectionAttr>())
      Variable->addAttr(SectionAttr::CreateImplicit(*Context, MapSection));
    return true;
  });
}

bool CxxConsumer::HandleTopLevelDecl(DeclGroupRef Group) {
  for (Decl *D : Group)
    handle(D);
  placeDeclaredMaps();
  return true;
}

void CxxConsumer::HandleInlineFunctionDefinition(FunctionDecl *D) {
  handle(D);
  placeDeclaredMaps();
}

void CxxConsumer::HandleCXXStaticMemberVarInstantiation(VarDecl *D) {
  handle(D);
}

} // namespace bpfbuild
