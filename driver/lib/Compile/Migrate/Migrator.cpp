//===- Migrator.cpp - finds old forms in a translation unit ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Migrate/Migrator.h"
#include "Compile/EmbeddedHeaders.h"
#include "Compile/Views/VmlinuxFileSystem.h"
#include "Kernel/Contexts.h"
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

StringRef Migrator::contextOf(const FunctionDecl &Function) {
  if (Function.getNumParams() != 1)
    return "";
  QualType Pointee = Function.getParamDecl(0)->getType()->getPointeeType();
  if (Pointee.isNull() || !Pointee->isRecordType())
    return "";
  StringRef Name = Pointee->getAsRecordDecl()->getName();
  return isContext(Name) || Name == "pt_regs" ? Name : StringRef();
}

/// Absolute, without dots, as clang opened it: links stay links.
static std::string pathOf(const SourceManager &SM, FileID File) {
  OptionalFileEntryRef Entry = SM.getFileEntryRefForID(File);
  if (!Entry)
    return "";
  SmallString<256> Path(Entry->getName());
  SM.getFileManager().makeAbsolutePath(Path);
  sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
  return Path.str().str();
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
  std::string Path = pathOf(SM, File);
  StringRef Name = sys::path::filename(Path);
  return !Path.empty() && !StringRef(Path).starts_with(EmbeddedRoot) && !StringRef(Path).starts_with("/usr/include/") &&
         Name != "bpf_helper_defs.h" && Name != "vmlinux.h";
}

bool Migrator::isContested(FileID File, unsigned Begin, unsigned End) const {
  std::string Path = pathOf(SM, File);
  auto It = Options.Contested.lower_bound({Path, Begin});
  return It != Options.Contested.end() && It->first == Path && It->second <= End;
}

void Migrator::replace(FileID File, unsigned Begin, unsigned End, std::string Text) {
  EditedFile &F = Result.Files[pathOf(SM, File)];
  if (F.Text.empty())
    F.Text = SM.getBufferData(File).str();
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
  for (StringRef Macro : {"SEC", "__section"})
    if (isMacro(Macro, File, Offset))
      return formatv("{0}(\"{1}\")", Macro, Name);
  if (!Options.UsesHelperHeader)
    return formatv("__attribute__((section(\"{0}\"), used))", Name);
  need("SEC", File, Offset);
  return formatv("SEC(\"{0}\")", Name);
}

/// Behind the last #include before \p Before that is not in a branch, other than the guard of a header; nothing if
/// there is none.
std::optional<unsigned> Migrator::includePlace(FileID File, unsigned Before) {
  const FileTokens &T = tokens(File);
  unsigned Depth = 0, Guard = 0;
  bool IsFirst = true;
  std::optional<unsigned> Result;
  for (size_t I = 0; I + 1 < T.size() && T[I].Offset < Before; ++I) {
    if (T[I].Kind != tok::hash || !T[I].StartsLine)
      continue;
    StringRef Word = T.text(T[I + 1]);
    if (Word.starts_with("if"))
      ++Depth;
    else if (Word == "endif" && Depth)
      --Depth;
    if (IsFirst && Word == "ifndef")
      Guard = 1;
    IsFirst = false;
    if (Word == "include" && Depth <= Guard) {
      size_t End = T.text().find('\n', T[I].Offset);
      Result = End == StringRef::npos ? T.text().size() : End + 1;
    }
  }
  return Result;
}

/// What a file lacks: the header behind its other ones, or the macros in it.
void Migrator::addIncludes() {
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
    insert(File, Place.value_or(At), std::move(Text));
  }
}

Migration Migrator::run() {
  migrateMaps();
  migrateSections();
  if (Options.UsesHelperHeader)
    dropHelpers();
  if (Options.Modernises)
    modernise();
  addIncludes();
  return std::move(Result);
}

} // namespace bpfbuild
