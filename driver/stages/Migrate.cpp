//===- Migrate.cpp - bpfbuild migrate -------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For all sources: Compiler::migrate → one set of edits → compiled again with them → compareObjects → diff or files.
//===----------------------------------------------------------------------===//
#include "Compile/Compile.h"
#include "Compile/Migrate/Format.h"
#include "Kernel/SectionNames.h"
#include "Migrate/Hosts.h"
#include "Migrate/Proof.h"
#include "Migrate/UnifiedDiff.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "Support/Options.h"
#include "Support/OutputSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

namespace {
/// What libbpf's header had before 1.0: sources that take it from there compile again.
constexpr StringLiteral OldStructPath = "/__bpfbuild__/migrate/bpf_map_def.h";
constexpr StringLiteral OldStruct =
    "struct bpf_map_def {\n\tunsigned int type, key_size, value_size, max_entries, map_flags;\n};\n";

/// What the command line asks for.
struct Request {
  CommandLine Line;
  MigrateOptions Options;
  std::vector<std::string> Hosts;
  bool Writes = false, Checks = false;
};

/// A source that compiles, and what is old in it.
struct OldSource {
  const Input *Source;
  std::string Bytes;
  bool LacksStruct = false; ///< its headers have no struct bpf_map_def
  Migration Found;
};

/// What is wrong with a way to migrate.
struct Problem {
  std::string Text; ///< names the source
  std::string Map;  ///< if it is about one
  const OldSource *Source = nullptr;
  bool IsOfClang = false; ///< the source does not compile any longer, and Clang does not know for which map
};

class Migrate {
public:
  explicit Migrate(Request Wanted);
  Error run();

private:
  Error readSources();
  Expected<OldSource> readSource(const Input &Source);
  Expected<EditedFiles> collectEdits();
  Expected<std::vector<Problem>> prove(const EditedFiles &Files);
  Expected<std::vector<Problem>> tryWay(bool UsesHeader, EditedFiles &Files);
  bool exclude(ArrayRef<Problem> Differences);
  Expected<std::string> compileEdited(const OldSource &Source, const std::map<std::string, std::string> &Texts);
  Error tryWays(EditedFiles &Files);
  Error finish(const EditedFiles &Files);
  void printFindings() const;

  Request Wanted;
  CompileOptions Plain, WithStruct;
  std::vector<OldSource> Sources;
  std::vector<std::string> Kept;    ///< why own declarations of helpers stay
  std::vector<std::string> Refused; ///< why maps are left
};
} // namespace

static Expected<Request> parse(ArrayRef<const char *> Argv) {
  unsigned MissingIndex, MissingCount;
  opt::InputArgList Args =
      getOptionTable().ParseArgs(Argv, MissingIndex, MissingCount, opt::Visibility(BpfbuildMigrate));
  Request Result;
  Result.Writes = Args.hasArg(OPT_in_place);
  Result.Checks = Args.hasArg(OPT_check);
  Result.Options.Modernises = Args.hasArg(OPT_modernise);
  Result.Hosts = Args.getAllArgValues(OPT_host_EQ);
  if (Result.Writes + Result.Checks + Args.hasArg(OPT_diff) > 1)
    return makeError("-i, --diff and --check exclude each other");
  for (StringRef Section : Args.getAllArgValues(OPT_section_EQ)) {
    auto [Old, New] = Section.rsplit('=');
    if (Old.empty() || New.empty())
      return makeError("--section={0}: expected OLD=NEW, such as --section=len_hist=lwt_xmit", Section);
    if (!findSectionName(New))
      return makeError("--section={0}: libbpf knows no section '{1}'", Section, New);
    Result.Options.Sections[Old.str()] = New.str();
  }
  std::vector<std::string> Rest;
  for (const opt::Arg *A : Args)
    if (A->getOption().matches(OPT_UNKNOWN) || A->getOption().matches(OPT_INPUT))
      Rest.push_back(A->getOption().matches(OPT_INPUT) ? A->getValue() : A->getSpelling().str());
  if (Rest.empty() && Result.Hosts.empty())
    return makeError("no source is named");
  if (Rest.empty())
    return std::move(Result);
  SmallVector<const char *> Pointers;
  for (const std::string &Arg : Rest)
    Pointers.push_back(Arg.c_str());
  Expected<CommandLine> Line = parseCommandLine(Pointers);
  if (!Line)
    return Line.takeError();
  Result.Line = std::move(*Line);
  if (!Result.Line.Output.empty())
    return makeError("migrate takes no -o; it prints a diff, or changes the sources themselves with -i");
  for (const Input &I : Result.Line.Inputs)
    if (I.isObject() || I.IsPreprocessed || (sys::fs::exists(I.Path) && !sys::fs::is_regular_file(I.Path)) ||
        I.Path == "-")
      return makeError("'{0}': migrate takes sources in C and C++", I.Path);
  return Result;
}

