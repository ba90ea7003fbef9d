//===- Modernise.cpp - what changes instructions, on demand ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// bpf_trace_printk() to bpf_printk(), bpf_probe_read() to the form that says whose memory is read, PT_REGS_PARM() to
// the arguments of BPF_KPROBE(). The programs do the same by other instructions.
//===----------------------------------------------------------------------===//
#include "Compile/Migrate/Migrator.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace clang;

namespace bpfbuild {

namespace {
/// One function of the source.
class Moderniser : public RecursiveASTVisitor<Moderniser> {
public:
  Moderniser(Migrator &M, const FunctionDecl &Function) : M(M), Function(Function), Section(sectionOf(Function)) {}

  void run();

  bool VisitCallExpr(CallExpr *Call);
  bool VisitDeclRefExpr(DeclRefExpr *E) {
    ++Uses[E->getDecl()];
    return true;
  }
  bool VisitBinaryOperator(BinaryOperator *Operator) {
    const auto *Target = dyn_cast<DeclRefExpr>(Operator->getLHS()->IgnoreParens());
    IsContextChanged |= Operator->isAssignmentOp() && Target && isa<ParmVarDecl>(Target->getDecl());
    return true;
  }

private:
  void rewritePrints();
  bool rewritePrint(const CallExpr &Call, const VarDecl &Format);
  unsigned depthOfFunction(FileID File) const;
  void rewriteRead(const CallExpr &Call);
  StringRef originOf(const Expr &Pointer) const;
  StringRef originOfRoot(const Expr &Root) const;
  void rewriteArguments();
  using Arguments = std::map<unsigned, const VarDecl *>;
  Arguments findArguments() const;
  const char *whyNotArguments(const Arguments &Found, FileID File) const;
  std::string parameterList(const Arguments &Found) const;
  std::string freeName(unsigned Number) const;
  unsigned parameterOf(const VarDecl &Var) const;
  std::optional<std::pair<size_t, size_t>> spelled(SourceLocation Begin, const FileTokens *&T, FileID &File) const;

