//===- NameCollector.cpp - the identifiers of a source --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Views/NameCollector.h"
#include "Compile/EmbeddedHeaders.h"
#include "Compile/Views/VmlinuxFileSystem.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Lex/Preprocessor.h"

using namespace clang;

namespace bpfbuild {

namespace {
/// Tells which file the tokens are from.
class FileFollower : public PPCallbacks {
public:
  FileFollower(const SourceManager &SM, NameCollector::Origin &File) : SM(SM), File(File) {}

  void FileChanged(SourceLocation Loc, FileChangeReason, SrcMgr::CharacteristicKind Kind, FileID) override {
    StringRef Path = SM.getFilename(Loc);
    bool IsUapi = isUapiHeader(Path);
    if (Path.starts_with(CxxHeaderDir)) {
      File = NameCollector::Origin::Cxx;
      return;
    }
    bool IsOurs = Path.starts_with(EmbeddedRoot) && !Path.starts_with(EmbeddedResourceDir);
    File = SM.isInMainFile(Loc) || IsOurs || (!IsUapi && !SrcMgr::isSystem(Kind)) ? NameCollector::Origin::Program
           : IsUapi                                                               ? NameCollector::Origin::Kernel
                                                                                  : NameCollector::Origin::Library;
  }

private:
  const SourceManager &SM;
  NameCollector::Origin &File;
};
} // namespace

void NameCollector::ExecuteAction() {
  Preprocessor &PP = getCompilerInstance().getPreprocessor();
  PP.IgnorePragmas();
  PP.addPPCallbacks(std::make_unique<FileFollower>(PP.getSourceManager(), File));
  PP.EnterMainSourceFile();
  for (Token T; PP.Lex(T), T.isNot(tok::eof);)
    take(T);
  endDeclaration();
  nameHelpersInUse();
  nameTypesOfCxx();
  fillResult();
}

void NameCollector::take(const Token &T) {
  Identifier Id = T.isAnnotation() || T.isLiteral() ? nullptr : T.getIdentifierInfo();
  if (Id && File == Origin::Program && (Previous == tok::arrow || Previous == tok::period))
    Accessed.push_back(Id);
  if (Id && Braces == 0)
    Declared.push_back(Id);
  Declaration.push_back({T.getKind(), Id});
  bool IsLinkage = Previous == tok::string_literal && Braces == 0;
  Previous = T.getKind();
  switch (T.getKind()) {
  case tok::l_brace:
    if (IsLinkage) { // extern "C" {
      Declaration.clear();
      return;
    }
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

static bool isTagKeyword(tok::TokenKind Kind) {
  return Kind == tok::kw_struct || Kind == tok::kw_union || Kind == tok::kw_enum;
}

/// struct NAME {, enum { NAME, …, and typedef struct { … } NAME;
void NameCollector::findDefinitions() {
  llvm::SmallVector<bool, 8> IsEnum; // of each open brace
  for (size_t I = 1; I < Declaration.size(); ++I) {
    const Piece &Before = Declaration[I - 1], &P = Declaration[I];
    if (P.Kind == tok::l_brace) {
      bool HasTag = Before.Kind == tok::identifier && I >= 2 && isTagKeyword(Declaration[I - 2].Kind);
      if (HasTag)
        DefinedTags.push_back(Before.Id);
      IsEnum.push_back((HasTag ? Declaration[I - 2] : Before).Kind == tok::kw_enum);
    } else if (P.Kind == tok::r_brace && !IsEnum.empty()) {
      IsEnum.pop_back();
    } else if (P.Kind == tok::identifier && !IsEnum.empty() && IsEnum.back() &&
               (Before.Kind == tok::l_brace || Before.Kind == tok::comma)) {
      DefinedNames.push_back(P.Id);
    }
  }
  BeginsTypedef = !Declaration.empty() && Declaration.front().Kind == tok::kw_typedef;
}

void NameCollector::endDeclaration() {
  if (std::exchange(BeginsTypedef, false) && Declaration.size() >= 2 && Declaration.end()[-2].Id)
    DefinedNames.push_back(Declaration.end()[-2].Id);
  if (HasBraces && (File == Origin::Kernel || File == Origin::Library))
    findDefinitions();
  else if (File == Origin::Library && Declaration.size() > 3 && Declaration.front().Kind == tok::kw_typedef &&
           Declaration.end()[-2].Id)
    LibraryTypes.push_back(Declaration.end()[-2].Id);
  Identifier Helper = helperOfDeclaration();
  bool IsAnnouncement = isAnnouncement();
  for (const Piece &P : Declaration) {
    if (!P.Id || P.Id == Helper)
      continue;
    if (!Helper && !IsAnnouncement && File == Origin::Program) {
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

/// The kernel's types that what bpf.hpp has brings into a program, which need not name them.
static constexpr std::pair<const char *, const char *> TypesOfCxx[] = {
    {"tasks", "task_struct"},       {"current_task", "task_struct"}, {"current_task_btf", "task_struct"},
    {"kprobe", "pt_regs"},          {"kretprobe", "pt_regs"},        {"drain", "bpf_dynptr"},
    {"lock_guard", "bpf_spin_lock"}};

void NameCollector::nameTypesOfCxx() {
  IdentifierTable &Identifiers = getCompilerInstance().getPreprocessor().getIdentifierTable();
  if (Uses.lookup(&Identifiers.get("bpf")) != ProgramNames::Named)
    return;
  for (auto &[Name, Type] : TypesOfCxx)
    if (Uses.lookup(&Identifiers.get(Name)) == ProgramNames::Named)
      name(&Identifiers.get(Type));
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
  for (Identifier Id : DefinedTags)
    Result.DefinedTags.insert(Id->getName());
  for (Identifier Id : DefinedNames)
    Result.DefinedNames.insert(Id->getName());
  for (Identifier Id : LibraryTypes)
    Result.LibraryTypes.insert(Id->getName());
  Result.HasBoolMacro = getCompilerInstance().getPreprocessor().isMacroDefined("bool");
  const LangOptions &Language = getCompilerInstance().getLangOpts();
  Result.IsCxx = Language.CPlusPlus;
  Result.defineKeywords(Language.Bool, Language.WChar);
  if (!Helpers.empty()) // which of them the kernel has, this tells
    Result.Names["bpf_func_id"] = ProgramNames::Named;
}

} // namespace bpfbuild
