//===- SliceWatcher.cpp - what a slice lacks ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Views/SliceWatcher.h"
#include "Compile/LLVMVersion.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Type.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "clang/Sema/ExternalSemaSource.h"
#include "clang/Sema/Lookup.h"
#include "clang/Sema/Sema.h"
#include "clang/Sema/SemaConsumer.h"

using namespace llvm;

namespace bpfbuild {

void SliceWatcher::consider(StringRef Name) {
  if (!Name.empty() && IsLacking && Seen.insert(Name).second && IsLacking(Name))
    Missing.push_back(Name.str());
}

/// The tag of the record or enum that \p T is, points to or has elements of, where it is not defined; otherwise empty.
static StringRef incompleteTag(clang::QualType T) {
  if (T.isNull())
    return "";
  T = T.getCanonicalType();
  for (;;) {
    if (T->isPointerType())
      T = T->getPointeeType();
    else if (const clang::ArrayType *Array = T->getAsArrayTypeUnsafe())
      T = Array->getElementType();
    else if (const auto *Function = T->getAs<clang::FunctionType>())
      T = Function->getReturnType();
    else
      break;
  }
  const clang::TagDecl *Tag = T->getAsTagDecl();
  return Tag && !Tag->isCompleteDefinition() && Tag->getIdentifier() ? Tag->getName() : "";
}

void SliceWatcher::note(clang::DiagnosticsEngine::Level Level, const clang::Diagnostic &Info) {
  using clang::DiagnosticsEngine;
  if (Level != DiagnosticsEngine::Note)
    IsError = Level >= DiagnosticsEngine::Error;
  if (!IsError)
    return;
  for (unsigned I = 0; I < Info.getNumArgs(); ++I) {
    switch (Info.getArgKind(I)) {
    case DiagnosticsEngine::ak_qualtype:
      consider(incompleteTag(clang::QualType::getFromOpaquePtr(reinterpret_cast<void *>(Info.getRawArg(I)))));
      break;
    case DiagnosticsEngine::ak_identifierinfo:
      consider(reinterpret_cast<const clang::IdentifierInfo *>(Info.getRawArg(I))->getName());
      break;
    case DiagnosticsEngine::ak_declarationname: {
      auto Name = clang::DeclarationName::getFromOpaqueInteger(Info.getRawArg(I));
      if (const clang::IdentifierInfo *Id = Name.getAsIdentifierInfo())
        consider(Id->getName());
      break;
    }
    case DiagnosticsEngine::ak_nameddecl: {
      const auto *Decl = reinterpret_cast<const clang::NamedDecl *>(Info.getRawArg(I));
      if (Decl && Decl->getIdentifier())
        consider(Decl->getName());
      break;
    }
    default:
      break;
    }
  }
}

void SliceWatcher::note(const clang::LookupResult &Lookup) {
  const clang::IdentifierInfo *Id = Lookup.getLookupName().getAsIdentifierInfo();
  if (!Id || Lookup.isForRedeclaration() || Seen.contains(Id->getName()))
    return;
  const clang::SourceManager &SM = Lookup.getSema().getSourceManager();
  if (IsSliced && IsSliced(SM.getFilename(SM.getExpansionLoc(Lookup.getNameLoc()))))
    return;
  consider(Id->getName());
}

namespace {
/// Where Clang asks for what it did not find.
class FailedLookups : public clang::ExternalSemaSource {
public:
  explicit FailedLookups(SliceWatcher &Watcher) : Watcher(Watcher) {}

  bool LookupUnqualified(clang::LookupResult &R, clang::Scope *) override {
    Watcher.note(R);
    return false;
  }

private:
  SliceWatcher &Watcher;
};

/// Connects the watcher with Clang, and ends the compile where it is of no use.
class WatchingConsumer : public clang::SemaConsumer {
public:
  WatchingConsumer(SliceWatcher &Watcher, clang::DiagnosticsEngine &Diagnostics)
      : Watcher(Watcher), Diagnostics(Diagnostics) {}

  void InitializeSema(clang::Sema &S) override { addExternalSource(S, makeIntrusiveRefCnt<FailedLookups>(Watcher)); }

  void HandleTranslationUnit(clang::ASTContext &) override {
    if (!Watcher.missing().empty() && !Diagnostics.hasErrorOccurred()) // nobody is shown it
      Diagnostics.Report(Diagnostics.getCustomDiagID(clang::DiagnosticsEngine::Error, "the slice does not suffice"));
  }

private:
  SliceWatcher &Watcher;
  clang::DiagnosticsEngine &Diagnostics;
};
} // namespace

std::unique_ptr<clang::ASTConsumer> watched(SliceWatcher &Watcher, clang::DiagnosticsEngine &Diagnostics,
                                            std::unique_ptr<clang::ASTConsumer> Consumer) {
  if (!Consumer)
    return Consumer;
  std::vector<std::unique_ptr<clang::ASTConsumer>> Both;
  Both.push_back(std::make_unique<WatchingConsumer>(Watcher, Diagnostics));
  Both.push_back(std::move(Consumer));
  return std::make_unique<clang::MultiplexConsumer>(std::move(Both));
}

} // namespace bpfbuild
