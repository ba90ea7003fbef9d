//===- Migrator.cpp - finds old forms in a translation unit ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Migrate/Migrator.h"
#include "Compile/EmbeddedHeaders.h"
#include "Compile/Views/VmlinuxFileSystem.h"
#include "Kernel/Contexts.h"
#include "Kernel/SectionNames.h"
#include "clang/AST/Expr.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace clang;

namespace bpfbuild {

StringRef sectionOf(const Decl &D) {
  const auto *Attribute = D.getAttr<SectionAttr>();
  return Attribute && !Attribute->isInherited() ? Attribute->getName() : StringRef();
}

StringRef calleeOf(const CallExpr &Call) {
  const auto *Reference = dyn_cast<DeclRefExpr>(Call.getCallee()->IgnoreParenImpCasts());
  return Reference && Reference->getDecl()->getIdentifier() ? Reference->getDecl()->getName() : StringRef();
}

StringRef Migrator::contextOf(const FunctionDecl &Function) {
  if (Function.getNumParams() != 1)
    return "";
  QualType Pointee = Function.getParamDecl(0)->getType()->getPointeeType();
  if (Pointee.isNull() || !Pointee->isRecordType())
    return "";
  StringRef Name = Pointee->getAsRecordDecl()->getName();
  return isContext(Name) || Name == "pt_regs" ? Name : StringRef();
}

/// Absolute, otherwise as clang opened it: the name that a file system in memory looks for.
static std::string nameOf(const SourceManager &SM, FileID File) {
  OptionalFileEntryRef Entry = SM.getFileEntryRefForID(File);
  if (!Entry)
    return "";
  SmallString<256> Path(Entry->getName());
  SM.getFileManager().makeAbsolutePath(Path);
  return Path.str().str();
}

/// Where the file is: links are followed.
static std::string pathOf(const SourceManager &SM, FileID File) {
  OptionalFileEntryRef Entry = SM.getFileEntryRefForID(File);
  SmallString<256> Path;
  if (Entry && !sys::fs::real_path(Entry->getName(), Path))
    return Path.str().str();
  return nameOf(SM, File);
}

std::string Migrator::mainPath() const {
  return pathOf(SM, SM.getMainFileID());
}

const FileTokens &Migrator::tokens(FileID File) {
  std::unique_ptr<FileTokens> &Result = Files[File];
  if (!Result)
    Result = std::make_unique<FileTokens>(SM, Context.getLangOpts(), File);
  return *Result;
}

bool Migrator::isEditable(FileID File) const {
  if (File.isInvalid() || SM.isInSystemHeader(SM.getLocForStartOfFile(File)))
    return false;
  std::string Path = nameOf(SM, File);
  StringRef Name = sys::path::filename(Path);
  return !Path.empty() && !StringRef(Path).starts_with(EmbeddedRoot) && !StringRef(Path).starts_with("/usr/include/") &&
         Name != "bpf_helper_defs.h" && Name != "vmlinux.h";
}

unsigned Migrator::timesContested(FileID File, unsigned Begin, unsigned End) const {
  std::string Path = pathOf(SM, File);
  unsigned Times = 0;
  for (auto It = Options.Contested.lower_bound({Path, Begin});
       It != Options.Contested.end() && It->first.first == Path && It->first.second <= End; ++It)
    Times = std::max(Times, It->second);
  return Times;
}

bool Migrator::isSkipped(FileID File, unsigned Offset) const {
  return any_of(Skipped, [&](SourceRange Range) {
    auto [Begin, First] = SM.getDecomposedLoc(Range.getBegin());
    auto [End, Last] = SM.getDecomposedLoc(Range.getEnd());
    return Begin == File && End == File && Offset >= First && Offset < Last;
  });
}

std::string Migrator::plainText(FileID File, unsigned Begin, unsigned End) {
  const FileTokens &T = tokens(File);
  std::string Text;
  for (size_t I = T.indexAt(Begin); I < T.size() && T[I].Offset < End; ++I)
    if (!T[I].isComment())
      Text += (Text.empty() ? "" : " ") + T.text(T[I]).str();
  return Text;
}

void Migrator::replace(FileID File, unsigned Begin, unsigned End, std::string Text) {
  EditedFile &F = Result.Files[pathOf(SM, File)];
  if (F.Text.empty())
    F.Text = SM.getBufferData(File).str();
  F.Names.insert(nameOf(SM, File));
  F.Edits.insert({Begin, End - Begin, std::move(Text)});
}

void Migrator::say(std::vector<Diagnostic> &Where, SourceLocation Loc, std::string Message) {
  Diagnostic D;
  D.Level = &Where == &Result.Left ? Severity::Warning : Severity::Note;
  D.Message = std::move(Message);
  PresumedLoc Place = SM.getPresumedLoc(SM.getFileLoc(Loc));
  if (Place.isValid()) {
    D.Place = {Place.getFilename(), Place.getLine(), Place.getColumn()};
    D.Object = Place.getFilename();
  }
  Where.push_back(std::move(D));
}

std::optional<WrittenRange> Migrator::written(SourceRange Range) const {
  if (Range.isInvalid() || Range.getBegin().isMacroID() || Range.getEnd().isMacroID())
    return std::nullopt;
  auto [File, Begin] = SM.getDecomposedLoc(Range.getBegin());
  auto [EndFile, End] = SM.getDecomposedLoc(Range.getEnd());
  if (File != EndFile || End < Begin)
    return std::nullopt;
  return WrittenRange{File, Begin, End + Lexer::MeasureTokenLength(Range.getEnd(), SM, Context.getLangOpts())};
}

std::vector<WrittenRange> Migrator::expansions(SourceLocation Loc) {
  std::vector<WrittenRange> Result;
  while (Loc.isMacroID()) {
    if (SM.isMacroArgExpansion(Loc)) {
      Loc = SM.getImmediateSpellingLoc(Loc);
      continue;
    }
    CharSourceRange Range = SM.getImmediateExpansionRange(Loc);
    SourceLocation Begin = SM.getSpellingLoc(Range.getBegin()), End = SM.getSpellingLoc(Range.getEnd());
    FileID File = SM.getFileID(Begin);
    if (File == SM.getFileID(End))
      Result.push_back({File, SM.getFileOffset(Begin),
                        SM.getFileOffset(End) +
                            (Range.isTokenRange() ? Lexer::MeasureTokenLength(End, SM, Context.getLangOpts()) : 0)});
    Loc = Range.getBegin();
  }
  return Result;
}

bool Migrator::isMacro(StringRef Name, FileID File, unsigned Offset) const {
  IdentifierInfo *Identifier = PP.getIdentifierInfo(Name);
  if (!Identifier->hadMacroDefinition())
    return false;
  return bool(PP.getMacroDefinitionAtLoc(Identifier, SM.getLocForStartOfFile(File).getLocWithOffset(Offset)));
}

void Migrator::need(StringRef Macro, FileID File, unsigned Offset) {
  Needs &N = NeedsOf[File];
  N.First = std::min(N.First, Offset);
  if (!isMacro(Macro, File, Offset))
    N.Macros.insert(Macro.str());
}

std::string Migrator::section(StringRef Name, FileID File, unsigned Offset) {
  auto TakesString = [&](StringRef Macro) {
    const MacroInfo *Info = PP.getMacroInfo(PP.getIdentifierInfo(Macro));
    return Info && Info->isFunctionLike() && none_of(Info->tokens(), [](const Token &T) { return T.is(tok::hash); });
  };
  for (StringRef Macro : {"SEC", "__section"})
    if (isMacro(Macro, File, Offset) && TakesString(Macro))
      return formatv("{0}(\"{1}\")", Macro, Name);
  if (!Options.UsesHelperHeader)
    return formatv("__attribute__((section(\"{0}\"), used))", Name);
  need("SEC", File, Offset);
  return formatv("SEC(\"{0}\")", Name);
}

/// Behind the last #include before \p Before that is not in a branch; nothing if there is none.
std::optional<unsigned> Migrator::includePlace(FileID File, unsigned Before) {
  const FileTokens &T = tokens(File);
  std::optional<unsigned> Result;
  int Braces = 0;
  for (size_t I = 0; I + 1 < T.size() && T[I].Offset < Before; ++I) {
    if (T[I].Directive < 0)
      Braces += (T[I].Kind == tok::l_brace) - (T[I].Kind == tok::r_brace);
    if (!Braces && T[I].Kind == tok::hash && T[I].StartsLine && T.text(T[I + 1]) == "include" && !T.depthAt(I))
      Result = T.behindDirective(T[I].Directive);
  }
  return Result;
}

/// What a file lacks: the header behind its other ones, or the macros in it.
void Migrator::addIncludes() {
  if (none_of(NeedsOf, [](const auto &Each) { return !Each.second.Macros.empty() || Each.second.HasHelpers; }))
    Result.OwnHelpers.clear(); // nothing is included that they could clash with
  for (auto &[File, N] : NeedsOf) {
    if (N.Macros.empty() && !N.HasHelpers)
      continue;
    const FileTokens &T = tokens(File);
    std::string Newline = T.newline().str(), Text;
    if (Options.UsesHelperHeader &&
        Context.getTranslationUnitDecl()->lookup(&Context.Idents.get("bpf_map_type")).empty())
      Text = "#include <linux/bpf.h>" + Newline; // neither it nor vmlinux.h is there
    if (Options.UsesHelperHeader)
      Text += "#include <bpf/bpf_helpers.h>" + Newline;
    if (N.HasEndian)
      Text += "#include <bpf/bpf_endian.h>" + Newline;
    for (auto [Name, Body] : {std::pair("__uint", "#define __uint(name, val) int (*name)[val]"),
                              std::pair("__type", "#define __type(name, val) __typeof__(val) *name"),
                              std::pair("__array", "#define __array(name, val) __typeof__(val) *name[]")})
      if (!Options.UsesHelperHeader && N.Macros.count(Name))
        Text += Body + Newline;
    std::optional<unsigned> Place = includePlace(File, N.First);
    unsigned At = 0;
    if (!Place) { // before the first line that needs it, or its comment
      size_t First = T.indexAt(N.First);
      while (First && T[First - 1].isComment() && T[First - 1].StartsLine)
        --First;
      At = First < T.size() ? T.text().take_front(T[First].Offset).rfind('\n') + 1 : 0;
      Text += Newline;
    }
    // Declarations may be put in at the same place: behind it.
    std::set<TextEdit> &Edits = Result.Files[pathOf(SM, File)].Edits;
    auto There = Edits.lower_bound({Place.value_or(At), 0, ""});
    if (There != Edits.end() && There->Offset == Place.value_or(At) && !There->Length) {
      Text += There->Text;
      Edits.erase(There);
    }
    insert(File, Place.value_or(At), std::move(Text));
  }
}

/// What is old in branches that are not taken has no types to go by: it is migrated with the flags that take it.
void Migrator::leaveSkipped() {
  for (SourceRange Range : Skipped) {
    FileID File = SM.getFileID(Range.getBegin());
    if (!isEditable(File))
      continue;
    const FileTokens &T = tokens(File);
    for (size_t I = T.indexAt(SM.getFileOffset(Range.getBegin()));
         I < T.size() && T[I].Offset < SM.getFileOffset(Range.getEnd()); ++I) {
      StringRef Before = I >= 2 ? T.text(T[I - 2]) : StringRef(), Word = T.text(T[I]);
      SourceLocation Where = SM.getLocForStartOfFile(File).getLocWithOffset(T[I].Offset);
      if (T[I].Directive >= 0)
        continue;
      bool IsOfSection = Before == "SEC" || Before == "__section";
      if (Word == "__section_tail" ||
          (T[I].Kind == tok::string_literal && IsOfSection && !currentSectionName(Word.trim('"')).empty()))
        leave(Where, "an old section in a branch that is not taken; migrate again with the flags that take it");
    }
  }
}

Migration Migrator::run() {
  migrateMaps();
  migrateSections();
  leaveSkipped();
  if (Options.UsesHelperHeader)
    dropHelpers();
  if (Options.Modernises)
    modernise();
  addIncludes();
  return std::move(Result);
}

} // namespace bpfbuild