/// What \p Compile gives; where Clang crashes, which some wrong sources have it do, the same as for an error in the
/// source.
static Expected<std::string> safely(function_ref<Expected<std::string>()> Compile) {
  Expected<std::string> Result = reportedError();
  CrashRecoveryContext::Enable();
  CrashRecoveryContext Recovery;
  bool IsDone = Recovery.RunSafely([&] {
    consumeError(Result.takeError());
    Result = Compile();
  });
  if (IsDone)
    return Result;
  consumeError(Result.takeError());
  return reportedError();
}

Migrate::Migrate(Request Asked) : Wanted(std::move(Asked)), Plain(Wanted.Line.Compile) {
  Plain.ClangArgs.push_back("-w");
  Plain.KeepDwarf = false;
  Plain.LoadedBy = Loader::Iproute2; // old sections and maps are no mistakes here
  WithStruct = Plain;
  WithStruct.ClangArgs.insert(WithStruct.ClangArgs.end(), {"-include", OldStructPath.str()});
}

Expected<OldSource> Migrate::readSource(const Input &Source) {
  std::string FirstWords;
  for (bool LacksStruct : {false, true}) {
    OldSource Result{&Source, "", LacksStruct, {}};
    std::string Words;
    raw_string_ostream Messages(Words);
    StageTimes Times;
    SaidOnce Said;
    Compiler Compile(LacksStruct ? WithStruct : Plain, "bpfcc++", Times, Said);
    Compile.printTo(Messages);
    if (LacksStruct)
      Compile.showTexts({{OldStructPath.str(), OldStruct.str()}});
    Expected<std::string> Bytes = safely([&] { return Compile.migrate(Source, Wanted.Options, Result.Found); });
    if (Bytes) {
      Result.Bytes = std::move(*Bytes);
      return Result;
    }
    if (!Bytes.errorIsA<ReportedError>())
      return Bytes.takeError();
    consumeError(Bytes.takeError());
    if (!LacksStruct)
      FirstWords = std::move(Words);
  }
  errs() << FirstWords;
  return makeError("'{0}' does not compile as it is; pass the flags that it is compiled with", Source.Path);
}

Error Migrate::readSources() {
  Sources.clear();
  for (const Input &I : Wanted.Line.Inputs) {
    Expected<OldSource> Source = readSource(I);
    if (!Source)
      return Source.takeError();
    Sources.push_back(std::move(*Source));
  }
  return Error::success();
}

static unsigned lineOf(StringRef Text, unsigned Offset) {
  return 1 + Text.take_front(Offset).count('\n');
}

/// The edits of all sources; where two contradict each other, as the uses of a macro can, both are left.
Expected<EditedFiles> Migrate::collectEdits() {
  for (unsigned Tries = 0; Tries < 64; ++Tries) {
    if (Error E = readSources())
      return std::move(E);
    EditedFiles All;
    for (const OldSource &Source : Sources)
      for (const auto &[Path, File] : Source.Found.Files) {
        EditedFile &Merged = All[Path];
        if (!Merged.Text.empty() && Merged.Text != File.Text)
          return makeError("'{0}' was changed while it was read; try again", Path);
        Merged.Text = File.Text;
        Merged.Names.insert(File.Names.begin(), File.Names.end());
        Merged.Edits.insert(File.Edits.begin(), File.Edits.end());
      }
    bool IsContested = false;
    for (const auto &[Path, File] : All)
      if (std::optional<unsigned> Offset = File.conflict()) {
        if (++Wanted.Options.Contested[{Path, *Offset}] > 2)
          return makeError("'{0}', line {1}: the sources need different changes there; make them by hand", Path,
                           lineOf(File.Text, *Offset));
        IsContested = true;
      }
    if (IsContested)
      continue;
    for (auto &[Path, File] : All) {
      File.tidyBlankLines();
      if (Error E = formatEdits(Path, File))
        return std::move(E);
    }
    return All;
  }
  return makeError("the sources need different changes of the same headers; migrate them one by one");
}

