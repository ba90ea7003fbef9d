//===- OldSections.cpp - sections of programs before libbpf 1.0 -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// libbpf told a program's type by the beginning of its section's name, iproute2 by its command line. Today the whole
// name has to be known. A name of which neither says what the program is gets one by its context, where only one fits.
//===----------------------------------------------------------------------===//
#include "Compile/Migrate/Migrator.h"
#include "Kernel/OldMapMembers.h"
#include "Kernel/SectionNames.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace clang;

namespace bpfbuild {

namespace {
class SectionMigrator {
public:
  explicit SectionMigrator(Migrator &M) : M(M) {}
  void run();

private:
  void collect(const DeclContext &Scope);
  void migrate(const FunctionDecl &Function);
  StringRef currentName(const FunctionDecl &Function, StringRef Old);
  StringRef nameBySiblings(StringRef Context) const;
  bool isForTc(const FunctionDecl &Function) const;
  bool rewrite(const FunctionDecl &Function, StringRef Old, StringRef New);
  bool rewriteLiteral(const WrittenRange &Where, StringRef Old, StringRef New);
  bool covers(const WrittenRange &Range, const FunctionDecl &Function) const;
  std::string whatToDo(const FunctionDecl &Function, StringRef Old) const;

  Migrator &M;
  std::vector<const FunctionDecl *> Programs;
};

/// Looks for what only the programs of ip-route's encapsulation return.
class LwtFinder : public RecursiveASTVisitor<LwtFinder> {
public:
  bool VisitDeclRefExpr(DeclRefExpr *E) {
    if (const auto *Constant = dyn_cast<EnumConstantDecl>(E->getDecl()))
      IsFound |= is_contained({"BPF_OK", "BPF_DROP", "BPF_REDIRECT", "BPF_LWT_REROUTE"}, Constant->getName());
    return !IsFound;
  }
  bool IsFound = false;
};
} // namespace

/// How the sections of tc's programs begin in iproute2's documentation and where people followed it.
static constexpr llvm::StringLiteral TcNames[] = {"tc", "cls", "clsact", "ingress", "egress"};

void SectionMigrator::collect(const DeclContext &Scope) {
  for (const Decl *D : Scope.decls()) {
    const auto *Function = dyn_cast<FunctionDecl>(D);
    if (Function && Function->getDefinition() && !sectionOf(*Function).empty())
      Programs.push_back(Function);
    else if (const auto *Inner = dyn_cast<DeclContext>(D); Inner && !Function && !isa<RecordDecl>(D))
      collect(*Inner);
  }
}

/// perf's `func=NAME`; what else perf takes behind it, arguments and offsets, libbpf has no word for.
static std::string perfProbe(StringRef Section) {
  auto [Event, Probe] = Section.split('=');
  bool IsPlain = !Probe.empty() && all_of(Probe, [](char C) { return isAlnum(C) || C == '_' || C == '.'; });
  return IsPlain && !Event.contains('/') && !Event.contains(' ') ? ("kprobe/" + Probe).str() : "";
}

bool SectionMigrator::isForTc(const FunctionDecl &Function) const {
  LwtFinder Lwt;
  Lwt.TraverseDecl(const_cast<FunctionDecl *>(&Function));
  if (Lwt.IsFound)
    return false;
  StringRef Section = sectionOf(Function);
  bool IsNamed = any_of(TcNames, [&](StringRef Word) { return Section.starts_with(Word); });
  IdentifierInfo *Verdict = M.PP.getIdentifierInfo("TC_ACT_OK");
  return IsNamed || M.isForIproute2 || Verdict->hadMacroDefinition();
}

/// The one kind of the programs with the same context whose names say it; empty if they are of several, or none is.
StringRef SectionMigrator::nameBySiblings(StringRef Context) const {
  StringRef Found;
  for (const FunctionDecl *Other : Programs) {
    StringRef Section = sectionOf(*Other), Now = currentSectionName(Section);
    if (Migrator::contextOf(*Other) != Context)
      continue;
    if (const SectionName *Known = findSectionName(Now.empty() ? Section : Now)) {
      if (!Found.empty() && findSectionName(Found)->ProgramType != Known->ProgramType)
        return "";
      Found = Known->Name == "classifier" ? StringRef("tc") : StringRef(Known->Name);
    }
  }
  return Found;
}

/// The name of a program that neither libbpf nor its own name tells the type of; empty if nothing does.
StringRef SectionMigrator::currentName(const FunctionDecl &Function, StringRef Old) {
  StringRef Context = Migrator::contextOf(Function);
  StringRef Only = StringSwitch<StringRef>(Context)
                       .Case("xdp_md", "xdp")
                       .Case("bpf_sock_ops", "sockops")
                       .Case("sk_msg_md", "sk_msg")
                       .Case("sk_reuseport_md", "sk_reuseport")
                       .Case("bpf_sk_lookup", "sk_lookup")
                       .Case("bpf_cgroup_dev_ctx", "cgroup/dev")
                       .Case("bpf_sysctl", "cgroup/sysctl")
                       .Default("");
  if (!Only.empty())
    return Only;
  if (StringRef Same = nameBySiblings(Context); !Same.empty() && (Context == "__sk_buff" || tailCallSection(Old)))
    return Same;
  return Context == "__sk_buff" && isForTc(Function) ? "tc" : "";
}

std::string SectionMigrator::whatToDo(const FunctionDecl &Function, StringRef Old) const {
  StringRef Example = Migrator::contextOf(Function) == "__sk_buff" ? "socket or tc" : "kprobe/FUNCTION";
  return formatv("section '{0}' does not say what type of program '{1}' is, and libbpf 1.0 and newer do not load it; "
                 "say it by --section={0}=NAME, with a name such as {2}, or have the host call bpf_program__set_type()",
                 Old, Function.getName(), Example);
}

void SectionMigrator::migrate(const FunctionDecl &Function) {
  StringRef Old = sectionOf(Function);
  std::string New = currentSectionName(Old).str();
  if (auto Given = M.Options.Sections.find(Old.str()); Given != M.Options.Sections.end())
    New = Given->second;
  else if (Old == ".text" && Programs.size() == 1 && !Function.isReferenced())
    return M.leave(Function.getLocation(), "{0}", whatToDo(Function, Old));
  else if (Old == ".text" || (New.empty() && findSectionName(Old)))
    return;
  auto Tail = tailCallSection(Old);
  bool IsGuessed = false;
  if (Tail && !M.Placed.count(Function.getDefinition()))
    return M.leave(
        Function.getLocation(),
        "program '{0}' goes into slot {1} of the prog_array with id {2}, of which no definition was migrated; "
        "name it in .values of that map, and put it into a section of its type",
        Function.getName(), Tail->second, Tail->first);
  if (New.empty())
    New = perfProbe(Old);
  if (New.empty()) {
    if (Function.isReferenced() && Migrator::contextOf(Function).empty())
      return; // a function that others call, in a section of its own
    New = currentName(Function, Old).str();
    IsGuessed = !New.empty() && !Tail && !M.isForIproute2 && Migrator::contextOf(Function) == "__sk_buff" &&
                none_of(TcNames, [&](StringRef Word) { return Old.starts_with(Word); });
  }
  if (New.empty())
    return M.leave(Function.getLocation(), "{0}", whatToDo(Function, Old));
  if (Old.starts_with("?") && !StringRef(New).starts_with("?"))
    New = "?" + New; // libbpf loads it only if it is asked to
  if (New == Old)
    return;
  if (!rewrite(Function, Old, New))
    return M.leave(Function.getLocation(),
                   "section '{0}' of program '{1}' is put together by macros; write SEC(\"{2}\") there", Old,
                   Function.getName(), New);
  if (IsGuessed)
    M.advise(Function.getLocation(),
             "program '{0}' is assumed to be of type {1}; if it is not, pass --section={2}=NAME", Function.getName(),
             New, Old);
  M.Result.Programs.push_back({Function.getName().str(), Old.str(), New});
  if (!Tail && currentSectionName(Old).empty() && M.isForIproute2)
    M.advise(Function.getLocation(), "tc and ip find this program by its name now: 'program {0}', not 'section {1}'",
             Function.getName(), Old);
}

/// The string in \p Where that is the section's name becomes the new one; false if there is none, or not only it.
bool SectionMigrator::rewriteLiteral(const WrittenRange &Where, StringRef Old, StringRef New) {
  const FileTokens &T = M.tokens(Where.File);
  std::vector<const FileToken *> Strings;
  for (size_t I = T.indexAt(Where.Begin); I < T.size() && T[I].Offset < Where.End; ++I)
    if (T[I].Kind == tok::string_literal)
      Strings.push_back(&T[I]);
  if (Strings.size() != 1 || T.text(*Strings.front()).drop_front().drop_back() != Old || !M.isEditable(Where.File) ||
      M.isContested(Where.File, Where.Begin, Where.End))
    return false;
  M.replace(Where.File, Strings.front()->Offset, Strings.front()->end(), ("\"" + New + "\"").str());
  return true;
}

/// True if \p Range is all that a macro stands for.
static bool isWholeBody(const FileTokens &T, const WrittenRange &Range) {
  size_t First = T.indexAt(Range.Begin);
  if (T[First].Directive < 0)
    return false;
  std::optional<FileTokens::MacroHead> Macro = T.macroHead(T[First].Directive);
  std::vector<size_t> Tokens = T.stream(First);
  return Macro && Macro->Body == First && T[Tokens.back()].end() == Range.End;
}

bool SectionMigrator::covers(const WrittenRange &Range, const FunctionDecl &Function) const {
  auto [File, Offset] = M.SM.getDecomposedExpansionLoc(Function.getLocation());
  return File == Range.File && Offset >= Range.Begin && Offset < Range.End;
}

bool SectionMigrator::rewrite(const FunctionDecl &Function, StringRef Old, StringRef New) {
  const auto *Attribute = Function.getAttr<SectionAttr>();
  SourceLocation Where = Attribute->getLocation();
  if (Where.isFileID()) {
    SourceRange Range = Attribute->getRange();
    return rewriteLiteral(
        {M.SM.getFileID(Where), M.SM.getFileOffset(Range.getBegin()),
         M.SM.getFileOffset(Range.getEnd()) + Lexer::MeasureTokenLength(Range.getEnd(), M.SM, M.Context.getLangOpts())},
        Old, New);
  }
  std::vector<WrittenRange> Written = M.expansions(Where);
  for (const WrittenRange &Range : Written)
    if (rewriteLiteral(Range, Old, New))
      return true;
  // No string has it, as in __section_tail(ID, 0), __section_cls_entry or SEC("socket" #n). What macros there are to
  // give a section stay; it is their use that changes.
  for (const WrittenRange &Range : Written) {
    const FileTokens &T = M.tokens(Range.File);
    if (!M.isEditable(Range.File) || isWholeBody(T, Range) || M.isContested(Range.File, Range.Begin, Range.End))
      continue;
    if (covers(Range, Function))
      return false; // the program itself comes out of a macro that is not the user's
    M.replace(Range.File, Range.Begin, Range.End, M.section(New, Range.File, Range.Begin));
    return true;
  }
  return false;
}

void SectionMigrator::run() {
  collect(*M.Context.getTranslationUnitDecl());
  M.isForIproute2 |= any_of(Programs, [](const FunctionDecl *F) { return bool(tailCallSection(sectionOf(*F))); });
  for (const FunctionDecl *Function : Programs)
    migrate(*Function);
}

void Migrator::migrateSections() {
  SectionMigrator(*this).run();
}

} // namespace bpfbuild