  Migrator &M;
  const FunctionDecl &Function;
  StringRef Section;
  bool IsContextChanged = false; ///< a parameter is assigned to
  DenseMap<const Decl *, unsigned> Uses;
  std::vector<std::pair<const CallExpr *, const VarDecl *>> Prints;
};
} // namespace

bool Moderniser::VisitCallExpr(CallExpr *Call) {
  StringRef Name = calleeOf(*Call);
  if (Name == "bpf_trace_printk" && Call->getNumArgs() >= 2) {
    const auto *Reference = dyn_cast<DeclRefExpr>(Call->getArg(0)->IgnoreParenImpCasts());
    const auto *Format = Reference ? dyn_cast<VarDecl>(Reference->getDecl()) : nullptr;
    bool IsTheirs = M.isEditable(M.SM.getFileID(M.SM.getSpellingLoc(Call->getBeginLoc())));
    if (IsTheirs && Format && Format->isLocalVarDecl() && Format->getInit() &&
        isa<clang::StringLiteral>(Format->getInit()))
      Prints.emplace_back(Call, Format);
  }
  if ((Name == "bpf_probe_read" || Name == "bpf_probe_read_str") && Call->getNumArgs() == 3)
    rewriteRead(*Call);
  return true;
}

/// The tokens from \p Begin to the parenthesis or semicolon that closes it, where they are written in a file or macro
/// that can be changed.
std::optional<std::pair<size_t, size_t>> Moderniser::spelled(SourceLocation Begin, const FileTokens *&T,
                                                             FileID &File) const {
  if (M.SM.isMacroArgExpansion(Begin))
    Begin = M.SM.getSpellingLoc(Begin);
  SourceLocation Spelled = M.SM.getSpellingLoc(Begin);
  File = M.SM.getFileID(Spelled);
  if (!M.isEditable(File))
    return std::nullopt;
  T = &M.tokens(File);
  size_t First = T->indexAt(M.SM.getFileOffset(Spelled));
  unsigned Depth = 0;
  for (size_t I = First; I < T->size() && (*T)[I].Directive == (*T)[First].Directive; ++I) {
    Depth += (*T)[I].Kind == tok::l_paren;
    if ((*T)[I].Kind == tok::r_paren && !--Depth)
      return std::pair(First, I);
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// bpf_printk()
//===----------------------------------------------------------------------===//

bool Moderniser::rewritePrint(const CallExpr &Call, const VarDecl &Format) {
  const FileTokens *T = nullptr;
  FileID File;
  auto Range = spelled(Call.getBeginLoc(), T, File);
  SourceLocation Begin = M.SM.getSpellingLoc(Format.getLocation());
  if (!Range || M.SM.getFileID(Begin) != File)
    return false;
  // The text of the format, as its declaration spells it: a string, or a macro's parameter.
  size_t Name = T->indexAt(M.SM.getFileOffset(Begin)), Equal = Name, End = Name;
  while (Equal < T->size() && (*T)[Equal].Kind != tok::equal)
    ++Equal;
  for (End = Equal; End < T->size() && (*T)[End].Kind != tok::semi;)
    ++End;
  bool IsAlone =
      none_of(T->all().slice(Name, End - Name), [](const FileToken &Each) { return Each.Kind == tok::comma; });
  if (!IsAlone || T->depthAt(Name) != T->depthAt(Range->first) || T->depthAt(Name) != depthOfFunction(File) ||
      (M.isMacro("bpf_printk", File, (*T)[Range->first].Offset) &&
       M.isEditable(M.SM.getFileID(M.PP.getMacroInfo(M.PP.getIdentifierInfo("bpf_printk"))->getDefinitionLoc()))))
    return false; // in a branch, with others, or for a bpf_printk() of their own
  if (End >= T->size() || Equal + 1 >= End || (*T)[Name].Directive != (*T)[Range->first].Directive)
    return false;
  StringRef Text = T->text().slice((*T)[Equal + 1].Offset, (*T)[End - 1].end());
  // Behind the size, if anything.
  unsigned Depth = 0, Commas = 0;
  size_t Rest = Range->second;
  for (size_t I = Range->first + 1; I < Range->second; ++I) {
    Depth += (*T)[I].Kind == tok::l_paren;
    Depth -= (*T)[I].Kind == tok::r_paren;
    if ((*T)[I].Kind == tok::comma && Depth == 1 && ++Commas == 2) {
      Rest = I;
      break;
    }
  }
  M.need("bpf_printk", File, (*T)[Range->first].Offset);
  M.replace(File, (*T)[Range->first].Offset, (*T)[Rest].Offset, ("bpf_printk(" + Text).str());
  size_t First = Name; // the statement that declares it
  while (First && (*T)[First - 1].Directive == (*T)[Name].Directive && (*T)[First - 1].Kind != tok::semi &&
         (*T)[First - 1].Kind != tok::l_brace && (*T)[First - 1].Kind != tok::r_brace && !(*T)[First - 1].isComment())
    --First;
  auto [From, To] = T->withLines((*T)[First].Offset, (*T)[End].end());
  M.replace(File, From, To, "");
  return true;
}

/// How many #if the function is in, where it is in \p File; a macro's body is in none.
unsigned Moderniser::depthOfFunction(FileID File) const {
  auto [Own, Offset] = M.SM.getDecomposedExpansionLoc(Function.getLocation());
  const FileTokens &T = M.tokens(File);
  return Own == File ? T.depthAt(T.indexAt(Offset)) : 0;
}

void Moderniser::rewritePrints() {
  DenseMap<const VarDecl *, unsigned> InPrints; // as the format and, in sizeof, as its size
  for (auto [Call, Format] : Prints)
    InPrints[Format] += isa<UnaryExprOrTypeTraitExpr>(Call->getArg(1)->IgnoreParenImpCasts()) ? 2 : 1;
  for (auto [Call, Format] : Prints)
    if (Uses[Format] != InPrints[Format] || !rewritePrint(*Call, *Format))
      M.leave(Call->getBeginLoc(),
              "the format of bpf_trace_printk() is used for something else too; write bpf_printk()");
}

//===----------------------------------------------------------------------===//
// bpf_probe_read()
//===----------------------------------------------------------------------===//

/// Structs that exist in the kernel's memory alone.
static constexpr llvm::StringLiteral KernelStructs[] = {"task_struct",
                                                        "sock",
                                                        "sk_buff",
                                                        "file",
                                                        "inode",
                                                        "dentry",
                                                        "path",
                                                        "qstr",
                                                        "mm_struct",
                                                        "nsproxy",
                                                        "pid",
                                                        "cred",
                                                        "super_block",
                                                        "vfsmount",
                                                        "mount",
                                                        "net_device",
                                                        "request",
                                                        "bio",
                                                        "page",
                                                        "files_struct",
                                                        "fdtable",
                                                        "socket",
                                                        "tcp_sock",
                                                        "inet_sock",
                                                        "udp_sock",
                                                        "net",
                                                        "signal_struct",
                                                        "linux_binprm",
                                                        "cgroup",
                                                        "css_set",
                                                        "kernfs_node",
                                                        "module",
                                                        "vm_area_struct",
                                                        "gendisk",
                                                        "block_device",
                                                        "request_sock",
                                                        "inet_connection_sock",
                                                        "sock_common",
                                                        "pid_namespace"};

/// "kernel" or "user", by where a pointer comes from; empty if that is not known.
StringRef Moderniser::originOfRoot(const Expr &Root) const {
  bool IsUserSide = Section.starts_with("uprobe") || Section.starts_with("uretprobe");
  QualType Pointee = Root.getType()->getPointeeType();
  if (!IsUserSide && !Pointee.isNull() && Pointee->isRecordType() &&
      is_contained(KernelStructs, Pointee->getAsRecordDecl()->getName()))
    return "kernel";
  if (const auto *Call = dyn_cast<CallExpr>(&Root))
    return calleeOf(*Call) == "bpf_get_current_task" ? "kernel" : "";
  const auto *Reference = dyn_cast<DeclRefExpr>(&Root);
  const auto *Var = Reference ? dyn_cast<VarDecl>(Reference->getDecl()) : nullptr;
  if (!Var || !Var->getInit())
    return "";
  const Expr *Init = Var->getInit()->IgnoreParenCasts();
  if (const auto *Call = dyn_cast<CallExpr>(Init); Call && calleeOf(*Call) == "bpf_get_current_task")
    return "kernel";
  const auto *Member = dyn_cast<MemberExpr>(Init);
  const auto *Base = Member ? dyn_cast<DeclRefExpr>(Member->getBase()->IgnoreParenCasts()) : nullptr;
  bool IsOfContext = Base && isa<ParmVarDecl>(Base->getDecl());
  IsUserSide |= Section.starts_with("tracepoint/syscalls/sys_enter_");
  return IsOfContext && IsUserSide && Var->getType()->isPointerType() ? "user" : "";
}

StringRef Moderniser::originOf(const Expr &Pointer) const {
  const Expr *E = Pointer.IgnoreParenCasts();
  if (StringRef Known = originOfRoot(*E); !Known.empty())
    return Known;
  // &pointer->member, and members of members.
  if (const auto *Address = dyn_cast<UnaryOperator>(E); Address && Address->getOpcode() == UO_AddrOf)
    E = Address->getSubExpr()->IgnoreParens();
  while (const auto *Member = dyn_cast<MemberExpr>(E)) {
    E = Member->getBase()->IgnoreParenImpCasts();
    if (Member->isArrow())
      return originOfRoot(*E->IgnoreParenCasts());
  }
  return "";
}

void Moderniser::rewriteRead(const CallExpr &Call) {
  StringRef Origin = originOf(*Call.getArg(2)), Name = calleeOf(Call);
  SourceLocation Place = Call.getCallee()->IgnoreParenImpCasts()->getBeginLoc();
  FileID File = M.SM.getFileID(M.SM.getSpellingLoc(Place));
  if (!M.isEditable(File))
    return;
  if (Origin.empty() || Place.isMacroID()) // a macro may be used for memory of both
    return M.leave(Call.getBeginLoc(), "{0}() may read kernel or user memory; write {1}_kernel{2}() or {1}_user{2}()",
                   Name, "bpf_probe_read", Name.ends_with("_str") ? "_str" : "");
  unsigned Offset = M.SM.getFileOffset(Place);
  if (M.tokens(File).text().substr(Offset).starts_with(Name))
    M.replace(File, Offset, Offset + Name.size(),
              ("bpf_probe_read_" + Origin + (Name.ends_with("_str") ? "_str" : "")).str());
}

//===----------------------------------------------------------------------===//
// BPF_KPROBE()
//===----------------------------------------------------------------------===//

/// The number of the argument that a variable is given by PT_REGS_PARMn(ctx) when the program begins; 0 if by something
/// else.
unsigned Moderniser::parameterOf(const VarDecl &Var) const {
  if (!Var.getInit())
    return 0;
  const Expr *Init = Var.getInit()->IgnoreParenImpCasts();
  auto IsOwnType = [&](const Expr *E) { // a narrower cast does something
    return M.Context.hasSameUnqualifiedType(E->getType(), Var.getType());
  };
  while (isa<CStyleCastExpr>(Init) && Init->getBeginLoc().isFileID() && IsOwnType(Init))
    Init = cast<CStyleCastExpr>(Init)->getSubExpr()->IgnoreParenImpCasts();
  CharSourceRange Range = M.SM.getExpansionRange(Init->getSourceRange());
  auto [File, Begin] = M.SM.getDecomposedLoc(Range.getBegin());
  unsigned End =
      M.SM.getFileOffset(Range.getEnd()) + Lexer::MeasureTokenLength(Range.getEnd(), M.SM, M.Context.getLangOpts());
  std::string Text = M.plainText(File, Begin, End);
  StringRef Name = Text;
  unsigned Number;
  if (!Name.consume_front("PT_REGS_PARM") || Name.consumeInteger(10, Number) || Name.ltrim() != "( ctx )")
    return 0;
  return Number >= 1 && Number <= 5 ? Number : 0;
}

/// A name for an argument that nobody uses.
std::string Moderniser::freeName(unsigned Number) const {
  std::string Name = formatv("arg{0}", Number);
  auto IsTaken = [&] {
    return any_of(Uses, [&](const auto &Use) {
      const auto *Named = dyn_cast<NamedDecl>(Use.first);
      return Named && Named->getIdentifier() && Named->getName() == Name;
    });
  };
  while (IsTaken())
    Name += "_";
  return Name;
}

/// The variables of the function's own block that PT_REGS_PARMn(ctx) initialises, by n.
Moderniser::Arguments Moderniser::findArguments() const {
  Arguments Result;
  for (const Stmt *S : Function.getBody()->children()) {
    const auto *Declaration = dyn_cast<DeclStmt>(S);
    const auto *Var =
        Declaration && Declaration->isSingleDecl() ? dyn_cast<VarDecl>(Declaration->getSingleDecl()) : nullptr;
    unsigned Number = Var && Var->getBeginLoc().isFileID() ? parameterOf(*Var) : 0;
    if (Number)
      Result.try_emplace(Number, Var);
  }
  return Result;
}

/// Why they cannot be made arguments of BPF_KPROBE(); null if they can.
const char *Moderniser::whyNotArguments(const Arguments &Found, FileID File) const {
  const FileTokens &T = M.tokens(File);
  for (auto [Number, Var] : Found) {
    QualType Type = Var->getType();
    const TagDecl *Tag = (Type->isPointerType() ? Type->getPointeeType() : Type)->getAsTagDecl();
    bool IsLocal = Tag && !Tag->getDeclContext()->isFileContext();
    bool IsInBranch = T.depthAt(T.indexAt(M.SM.getFileOffset(Var->getLocation()))) != depthOfFunction(File);
    if (IsLocal || IsInBranch || IsContextChanged)
      return "its PT_REGS_PARM() cannot be made arguments of BPF_KPROBE(): a branch of #if, a type of the function's "
             "own, or another value of ctx is in the way";
  }
  return M.isMacro("BPF_KPROBE", File, M.SM.getFileOffset(Function.getLocation()))
             ? nullptr
             : "include <bpf/bpf_tracing.h> for BPF_KPROBE(), and migrate again";
}

/// ", int first, void *arg2": those that nobody reads have names, too.
std::string Moderniser::parameterList(const Arguments &Found) const {
  std::string Text;
  for (unsigned I = 1; I <= Found.rbegin()->first; ++I) {
    auto It = Found.find(I);
    std::string Name = It == Found.end() ? freeName(I) : It->second->getName().str();
    QualType Type = It == Found.end() ? M.Context.getPointerType(M.Context.VoidTy) : It->second->getType();
    Type.getAsStringInternal(Name, M.Context.getPrintingPolicy());
    Text += ", " + Name;
  }
  return Text;
}

void Moderniser::rewriteArguments() {
  StringRef Attach = Section.split('/').first;
  if ((Attach != "kprobe" && Attach != "uprobe") || Function.getNumParams() != 1 ||
      Function.getParamDecl(0)->getName() != "ctx" || Migrator::contextOf(Function) != "pt_regs" ||
      Function.getLocation().isMacroID())
    return;
  Arguments Found = findArguments();
  if (Found.empty())
    return;
  auto [File, Name] = M.SM.getDecomposedLoc(Function.getLocation());
  if (const char *Why = whyNotArguments(Found, File))
    return M.leave(Function.getLocation(), Why);
  const FileTokens &T = M.tokens(File);
  auto Behind = [&](unsigned Offset, tok::TokenKind Kind) {
    size_t At = T.indexAt(Offset);
    while (At < T.size() && T[At].Kind != Kind)
      ++At;
    return T[At].end();
  };
  M.replace(File, Name, Behind(Name, tok::r_paren),
            ("BPF_KPROBE(" + Function.getName() + parameterList(Found) + ")").str());
  for (auto [Number, Var] : Found) {
    unsigned End = Behind(M.SM.getFileOffset(M.SM.getExpansionLoc(Var->getEndLoc())), tok::semi);
    auto [From, To] = T.withLines(M.SM.getFileOffset(Var->getBeginLoc()), End);
    M.replace(File, From, To, "");
  }
}

void Moderniser::run() {
  TraverseStmt(Function.getBody());
  rewritePrints();
  rewriteArguments();
}

void Migrator::modernise() {
  for (const Decl *D : Context.getTranslationUnitDecl()->decls()) {
    const auto *Function = dyn_cast<FunctionDecl>(D);
    if (Function && Function->isThisDeclarationADefinition() && !SM.isInSystemHeader(Function->getLocation()))
      Moderniser(*this, *Function).run();
  }
}

} // namespace bpfbuild