Expected<std::string> Migrate::compileEdited(const OldSource &Source, const std::map<std::string, std::string> &Texts) {
  std::string FirstWords;
  for (bool HasStruct : {false, true}) {
    std::string Words;
    raw_string_ostream Messages(Words);
    StageTimes Times;
    SaidOnce Said;
    Compiler Compile(HasStruct ? WithStruct : Plain, "bpfcc++", Times, Said);
    Compile.printTo(Messages);
    Compile.showTexts(Texts);
    if (HasStruct)
      Compile.showTexts({{OldStructPath.str(), OldStruct.str()}});
    Expected<std::string> Bytes = safely([&] {
      return Compile.compile(*Source.Source, stemOf(Source.Source->Path).str() + ".bpf.o",
                             [](const CompiledObject &) { return std::vector<Diagnostic>(); });
    });
    if (Bytes || !Bytes.errorIsA<ReportedError>())
      return Bytes;
    consumeError(Bytes.takeError());
    if (!HasStruct)
      FirstWords = std::move(Words);
    if (!Source.LacksStruct || Source.Found.Left.empty())
      break; // nothing is left that needs it
  }
  return makeError("{0}", FirstWords.empty() ? "error: Clang crashes on it" : FirstWords);
}

/// What is different with \p Files, by the source.
Expected<std::vector<Problem>> Migrate::prove(const EditedFiles &Files) {
  if (Files.empty())
    return std::vector<Problem>();
  std::map<std::string, std::string> Texts;
  for (const auto &[Path, File] : Files)
    for (const std::string &Name : File.Names)
      Texts[Name] = File.edited();
  std::vector<Problem> All;
  for (const OldSource &Source : Sources) {
    const std::string &Path = Source.Source->Path;
    Expected<std::string> Bytes = compileEdited(Source, Texts);
    if (!Bytes) {
      std::string Words = toString(Bytes.takeError());
      size_t Error = Words.find("error: ");
      StringRef First = Error == std::string::npos ? Words : StringRef(Words).drop_front(Error + 7);
      All.push_back(
          {formatv("{0}: it does not compile any longer: {1}", Path, First.split('\n').first), "", &Source, true});
      continue;
    }
    Expected<BPFObject> Before = BPFObject::parse(Source.Bytes, Path), After = BPFObject::parse(*Bytes, Path);
    if (!Before || !After)
      return joinErrors(Before.takeError(), After.takeError());
    Expected<std::vector<Difference>> Differences =
        compareObjects(*Before, *After, Source.Found, {Wanted.Options.Modernises});
    if (!Differences)
      return Differences.takeError();
    for (const Difference &D : *Differences)
      All.push_back({formatv("{0}: {1}", Path, D.Text), D.Map, &Source});
  }
  return All;
}

/// What is different if it is done that way.
Expected<std::vector<Problem>> Migrate::tryWay(bool UsesHeader, EditedFiles &Files) {
  Wanted.Options.UsesHelperHeader = UsesHeader;
  Expected<EditedFiles> Edits = collectEdits();
  if (!Edits)
    return Edits.takeError();
  auto HasArray = [](const MovedMap &Map) { return Map.New.size() > 1; };
  for (const OldSource &Source : Sources) {
    const std::string &Path = Source.Source->Path;
    if (UsesHeader && !Source.Found.OwnHelpers.empty())
      return std::vector<Problem>{
          {formatv("{0}: {1}() is declared so that it cannot be taken out", Path, Source.Found.OwnHelpers.front()),
           ""}};
    if (UsesHeader && Source.Found.DropsHelpers && any_of(Source.Found.Maps, HasArray))
      return std::vector<Problem>{{formatv("{0}: functions that use an array of maps cannot be compared", Path), ""}};
  }
  Files = std::move(*Edits);
  return prove(Files);
}

