//===- OldHelpers.cpp - helpers that programs declare themselves ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Before libbpf had a header for it, every program declared the kernel's helpers, and SEC(), in a header of its own.
// What <bpf/bpf_helpers.h> and <bpf/bpf_endian.h> have under the same name goes, and the file includes them instead.
//===----------------------------------------------------------------------===//
#include "Compile/EmbeddedHeaders.h"
#include "Compile/Migrate/Migrator.h"
#include "Kernel/Helpers.h"
#include "clang/AST/ParentMapContext.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace clang;

namespace bpfbuild {

namespace {
class HelperMigrator {
public:
  explicit HelperMigrator(Migrator &M) : M(M) {}
  std::vector<std::pair<FileID, unsigned>> run(); ///< the files that something goes of, and where the first was

private:
  void dropDeclaration(const VarDecl &Var);
  void dropMacros(FileID File);
  void drop(FileID File, unsigned Begin, unsigned End);
  void castResults();

  Migrator &M;
  DenseMap<FileID, unsigned> First;
  DenseMap<const Decl *, QualType> Narrow; ///< what was dropped and gave 32 bits
};
} // namespace

/// True for `static void *(*bpf_map_lookup_elem)(…) = (void *)BPF_FUNC_map_lookup_elem;` and the like.
static bool isHelper(const VarDecl &Var, ASTContext &Context) {
  const Helper *Known = Var.getIdentifier() ? findHelper(Var.getName()) : nullptr;
  if (!Known || !Var.getInit() || !Var.getType()->isFunctionPointerType())
    return false;
  Expr::EvalResult Number;
  return Var.getInit()->IgnoreParenCasts()->EvaluateAsInt(Number, Context) && Number.Val.getInt() == Known->Id;
}

void HelperMigrator::dropDeclaration(const VarDecl &Var) {
  if (!findHelper(Var.getName()) || !Var.getType()->isFunctionPointerType())
    return;
  SourceLocation Begin = Var.getBeginLoc();
  FileID File = M.SM.getFileID(M.SM.getExpansionLoc(Begin));
  OptionalFileEntryRef Entry = M.SM.getFileEntryRefForID(File);
  if (!Entry || Entry->getName() == HelperHeaderPath || Entry->getName().ends_with("bpf_helper_defs.h"))
    return;
  const FileTokens &T = M.tokens(File);
  size_t At = T.indexAt(M.SM.getFileOffset(M.SM.getExpansionLoc(Begin))), End = At;
  unsigned Depth = 0;
  bool HasComma = false;
  for (; End < T.size() && T[End].Kind != tok::semi; ++End) {
    Depth += T[End].Kind == tok::l_paren;
    Depth -= T[End].Kind == tok::r_paren;
    HasComma |= T[End].Kind == tok::comma && !Depth;
  }
  if (Begin.isMacroID() || !M.isEditable(File) || !isHelper(Var, M.Context) || HasComma || End == T.size() ||
      T[End].Directive >= 0 || T.depthAt(At)) {
    M.Result.OwnHelpers.push_back(Var.getName().str());
    return;
  }
  drop(File, T[At].Offset, T[End].end());
  if (QualType Return = Var.getType()->getPointeeType()->castAs<FunctionType>()->getReturnType();
      Return->isIntegerType() && M.Context.getTypeSize(Return) == 32)
    Narrow[&Var] = Return;
}

void HelperMigrator::drop(FileID File, unsigned Begin, unsigned End) {
  auto [From, To] = M.tokens(File).withLines(Begin, End);
  M.replace(File, From, To, "");
  auto [It, IsNew] = First.try_emplace(File, From);
  It->second = std::min(It->second, From);
}

namespace {
/// Finds the calls of helpers whose results were 32 bits wide, where it matters that they are 64 now.
class WidthFinder : public RecursiveASTVisitor<WidthFinder> {
public:
  WidthFinder(ASTContext &Context, const DenseMap<const Decl *, QualType> &Narrow) : Context(Context), Narrow(Narrow) {}

  bool VisitCallExpr(CallExpr *Call) {
    const auto *Callee = dyn_cast<DeclRefExpr>(Call->getCallee()->IgnoreParenImpCasts());
    auto It = Callee ? Narrow.find(Callee->getDecl()) : Narrow.end();
    if (It != Narrow.end() && !isConverted(*Call) && findHelper(Callee->getDecl()->getName())->Return == "long")
      Found.emplace_back(Call, It->second);
    return true;
  }

  std::vector<std::pair<const CallExpr *, QualType>> Found;

private:
  bool isNarrow(QualType Type) const { return Type->isIntegerType() && Context.getTypeSize(Type) <= 32; }

