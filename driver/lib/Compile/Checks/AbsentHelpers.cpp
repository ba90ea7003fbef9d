//===- AbsentHelpers.cpp - helpers that kernel headers lack ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// __BPF_FUNC_MAPPER makes enum bpf_func_id, and vmlinux.h has that enum without the macro. So it is the enum that is
// asked, at the end of the source, when all that it includes has been seen.
//===----------------------------------------------------------------------===//
#include "Compile/Checks/AbsentHelpers.h"
#include "Compile/EmbeddedHeaders.h"
#include "Kernel/Helpers.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseMap.h"

using namespace clang;
using llvm::StringRef;

namespace bpfbuild {

/// A kernel's enum bpf_func_id, which is complete; null if there is none.
static const EnumDecl *findFunctionIds(ASTContext &Context) {
  for (const NamedDecl *D : Context.getTranslationUnitDecl()->lookup(&Context.Idents.get("bpf_func_id"))) {
    const auto *Enum = dyn_cast<EnumDecl>(D);
    if (!Enum || !(Enum = Enum->getDefinition()))
      continue;
    for (const EnumConstantDecl *E : Enum->enumerators())
      if (E->getName() == "__BPF_FUNC_MAX_ID")
        return Enum;
  }
  return nullptr;
}

namespace {
/// Collects the uses of some helpers that are written in the program, or in a header for which it does not matter.
class UseFinder : public RecursiveASTVisitor<UseFinder> {
public:
  UseFinder(const SourceManager &SM, const llvm::DenseMap<const Decl *, uint32_t> &Absent) : SM(SM), Absent(Absent) {}

  bool VisitDeclRefExpr(DeclRefExpr *E) {
    auto It = Absent.find(E->getDecl());
    if (It != Absent.end() && !isRewritten(*E) && !isOwn(*E))
      Found.push_back(It->second);
    return true;
  }

  std::vector<uint32_t> Found;

private:
  /// A helper's declaration names itself.
  bool isOwn(const DeclRefExpr &E) const {
    return SM.getPresumedLoc(E.getLocation()).getFilename() == HelperHeaderPath;
  }

  /// BPF_CORE_READ() and the like name helpers that libbpf replaces where a kernel is too old for them.
  bool isRewritten(const DeclRefExpr &E) const {
    StringRef Name = E.getDecl()->getName();
    return (Name.starts_with("bpf_probe_read_kernel") || Name.starts_with("bpf_probe_read_user")) &&
           SM.isInSystemHeader(SM.getSpellingLoc(E.getLocation()));
  }

  const SourceManager &SM;
  const llvm::DenseMap<const Decl *, uint32_t> &Absent;
};
} // namespace

/// The declarations of our header for helpers that \p Has does not have, as far as they are used.
static llvm::DenseMap<const Decl *, uint32_t> findAbsent(ASTContext &Context, const llvm::StringSet<> &Has) {
  llvm::DenseMap<const Decl *, uint32_t> Result;
  for (const Helper &H : helpers()) {
    if (Has.contains(H.Name))
      continue;
    for (const NamedDecl *D : Context.getTranslationUnitDecl()->lookup(&Context.Idents.get(H.Name)))
      if (D->isReferenced() &&
          Context.getSourceManager().getPresumedLoc(D->getLocation()).getFilename() == HelperHeaderPath)
        Result[D] = H.Id;
  }
  return Result;
}

AbsentHelpers findAbsentHelpers(ASTContext &Context, const btf::BTF *Kernel) {
  const EnumDecl *Ids = findFunctionIds(Context);
  if (!Ids)
    return {};
  llvm::StringSet<> Has;
  for (const EnumConstantDecl *E : Ids->enumerators())
    if (StringRef Name = E->getName(); Name.consume_front("BPF_FUNC_"))
      Has.insert(("bpf_" + Name).str());
  if (uint32_t Enum = Kernel ? Kernel->find("bpf_func_id", btf::Kind::Enum) : 0)
    for (btf::Enumerator E : Kernel->type(Enum).enumerators())
      if (StringRef Name = E.Name; Name.consume_front("BPF_FUNC_"))
        Has.insert(("bpf_" + Name).str());
  llvm::DenseMap<const Decl *, uint32_t> Absent = findAbsent(Context, Has);
  if (Absent.empty())
    return {};
  UseFinder Finder(Context.getSourceManager(), Absent);
  Finder.TraverseAST(Context);
  llvm::sort(Finder.Found);
  Finder.Found.erase(std::unique(Finder.Found.begin(), Finder.Found.end()), Finder.Found.end());
  return {std::move(Finder.Found), releaseOfHelpers([&](const Helper &H) { return Has.contains(H.Name); })};
}

} // namespace bpfbuild