/// Leaves the maps that differ, and all of a source that does not compile; false if no other map is left than before.
bool Migrate::exclude(ArrayRef<Problem> Problems) {
  bool IsNew = false;
  for (const Problem &P : Problems) {
    SmallString<256> Path;
    if (!P.Source || sys::fs::real_path(P.Source->Source->Path, Path))
      continue;
    bool IsLeft = false;
    for (const MovedMap &Map : P.Source->Found.Maps)
      if (P.IsOfClang || P.Map == Map.Old || is_contained(Map.New, P.Map))
        IsLeft |= Wanted.Options.Excluded.insert({Path.str().str(), Map.Old}).second;
    if (IsLeft)
      Refused.push_back(P.Text);
    IsNew |= IsLeft;
  }
  return IsNew;
}

/// With <bpf/bpf_helpers.h> first; where that changes what a program does, with the macros written out. Maps that are
/// not the same by either way are left, and the rest is tried again.
Error Migrate::tryWays(EditedFiles &Files) {
  Expected<std::vector<Problem>> Differences = tryWay(/*UsesHeader=*/true, Files);
  while (Differences && !Differences->empty()) {
    std::vector<Problem> ByHeader = std::move(*Differences);
    Differences = tryWay(/*UsesHeader=*/false, Files);
    if (!Differences)
      break;
    if (Differences->empty()) {
      for (Problem &D : ByHeader)
        Kept.push_back(std::move(D.Text));
      return Error::success();
    }
    if (!exclude(*Differences)) {
      for (const Problem &D : *Differences)
        errs() << "bpfbuild: error: " << D.Text << '\n';
      if (any_of(Files, [](const auto &Each) { return StringRef(Each.second.Text).contains("__LINE__"); }))
        errs() << "bpfbuild: note: the source has __LINE__ in it, which lines that come or go change\n";
      return makeError("the migrated source would behave differently, so nothing is written; change by hand what "
                       "is named above, and migrate again");
    }
    Differences = tryWay(/*UsesHeader=*/true, Files);
  }
  return Differences ? Error::success() : Differences.takeError();
}

/// As the user knows it: below the working folder, relative.
static std::string shownName(StringRef Path) {
  SmallString<256> Named, Folder;
  if (sys::fs::current_path(Named) || sys::fs::real_path(Named, Folder))
    return Path.str();
  StringRef Rest = Path;
  return Rest.consume_front(Folder) && Rest.consume_front("/") ? Rest.str() : Path.str();
}

void Migrate::printFindings() const {
  SaidOnce Said;
  std::vector<Diagnostic> All;
  for (const OldSource &Source : Sources) {
    append_range(All, Source.Found.Left);
    append_range(All, Source.Found.Advice);
  }
  for (const Diagnostic &D : All)
    if (Said.insert(D))
      printText(errs(), D);
  for (const std::string &Why : Refused)
    errs() << "bpfbuild: note: left, because it would become another map: " << Why << '\n';
  for (const std::string &Why : Kept)
    errs() << "bpfbuild: note: the sources keep their own helper declarations: " << Why << '\n';
}

Error Migrate::finish(const EditedFiles &Files) {
  printFindings();
  bool IsLeft = any_of(Sources, [](const OldSource &S) { return !S.Found.Left.empty(); });
  OutputSet Written;
  bool IsChanged = false;
  for (const auto &[Path, File] : Files) {
    std::string Name = shownName(Path), Diff = unifiedDiff(Name, File);
    if (Diff.empty())
      continue;
    IsChanged = true;
    if (Wanted.Checks)
      errs() << "bpfbuild: " << Name << " has old forms\n";
    else if (Wanted.Writes)
      Written.addReplacement(Path, File.Text, File.edited());
    else
      outs() << Diff;
  }
  if (Wanted.Checks)
    return IsChanged || IsLeft ? reportedError() : Error::success();
  return Written.commit();
}

Error Migrate::run() {
  for (const std::string &Host : Wanted.Hosts) {
    Expected<std::unique_ptr<MemoryBuffer>> Text = readFile(Host);
    if (!Text)
      return Text.takeError();
    for (const Diagnostic &D : adviseHost(Host, (*Text)->getBuffer()))
      printText(errs(), D);
  }
  EditedFiles Files;
  if (Error E = tryWays(Files))
    return E;
  return finish(Files);
}

Error runMigrate(ArrayRef<const char *> Args) {
  Expected<Request> Wanted = parse(Args);
  return Wanted ? Migrate(std::move(*Wanted)).run() : Wanted.takeError();
}

} // namespace bpfbuild