  /// True if nobody takes the result, or it is made 32 bits wide at once.
  bool isConverted(const Expr &Call) {
    const Expr *Value = &Call;
    for (;;) {
      DynTypedNodeList Parents = Context.getParents(*Value);
      if (Parents.size() != 1)
        return false;
      const DynTypedNode &Parent = Parents[0];
      if (const auto *Var = Parent.get<VarDecl>())
        return isNarrow(Var->getType());
      if (const auto *Operator = Parent.get<BinaryOperator>())
        return Operator->getOpcode() == BO_Assign && isNarrow(Operator->getType());
      if (const auto *Cast = Parent.get<ExplicitCastExpr>())
        return Cast->getType()->isVoidType() || isNarrow(Cast->getType());
      if (const auto *Return = Parent.get<ReturnStmt>())
        return isNarrow(Return->getRetValue()->getType());
      if (!Parent.get<ParenExpr>() && !Parent.get<ImplicitCastExpr>())
        return Parent.get<CompoundStmt>() && Value == &Call;
      Value = Parent.get<Expr>();
    }
  }

  ASTContext &Context;
  const DenseMap<const Decl *, QualType> &Narrow;
};
} // namespace

/// The header has long for what many copies had as int.
void HelperMigrator::castResults() {
  WidthFinder Finder(M.Context, Narrow);
  Finder.TraverseDecl(M.Context.getTranslationUnitDecl());
  for (auto [Call, Type] : Finder.Found) {
    SourceLocation Begin = M.SM.getSpellingLoc(Call->getBeginLoc());
    if (M.isEditable(M.SM.getFileID(Begin)))
      M.insert(M.SM.getFileID(Begin), M.SM.getFileOffset(Begin),
               "(" + Type.getAsString(M.Context.getPrintingPolicy()) + ")");
  }
}

/// The macros of the two headers that stand for the same under the same name in every copy.
static StringRef headerOf(StringRef Macro) {
  if (is_contained({"SEC", "__always_inline", "__noinline", "__weak", "__uint", "__type", "__array"}, Macro))
    return "bpf/bpf_helpers.h";
  if (is_contained({"bpf_ntohs", "bpf_htons", "bpf_ntohl", "bpf_htonl", "bpf_be64_to_cpu", "bpf_cpu_to_be64",
                    "__bpf_ntohs", "__bpf_htons", "__bpf_ntohl", "__bpf_htonl", "__bpf_constant_ntohs",
                    "__bpf_constant_htons", "__bpf_constant_ntohl", "__bpf_constant_htonl"},
                   Macro))
    return "bpf/bpf_endian.h";
  return "";
}

/// The directive that defines \p Name in \p T, with an #ifndef of its own around it; nothing if there is more to it.
static std::optional<std::pair<unsigned, unsigned>> definitionRange(const FileTokens &T, int Directive, size_t First) {
  size_t Last = First;
  while (Last + 1 < T.size() && T[Last + 1].Directive == Directive)
    ++Last;
  std::pair<unsigned, unsigned> Range{T[First].Offset, T[Last].end()};
  auto Word = [&](size_t I) { return I < T.size() ? T.text(T[I]) : StringRef(); };
  bool IsGuarded = First >= 3 && Word(First - 3) == "#" && Word(First - 2) == "ifndef" &&
                   Word(First - 1) == Word(First + 2) && Word(Last + 1) == "#" && Word(Last + 2) == "endif";
  if (IsGuarded)
    return std::pair(T[First - 3].Offset, T[Last + 2].end());
  if (T.depthAt(First))
    return std::nullopt;
  return Range;
}

void HelperMigrator::dropMacros(FileID File) {
  const FileTokens &T = M.tokens(File);
  bool NeedsEndian = false;
  for (size_t I = 0; I + 2 < T.size(); ++I) {
    if (T[I].Kind != tok::hash || !T[I].StartsLine || T.text(T[I + 1]) != "define")
      continue;
    StringRef Header = headerOf(T.text(T[I + 2]));
    auto Range = Header.empty() ? std::nullopt : definitionRange(T, T[I].Directive, I);
    if (!Range)
      continue;
    drop(File, Range->first, Range->second);
    NeedsEndian |= Header == "bpf/bpf_endian.h";
  }
  if (NeedsEndian)
    M.includeEndian(File);
}

std::vector<std::pair<FileID, unsigned>> HelperMigrator::run() {
  for (const Decl *D : M.Context.getTranslationUnitDecl()->decls())
    if (const auto *Var = dyn_cast<VarDecl>(D); Var && Var->getIdentifier())
      dropDeclaration(*Var);
  castResults();
  std::vector<FileID> Files;
  for (auto [File, Offset] : First)
    Files.push_back(File);
  if (!is_contained(Files, M.SM.getMainFileID()) && M.includesHelperHeader(M.SM.getMainFileID()))
    Files.push_back(M.SM.getMainFileID());
  for (FileID File : Files)
    dropMacros(File);
  return {First.begin(), First.end()};
}

void Migrator::dropHelpers() {
  for (auto [File, Offset] : HelperMigrator(*this).run()) {
    Needs &N = NeedsOf[File];
    N.First = std::min(N.First, Offset);
    N.HasHelpers = true;
    Result.DropsHelpers = true;
  }
}

} // namespace bpfbuild
