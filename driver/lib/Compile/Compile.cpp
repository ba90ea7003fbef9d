//===- Compile.cpp - BPF sources to BPF objects ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The way of one source: options that every BPF compile needs + the user's → clang::driver::Driver → one cc1 job →
// CompilerInvocation → CompileAction, which emits the object into memory and then has it checked. When Clang opens
// vmlinux.h, a NameCollector goes over the source ahead of it.
//===----------------------------------------------------------------------===//
#include "Compile/Compile.h"
#include "Compile/Attempts.h"
#include "Compile/Cxx/CxxConsumer.h"
#include "Compile/DiagnosticConsumers.h"
#include "Compile/EditorFlags.h"
#include "Compile/EmbeddedHeaders.h"
#include "Compile/LLVMVersion.h"
#include "Compile/Migrate/Migrator.h"
#include "Compile/Pipeline.h"
#include "Compile/Pragmas.h"
#include "Compile/SourceMap.h"
#include "Compile/SourceTexts.h"
#include "Compile/Views/NameCollector.h"
#include "Compile/Views/VmlinuxFileSystem.h"
#include "Kernel/Instruction.h"
#include "Object/Forwards.h"
#include "Object/Strip.h"
#include "Support/Error.h"
#include "clang/Basic/Version.h"
#include "clang/CodeGen/CodeGenAction.h"
#include "clang/Driver/Compilation.h"
#include "clang/Driver/Driver.h"
#include "clang/Driver/Job.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/SARIFDiagnostic.h"
#include "clang/Frontend/SARIFDiagnosticPrinter.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "clang/Frontend/Utils.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Rewrite/Frontend/Rewriters.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/Timer.h"

using namespace llvm;

namespace bpfbuild {

std::string clangVersion() {
  return clang::getClangFullVersion();
}

//===----------------------------------------------------------------------===//
// Options that every BPF compile needs
//===----------------------------------------------------------------------===//

/// Has debug information, of which BTF is made, name sources relative to where the project is. DWARF, which is for
/// debuggers here, has whole paths.
static std::vector<std::string> relativePathArgs(const CompileOptions &Options) {
  std::vector<std::string> Args;
  SmallString<256> Current;
  if (!Options.KeepDwarf && !sys::fs::current_path(Current))
    Args.push_back(("-fdebug-prefix-map=" + Current + "=.").str());
  for (StringRef Folder : Options.RelativeTo) {
    SmallString<256> Absolute = Folder;
    sys::fs::make_absolute(Absolute);
    sys::path::remove_dots(Absolute, /*remove_dot_dot=*/true);
    Args.push_back(("-ffile-prefix-map=" + Absolute + "=.").str());
  }
  return Args;
}

/// The options before the user's own, so that his win. (His -isystem folders are searched in the order in which they
/// stand, so ours comes behind all: see argsFor().)
static std::vector<std::string> baseArgs(const CompileOptions &Options) {
  std::vector<std::string> Args = {"--driver-mode=gcc", "-resource-dir", EmbeddedResourceDir.str(), "-O2", "-g",
                                   "-fno-addrsig"};
  append_range(Args, targetArgs(Options.TargetArch));
  append_range(Args, relativePathArgs(Options));
  Args.insert(Args.end(), {"-idirafter", VmlinuxDir.str()});
  return Args;
}

/// What C++ needs besides.
static std::vector<std::string> cxxArgs(ArrayRef<Input> Inputs) {
  auto IsCxx = [](const Input &I) { return I.Language == "c++"; };
  std::vector<std::string> Args;
  if (any_of(Inputs, IsCxx))
    append_range(Args, cxxModeArgs());
  if (!Inputs.empty() && all_of(Inputs, IsCxx))
    append_range(Args, cxxLanguageArgs());
  return Args;
}

/// True for a -std= that belongs to none of the inputs: projects set the one of their host code for whole folders.
static bool isStandardOfOtherLanguage(StringRef Arg, ArrayRef<Input> Inputs) {
  if (!Arg.consume_front("-std="))
    return false;
  StringRef Language = Arg.contains("++") ? "c++" : "c";
  return none_of(Inputs, [Language](const Input &I) { return I.Language == Language; });
}

//===----------------------------------------------------------------------===//
// Depfiles
//===----------------------------------------------------------------------===//

namespace {
/// Leaves what exists only inside bpfcc++ out of depfiles; vmlinux.h stands for the file that it was made from. The
/// text goes to \p Text, to be written with the other outputs or not at all.
class DependencyCollector : public clang::DependencyFileGenerator {
public:
  DependencyCollector(const clang::DependencyOutputOptions &Options, VmlinuxSources &Sources, std::string &Text)
      : DependencyFileGenerator(Options), Sources(Sources), Text(Text) {}

  void maybeAddDependency(StringRef Name, bool FromModule, bool IsSystem, bool IsModuleFile, bool IsMissing) override {
    const VmlinuxHeader *Vmlinux = Name == VmlinuxPath ? Sources.ours() : nullptr;
    if (Vmlinux)
      DependencyFileGenerator::maybeAddDependency(Vmlinux->path(), FromModule, false, IsModuleFile, IsMissing);
    else if (!Name.starts_with(EmbeddedRoot))
      DependencyFileGenerator::maybeAddDependency(Name, FromModule, IsSystem, IsModuleFile, IsMissing);
  }

  void finishedMainFile(clang::DiagnosticsEngine &) override {
    raw_string_ostream OS(Text);
    outputDependencyFile(OS);
  }

private:
  VmlinuxSources &Sources;
  std::string &Text;
};
} // namespace

/// Takes the writing of depfiles over from \p CI, which would name files that do not exist.
static void collectDependencies(clang::CompilerInstance &CI, VmlinuxSources &Sources, ArrayRef<std::string> AlsoRead,
                                DependencyFiles &Files) {
  clang::DependencyOutputOptions &Options = CI.getDependencyOutputOpts();
  if (Options.OutputFile.empty())
    return;
  for (const std::string &File : AlsoRead)
    Options.ExtraDeps.emplace_back(File, clang::EDK_DepFileEntry);
  CI.addDependencyCollector(std::make_shared<DependencyCollector>(Options, Sources, Files[Options.OutputFile]));
  Options.OutputFile.clear();
}

//===----------------------------------------------------------------------===//
// The compile action
//===----------------------------------------------------------------------===//

namespace {
/// An action that stops where the slice of vmlinux.h lacks something.
template <typename Action> class WatchedAction : public Action {
public:
  explicit WatchedAction(SliceWatcher &Watcher) : Watcher(Watcher) {}

protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &CI, StringRef File) override {
    return watched(Watcher, CI.getDiagnostics(), Action::CreateASTConsumer(CI, File));
  }

private:
  SliceWatcher &Watcher;
};

/// One that makes code, of C++ too.
template <typename Emit> class CodeAction : public WatchedAction<Emit> {
public:
  using WatchedAction<Emit>::WatchedAction;

protected:
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance &CI, StringRef File) override {
    return behindCxxConsumer(CI, WatchedAction<Emit>::CreateASTConsumer(CI, File));
  }
};

/// Emits the object into memory, and does something while the translation unit is alive.
class EmitAction : public CodeAction<clang::EmitObjAction> {
public:
  using CodeAction::CodeAction;
  bool failed() const { return Failed; }

protected:
  bool Failed = false;
};

/// Reports what the check finds in the object at the source's lines.
class CompileAction : public EmitAction {
public:
  CompileAction(const CompileOptions &Options, const SmallVectorImpl<char> &Object, std::vector<Diagnostic> &OfModule,
                const VmlinuxSources &Sources, ObjectCheck Check, raw_ostream &JSONStream, SliceWatcher &Watcher,
                SaidOnce &Said)
      : EmitAction(Watcher), Options(Options), Object(Object), OfModule(OfModule), Sources(Sources), Check(Check),
        JSONStream(JSONStream), Said(Said) {}

protected:
  bool BeginSourceFileAction(clang::CompilerInstance &CI) override {
    Pragmas.watch(CI.getPreprocessor());
    return EmitObjAction::BeginSourceFileAction(CI);
  }

  void ExecuteAction() override {
    EmitObjAction::ExecuteAction();
    clang::CompilerInstance &CI = getCompilerInstance();
    if (CI.getDiagnostics().hasErrorOccurred())
      return;
    CompiledObject Compiled{StringRef(Object.data(), Object.size()), getCurrentFile()};
    if (const VmlinuxHeader *Vmlinux = Sources.opened(); Vmlinux && Vmlinux->types()) {
      Compiled.KernelTypes = Vmlinux->types();
      Compiled.KernelPath = Vmlinux->path();
    }
    Compiled.Helpers = findAbsentHelpers(CI.getASTContext(), Compiled.KernelTypes);
    SourceMap Places(CI.getASTContext(), CI.getCodeGenOpts());
    // Ours have their severity from our options: an engine of their own keeps Clang from applying its to them again.
    clang::DiagnosticsEngine Engine =
        makeDiagnosticsEngine(CI.getDiagnostics().getDiagnosticIDs(), CI.getDiagnosticOpts(),
                              CI.getDiagnostics().getClient(), /*OwnsClient=*/false);
    Engine.setSourceManager(&CI.getSourceManager());
    Engine.setSuppressSystemWarnings(true);
    Engine.setLastDiagnosticIgnored(false); // a note can stand alone
    for (Diagnostic &D : OfModule)
      report(D, Places, Engine);
    for (Diagnostic &D : Check(Compiled))
      report(D, Places, Engine);
  }

private:
  void report(Diagnostic &D, const SourceMap &Places, clang::DiagnosticsEngine &Diags) {
    const clang::SourceManager &SM = getCompilerInstance().getSourceManager();
    clang::SourceLocation Loc = Places.find(D);
    std::optional<Severity> Level = Options.Checks.apply(D, Pragmas.inForceAt(Loc, SM));
    if (!Level)
      return;
    D.Level = *Level;
    D.Place = placeOf(Loc, SM);
    Failed |= D.Level == Severity::Error;
    if (!Said.insert(D))
      return;
    if (Options.Format == DiagnosticFormat::JSON)
      return printJSON(JSONStream, D);
    auto ClangLevel = D.Level == Severity::Error     ? clang::DiagnosticIDs::Error
                      : D.Level == Severity::Warning ? clang::DiagnosticIDs::Warning
                                                     : clang::DiagnosticIDs::Note;
    std::string Flag = flagOf(D), Suffix = Flag.empty() ? "" : " [" + Flag + "]";
    Diags.Report(Loc, Diags.getDiagnosticIDs()->getCustomDiagID(ClangLevel, "%0%1"))
        << D.Message << Suffix << Places.fixFor(D);
    if (!D.Note.empty())
      Diags.Report(Loc, Diags.getDiagnosticIDs()->getCustomDiagID(clang::DiagnosticIDs::Note, "%0")) << D.Note;
  }

  const CompileOptions &Options;
  const SmallVectorImpl<char> &Object;
  std::vector<Diagnostic> &OfModule;
  const VmlinuxSources &Sources;
  ObjectCheck Check;
  raw_ostream &JSONStream;
  SaidOnce &Said;
  DiagnosticPragmas Pragmas;
};

/// Collects the branches of #if that are not taken.
class SkippedRanges : public clang::PPCallbacks {
public:
  explicit SkippedRanges(std::vector<clang::SourceRange> &Found) : Found(Found) {}
  void SourceRangeSkipped(clang::SourceRange Range, clang::SourceLocation) override { Found.push_back(Range); }

private:
  std::vector<clang::SourceRange> &Found;
};

/// Reads the old forms of a source that compiles.
class MigrateAction : public EmitAction {
public:
  MigrateAction(const MigrateOptions &Options, Migration &Found, SliceWatcher &Watcher)
      : EmitAction(Watcher), Options(Options), Found(Found) {}

protected:
  bool BeginSourceFileAction(clang::CompilerInstance &CI) override {
    CI.getPreprocessor().addPPCallbacks(std::make_unique<SkippedRanges>(Skipped));
    return EmitAction::BeginSourceFileAction(CI);
  }

  void ExecuteAction() override {
    EmitAction::ExecuteAction();
    clang::CompilerInstance &CI = getCompilerInstance();
    if (CI.getDiagnostics().hasErrorOccurred())
      return;
    Migrator M(CI.getASTContext(), CI.getPreprocessor(), Options);
    M.Skipped = std::move(Skipped);
    Found = M.run();
  }

private:
  std::vector<clang::SourceRange> Skipped;
  const MigrateOptions &Options;
  Migration &Found;
};
} // namespace

//===----------------------------------------------------------------------===//
// The compiler
//===----------------------------------------------------------------------===//

namespace {
/// What an action came to.
enum class Outcome {
  Done,
  ClangFailed, ///< with an error in the source, which may be the slice's
  CheckFailed, ///< with one behind that: of the back end, or of ours about the finished object
};

/// Holds messages back until it is known that they are the last run's.
class HeldStream : public raw_ostream {
public:
  explicit HeldStream(raw_ostream &Target) : raw_ostream(/*unbuffered=*/true), Target(Target) { enable_colors(true); }

  /// Prints what is held, and from now on everything as it comes: the back end may end the process.
  void release() {
    Target << Held;
    Target.flush();
    Held.clear();
    IsReleased = true;
  }

private:
  void write_impl(const char *Data, size_t Size) override {
    if (IsReleased)
      Target.write(Data, Size).flush();
    else
      Held.append(Data, Size);
  }
  uint64_t current_pos() const override { return Held.size(); }

  raw_ostream &Target;
  std::string Held;
  bool IsReleased = false;
};

using RunAction = function_ref<Outcome(clang::CompilerInstance &CI, HeldStream &Messages, SliceWatcher &Watcher)>;
} // namespace

struct Compiler::Implementation {
  Implementation(const CompileOptions &Options, std::string ToolPath, StageTimes &Times, SaidOnce &Said);

  std::vector<std::string> argsFor(ArrayRef<Input> Inputs, StringRef Output, ArrayRef<StringRef> ModeArgs) const;
  std::unique_ptr<clang::DiagnosticConsumer> createConsumer(clang::DiagnosticOptions &DiagOptions, raw_ostream &OS,
                                                            RunNotes &Notes) const;
  Error withJobs(ArrayRef<std::string> Args, function_ref<Error(const clang::driver::JobList &)> Use);
  Error execute(const clang::driver::Command &Job, RunAction Run);
  IntrusiveRefCntPtr<VmlinuxFileSystem> createView(const clang::CompilerInvocation &Invocation, const Attempt &Try,
                                                   const std::optional<ProgramNames> &Names);
  Error reportFallback(const Attempts &Tries, const clang::CompilerInvocation &Invocation);
  Expected<std::unique_ptr<clang::CompilerInvocation>> createInvocation(const clang::driver::Command &Job);
  void takeTexts(StringRef Source, clang::CodeGenOptions &CodeGen);
  Expected<std::unique_ptr<MemoryBuffer>> readAhead(const clang::FrontendInputFile &Input);
  std::unique_ptr<clang::CompilerInstance> createInstance(const clang::CompilerInvocation &Invocation,
                                                          IntrusiveRefCntPtr<vfs::FileSystem> Files,
                                                          raw_ostream &Messages, RunNotes &Notes) const;
  ProgramNames collectNames(const clang::CompilerInvocation &Invocation, VmlinuxView In);
  Error takeLLVMArgs(const clang::CompilerInvocation &Invocation) const;
  void explainMissingVmlinux();
  void addPassesTo(clang::CompilerInstance &CI, bool KeepDwarf, std::vector<Diagnostic> &Found) const;

  Expected<std::string> emit(const Input &Source, StringRef Output,
                             function_ref<std::unique_ptr<EmitAction>(HeldStream &Messages, SliceWatcher &Watcher,
                                                                      const SmallVectorImpl<char> &Object)>
                                 Create);

  raw_ostream &stream() const {
    return Messages ? *Messages : Options.Format == DiagnosticFormat::JSON ? outs() : errs();
  }

  const CompileOptions &Options;
  std::string ToolPath;
  SaidOnce &Said;
  IntrusiveRefCntPtr<vfs::OverlayFileSystem> Files; ///< the real ones and the embedded
  VmlinuxSources Sources;
  DependencyFiles Dependencies;
  SourceTexts Texts;                ///< of a preprocessed source
  std::vector<Diagnostic> OfModule; ///< what the passes found
  raw_ostream *Messages = nullptr;  ///< where they go; null: where the options say
};

Compiler::Implementation::Implementation(const CompileOptions &Options, std::string ToolPath, StageTimes &Times,
                                         SaidOnce &Said)
    : Options(Options), ToolPath(std::move(ToolPath)), Said(Said),
      Files(makeIntrusiveRefCnt<vfs::OverlayFileSystem>(vfs::getRealFileSystem())),
      Sources(Options.Vmlinux, Options.VmlinuxIsGiven, Options.TargetArch == hostArch(), Times) {
  LLVMInitializeBPFTargetInfo();
  LLVMInitializeBPFTarget();
  LLVMInitializeBPFTargetMC();
  LLVMInitializeBPFAsmPrinter();
  LLVMInitializeBPFAsmParser();
  Files->pushOverlay(createEmbeddedHeaders());
}

std::vector<std::string> Compiler::Implementation::argsFor(ArrayRef<Input> Inputs, StringRef Output,
                                                           ArrayRef<StringRef> ModeArgs) const {
  // Of ours some are for nothing, such as include folders where the source is preprocessed.
  std::vector<std::string> Args = {ToolPath, "--start-no-unused-arguments"};
  append_range(Args, baseArgs(Options));
  if (Options.TargetKernel) // of v4 are jump tables too, which need Linux 6.19 and libbpf 1.7: for who asks for them
    Args.insert(Args.end(), {"-mcpu=" + cpuOf(*Options.TargetKernel).str(), "-fno-jump-tables"});
  append_range(Args, cxxArgs(Inputs));
  Args.push_back("--end-no-unused-arguments");
  copy_if(Options.ClangArgs, std::back_inserter(Args),
          [&](StringRef Arg) { return !isStandardOfOtherLanguage(Arg, Inputs); });
  Args.insert(Args.end(),
              {"--start-no-unused-arguments", "-isystem", EmbeddedIncludeDir.str(), "--end-no-unused-arguments"});
  for (StringRef Arg : ModeArgs)
    Args.push_back(Arg.str());
  if (Options.Verbose)
    Args.push_back("-v");
  if (!Output.empty())
    Args.insert(Args.end(), {"-o", Output.str()});
  for (const Input &I : Inputs) {
    if (!I.isObject())
      Args.insert(Args.end(), {"-x", !I.IsPreprocessed   ? I.Language
                                     : I.Language == "c" ? "cpp-output"
                                                         : "c++-cpp-output"});
    Args.push_back(I.Path);
  }
  return Args;
}

std::unique_ptr<clang::DiagnosticConsumer>
Compiler::Implementation::createConsumer(clang::DiagnosticOptions &DiagOptions, raw_ostream &OS,
                                         RunNotes &Notes) const {
  if (Options.Format == DiagnosticFormat::JSON)
    return std::make_unique<NotingConsumer<JSONDiagnosticConsumer>>(Notes, OS);
  if (DiagOptions.getFormat() == clang::DiagnosticOptions::SARIF)
    return std::make_unique<NotingConsumer<clang::SARIFDiagnosticPrinter>>(Notes, OS, forPrinter(DiagOptions));
  return std::make_unique<NotingConsumer<clang::TextDiagnosticPrinter>>(Notes, OS, forPrinter(DiagOptions));
}

/// Has Clang's driver read \p Args and gives the jobs that it makes to \p Use.
Error Compiler::Implementation::withJobs(ArrayRef<std::string> Args,
                                         function_ref<Error(const clang::driver::JobList &)> Use) {
  SmallVector<const char *> Pointers;
  for (const std::string &Arg : Args)
    Pointers.push_back(Arg.c_str());
  std::unique_ptr<clang::DiagnosticOptions> DiagOptions = clang::CreateAndPopulateDiagOpts(Pointers);
  RunNotes None;
  clang::DiagnosticsEngine Diags = makeDiagnosticsEngine(new clang::DiagnosticIDs(), *DiagOptions,
                                                         createConsumer(*DiagOptions, stream(), None).release());
  processWarnings(Diags, *DiagOptions, *Files);
  clang::driver::Driver Driver(ToolPath, "bpf", Diags, "bpfcc++", Files);
  Driver.setProbePrecompiled(false);
  std::unique_ptr<clang::driver::Compilation> Compilation(Driver.BuildCompilation(Pointers));
  if (!Compilation || Diags.hasErrorOccurred() || Compilation->containsError())
    return reportedError();
  return Use(Compilation->getJobs());
}

/// Takes what a preprocessed source says of itself.
void Compiler::Implementation::takeTexts(StringRef Source, clang::CodeGenOptions &CodeGen) {
  Texts = SourceTexts::parse(Source);
  bool IsGiven = any_of(Options.ClangArgs, [](StringRef Arg) {
    return Arg.starts_with("-fdebug-compilation-dir") || Arg.starts_with("-ffile-compilation-dir");
  });
  if (!Texts.directory().empty() && !IsGiven)
    CodeGen.DebugCompilationDir = Texts.directory().str();
}

/// Reads an input that can be read only once, or that says more than Clang asks. Null for others, which Clang reads.
Expected<std::unique_ptr<MemoryBuffer>> Compiler::Implementation::readAhead(const clang::FrontendInputFile &Input) {
  StringRef Path = Input.isFile() ? Input.getFile() : "";
  StringRef Extension = sys::path::extension(Path);
  bool IsOurs = Input.getKind().isPreprocessed() || Extension == ".i" || Extension == ".ii";
  if (Path.empty() || (!IsOurs && sys::fs::is_regular_file(Path)) || (Path != "-" && !sys::fs::exists(Path)))
    return nullptr;
  ErrorOr<std::unique_ptr<MemoryBuffer>> Bytes = MemoryBuffer::getFileOrSTDIN(Path);
  if (Bytes)
    return std::move(*Bytes);
  if (Path == "-")
    return makeError("cannot read standard input: {0}", Bytes.getError().message());
  return nullptr; // Clang says so
}

/// Reads the options of one cc1 job.
Expected<std::unique_ptr<clang::CompilerInvocation>>
Compiler::Implementation::createInvocation(const clang::driver::Command &Job) {
  ArrayRef<const char *> Args = Job.getArguments();
  if (Args.empty() || StringRef(Args.front()) != "-cc1")
    return makeError("'{0}': nothing that Clang can do in one process", Job.getExecutable());
  if (Options.Verbose)
    Job.Print(errs(), "\n", /*Quote=*/true);
  auto Invocation = std::make_unique<clang::CompilerInvocation>();
  clang::DiagnosticOptions ReadOptions;
  RunNotes None;
  clang::DiagnosticsEngine ReadDiags = makeDiagnosticsEngine(new clang::DiagnosticIDs(), ReadOptions,
                                                             createConsumer(ReadOptions, stream(), None).release());
  if (!clang::CompilerInvocation::CreateFromArgs(*Invocation, Args.drop_front(), ReadDiags, ToolPath.c_str()))
    return reportedError();
  Texts = SourceTexts();
  for (clang::FrontendInputFile &Input : Invocation->getFrontendOpts().Inputs) {
    Expected<std::unique_ptr<MemoryBuffer>> Bytes = readAhead(Input);
    if (!Bytes)
      return Bytes.takeError();
    if (!*Bytes)
      continue;
    takeTexts((*Bytes)->getBuffer(), Invocation->getCodeGenOpts());
    if (sys::fs::is_regular_file(Input.getFile()))
      continue;
    // The source is gone over twice, and a pipe is empty then: it becomes a file, from which headers beside it are
    // found.
    SmallString<128> Path = Input.getFile() == "-" ? StringRef("<stdin>") : Input.getFile();
    Input = clang::FrontendInputFile(Path, Input.getKind());
    if (std::error_code EC = sys::fs::make_absolute(Path))
      return makeError("'{0}': {1}", Path, EC.message());
    auto Pipes = makeIntrusiveRefCnt<vfs::InMemoryFileSystem>();
    Pipes->addFile(Path, /*ModificationTime=*/0, std::move(*Bytes));
    Files->pushOverlay(Pipes);
  }
  return std::move(Invocation);
}

/// A compiler over \p Files, whose messages go to \p Messages; \p Notes gets what they show besides.
std::unique_ptr<clang::CompilerInstance>
Compiler::Implementation::createInstance(const clang::CompilerInvocation &Invocation,
                                         IntrusiveRefCntPtr<vfs::FileSystem> Files, raw_ostream &Messages,
                                         RunNotes &Notes) const {
  std::unique_ptr<clang::CompilerInstance> CI =
      makeCompilerInstance(std::make_shared<clang::CompilerInvocation>(Invocation));
  if (Options.Format == DiagnosticFormat::JSON)
    CI->getDiagnosticOpts().ShowCarets = false; // nor the count of errors
  setUp(*CI, std::move(Files), createConsumer(CI->getDiagnosticOpts(), Messages, Notes).release());
  CI->setVerboseOutputStream(Messages);
  if (CI->getCodeGenOpts().TimePasses) { // -ftime-report
    CI->createFrontendTimer();
    CI->getFrontendTimer().startTimer();
  }
  return CI;
}

/// The names that the source of \p Invocation has in what \p In shows of its files.
ProgramNames Compiler::Implementation::collectNames(const clang::CompilerInvocation &Invocation, VmlinuxView In) {
  auto Quiet = std::make_shared<clang::CompilerInvocation>(Invocation);
  Quiet->getFrontendOpts().ProgramAction = clang::frontend::RunPreprocessorOnly;
  Quiet->getDependencyOutputOpts() = {};
  Quiet->getHeaderSearchOpts().Verbose = false;
  Quiet->getCodeGenOpts().TimePasses = false;
  std::unique_ptr<clang::CompilerInstance> CI = makeCompilerInstance(std::move(Quiet));
  setUp(*CI, makeIntrusiveRefCnt<VmlinuxFileSystem>(Files, Sources, In, nullptr), new clang::IgnoringDiagConsumer());
  ProgramNames Result;
  NameCollector Collector(Result);
  CI->ExecuteAction(Collector); // what is wrong with the source, the compile itself will say
  return Result;
}

/// What Clang is shown by one attempt at \p Invocation.
IntrusiveRefCntPtr<VmlinuxFileSystem> Compiler::Implementation::createView(const clang::CompilerInvocation &Invocation,
                                                                           const Attempt &Try,
                                                                           const std::optional<ProgramNames> &Names) {
  auto Shown =
      makeIntrusiveRefCnt<VmlinuxFileSystem>(Files, Sources, Try.IsSliced ? VmlinuxView::Slice : VmlinuxView::Whole,
                                             [&](VmlinuxView In) { return collectNames(Invocation, In); });
  if (Names)
    Shown->setNames(*Names);
  Shown->addNames(Try.Added);
  Shown->setOwnHelpers(Try.OwnHelpers);
  if (Try.HasWholeLibrary)
    Shown->showWholeLibrary();
  return Shown;
}

/// Runs an action until an attempt holds. Only the last run's messages are printed, and only its depfiles kept.
Error Compiler::Implementation::execute(const clang::driver::Command &Job, RunAction Run) {
  Expected<std::unique_ptr<clang::CompilerInvocation>> Invocation = createInvocation(Job);
  if (!Invocation)
    return Invocation.takeError();
  if (Error E = takeLLVMArgs(**Invocation))
    return E;
  clang::frontend::ActionKind Action = (*Invocation)->getFrontendOpts().ProgramAction;
  bool IsCompile = Action != clang::frontend::PrintPreprocessedInput && Action != clang::frontend::RunPreprocessorOnly;
  std::optional<ProgramNames> Names;
  for (Attempts Tries(Options.Slice != SliceMode::Off);;) {
    IntrusiveRefCntPtr<VmlinuxFileSystem> Shown = createView(**Invocation, Tries.current(), Names);
    std::optional<StageTimes::Timer> Again;
    if (Tries.isFallback())
      Again.emplace(Sources.times(), Tries.current().IsSliced ? "  again, with what the slice lacked"
                                                              : "  again, with the whole vmlinux.h");
    HeldStream Messages(stream());
    DependencyFiles RunDependencies;
    RunNotes Notes{{},
                   {[Shown](StringRef Name) { return Shown->isLacking(Name); },
                    [Shown](StringRef Path) { return Shown->isChanged(Path); }}};
    std::unique_ptr<clang::CompilerInstance> CI = createInstance(**Invocation, Shown, Messages, Notes);
    collectDependencies(*CI, Sources, Options.AlsoRead, RunDependencies);
    Outcome Result = Run(*CI, Messages, Notes.Slice);
    CI.reset(); // prints what it still has to say
    AttemptResult Came{.IsDone = Result != Outcome::ClangFailed || !IsCompile,
                       .HasSliced = Shown->hasSliced(),
                       .IsCxx = (*Invocation)->getLangOpts().CPlusPlus != 0,
                       .Clashes = Notes.Clashes.names(),
                       .Missing = Notes.Slice.missing()};
    if (Tries.next(Came)) {
      if (Shown->hasSliced() && !Tries.current().HasWholeLibrary)
        Names = Shown->names();
      continue;
    }
    if (Result == Outcome::ClangFailed)
      explainMissingVmlinux();
    Messages.release();
    for (auto &[Path, Lines] : RunDependencies)
      Dependencies[Path] += Lines;
    if (Result != Outcome::Done)
      return reportedError();
    return Tries.isFallback() ? reportFallback(Tries, **Invocation) : Error::success();
  }
}

/// Says that a slice did not do, where somebody wants to know.
Error Compiler::Implementation::reportFallback(const Attempts &Tries, const clang::CompilerInvocation &Invocation) {
  bool IsError = Options.Slice == SliceMode::Strict;
  if (!IsError && !Options.RemarksOnSlice)
    return Error::success();
  Diagnostic D;
  D.Level = IsError ? Severity::Error : Severity::Remark;
  D.Object = Invocation.getFrontendOpts().Inputs.front().getFile().str();
  D.Message = Tries.describeFallback() + (IsError ? " (--vmlinux-slice=strict)" : " [-Rbpf-vmlinux]");
  Options.Format == DiagnosticFormat::JSON ? printJSON(outs(), D) : printText(errs(), D);
  return IsError ? reportedError() : Error::success();
}

/// Applies the job's -mllvm options, as clang::ExecuteCompilerInvocation() does.
Error Compiler::Implementation::takeLLVMArgs(const clang::CompilerInvocation &Invocation) const {
  SmallVector<const char *> Args = {"bpfcc++ (LLVM option parsing)"};
  for (const std::string &Arg : Invocation.getFrontendOpts().LLVMArgs)
    Args.push_back(Arg.c_str());
  if (Args.size() == 1)
    return Error::success();
  cl::ResetAllOptionOccurrences();
  return cl::ParseCommandLineOptions(Args.size(), Args.data(), "", &errs()) ? Error::success() : reportedError();
}

/// Clang is going to say that vmlinux.h is not there; this says why.
void Compiler::Implementation::explainMissingVmlinux() {
  if (Sources.failure().empty())
    return;
  Diagnostic D;
  D.Level = Severity::Error;
  D.Object = "vmlinux.h";
  D.Message = Sources.failure().str();
  Options.Format == DiagnosticFormat::JSON ? printJSON(outs(), D) : printText(errs(), D);
}

/// Our passes for what \p CI compiles; the last gives LLVM the lines of the sources.
void Compiler::Implementation::addPassesTo(clang::CompilerInstance &CI, bool KeepDwarf,
                                           std::vector<Diagnostic> &Found) const {
  auto AttachTexts = [this, &CI](Module &M) {
    SourceTexts All = SourceTexts::of(CI.getSourceManager());
    All.add(Texts);
    All.attach(M, CI.getCodeGenOpts());
    if (!Texts.mainFile().empty()) // the symbol for the file is called so
      M.setSourceFileName(Texts.mainFile());
  };
  addPasses(CI.getCodeGenOpts(),
            {CI.getLangOpts().CPlusPlus != 0, KeepDwarf, Options.TargetKernel, Options.LoadedBy, AttachTexts}, Found);
}

Compiler::Compiler(const CompileOptions &Options, std::string ToolPath, StageTimes &Times, SaidOnce &Said)
    : Impl(std::make_unique<Implementation>(Options, std::move(ToolPath), Times, Said)) {}

Compiler::~Compiler() = default;

const DependencyFiles &Compiler::dependencyFiles() const {
  return Impl->Dependencies;
}

/// Makes an object by the action that \p Create gives for each attempt.
Expected<std::string> Compiler::Implementation::emit(
    const Input &Source, StringRef Output,
    function_ref<std::unique_ptr<EmitAction>(HeldStream &, SliceWatcher &, const SmallVectorImpl<char> &)> Create) {
  SmallString<0> Object;
  auto Run = [&](clang::CompilerInstance &CI, HeldStream &Messages, SliceWatcher &Watcher) {
    Object.clear();
    CI.setOutputStream(std::make_unique<raw_svector_ostream>(Object));
    CI.getCodeGenOpts().ClearASTBeforeBackend = false; // the action needs it
    bool IsParsed = false;
    CI.getCodeGenOpts().PassBuilderCallbacks.push_back([&](PassBuilder &) {
      IsParsed = true;
      Messages.release();
    });
    addPassesTo(CI, Options.KeepDwarf, OfModule);
    std::unique_ptr<EmitAction> Action = Create(Messages, Watcher, Object);
    bool Compiled = CI.ExecuteAction(*Action);
    if (Action->failed() || (!Compiled && IsParsed))
      return Outcome::CheckFailed;
    return Compiled ? Outcome::Done : Outcome::ClangFailed;
  };
  auto RunFirst = [&](const clang::driver::JobList &Jobs) -> Error {
    return Jobs.empty() ? reportedError() : execute(*Jobs.begin(), Run);
  };
  if (Error E = withJobs(argsFor(Source, Output, {"-c"}), RunFirst))
    return std::move(E);
  std::string Bytes = Object.str().str();
  sortForwards(Bytes);
  // Unwind information for debuggers is still there, as .debug_frame.
  return Options.KeepDwarf ? std::move(Bytes) : stripDwarf(Bytes);
}

Expected<std::string> Compiler::compile(const Input &Source, StringRef Output, ObjectCheck Check) {
  Impl->OfModule.clear();
  return Impl->emit(Source, Output,
                    [&](HeldStream &Messages, SliceWatcher &Watcher, const SmallVectorImpl<char> &Object) {
                      return std::make_unique<CompileAction>(Impl->Options, Object, Impl->OfModule, Impl->Sources,
                                                             Check, Messages, Watcher, Impl->Said);
                    });
}

Expected<std::string> Compiler::migrate(const Input &Source, const MigrateOptions &Options, Migration &Found) {
  return Impl->emit(Source, stemOf(Source.Path).str() + ".bpf.o",
                    [&](HeldStream &, SliceWatcher &Watcher, const SmallVectorImpl<char> &) {
                      return std::make_unique<MigrateAction>(Options, Found, Watcher);
                    });
}

void Compiler::showTexts(const std::map<std::string, std::string> &Texts) {
  // Behind a link, x/../y is not y: names count as they are.
  auto Layer = makeIntrusiveRefCnt<vfs::InMemoryFileSystem>(/*UseNormalizedPaths=*/false);
  for (const auto &[Path, Text] : Texts)
    Layer->addFile(Path, /*ModificationTime=*/0, MemoryBuffer::getMemBufferCopy(Text, Path));
  Impl->Files->pushOverlay(Layer);
}

void Compiler::printTo(raw_ostream &OS) {
  Impl->Messages = &OS;
}

namespace {
/// -E, with the texts of the sources at the end, where there are #line directives, too. With -frewrite-includes the
/// source is kept, with its columns, and only what it includes is put in: what it takes besides goes in front.
class PreprocessAction : public clang::PrintPreprocessedAction {
protected:
  void ExecuteAction() override {
    clang::CompilerInstance &CI = getCompilerInstance();
    const clang::PreprocessorOutputOptions &Output = CI.getPreprocessorOutputOpts();
    if (!Output.RewriteIncludes && (!Output.ShowCPP || !Output.ShowLineMarkers))
      return PrintPreprocessedAction::ExecuteAction();
    const clang::PreprocessorOptions &Read = CI.getPreprocessorOpts();
    if (Output.RewriteIncludes && !(Read.Includes.empty() && Read.MacroIncludes.empty())) {
      clang::DiagnosticsEngine &Diags = CI.getDiagnostics();
      Diags.Report(Diags.getCustomDiagID(clang::DiagnosticsEngine::Error,
                                         "-frewrite-includes cannot put '%0', of the command line, into the source; "
                                         "include it there, or leave -frewrite-includes out"))
          << (Read.Includes.empty() ? Read.MacroIncludes : Read.Includes).front();
      return;
    }
    std::unique_ptr<raw_ostream> OS = CI.createDefaultOutputFile(/*Binary=*/true, getCurrentFileOrBufferName());
    if (!OS)
      return;
    if (Output.RewriteIncludes) {
      printMacros(*OS);
      clang::RewriteIncludesInInput(CI.getPreprocessor(), OS.get(), Output);
    } else {
      clang::DoPrintPreprocessedInput(CI.getPreprocessor(), OS.get(), Output);
    }
    SourceTexts::of(CI.getSourceManager()).print(*OS, CI.getCodeGenOpts());
  }

private:
  /// The macros of the command line, which distcc does not send.
  void printMacros(raw_ostream &OS) {
    OS << "# 1 \"<command line>\" 1\n";
    for (const auto &[Macro, IsUndefined] : getCompilerInstance().getPreprocessorOpts().Macros) {
      auto [Name, Value] = StringRef(Macro).split('=');
      if (IsUndefined)
        OS << "#undef " << Name << '\n';
      else
        OS << "#define " << Name << ' ' << (StringRef(Macro).contains('=') ? Value.split('\n').first : "1") << '\n';
    }
    OS << "# 1 \"<built-in>\" 2\n";
  }
};
} // namespace

/// The action of a cc1 job; null for those that no mode of ours asks for. Unlike clang::ExecuteCompilerInvocation(),
/// this links neither the static analyzer nor the modules tools.
static std::unique_ptr<clang::FrontendAction> createAction(clang::frontend::ActionKind Kind, SliceWatcher &Watcher) {
  switch (Kind) {
  case clang::frontend::PrintPreprocessedInput:
    return std::make_unique<PreprocessAction>();
  case clang::frontend::RunPreprocessorOnly:
    return std::make_unique<clang::PreprocessOnlyAction>();
  case clang::frontend::ParseSyntaxOnly:
    return std::make_unique<WatchedAction<clang::SyntaxOnlyAction>>(Watcher);
  case clang::frontend::EmitAssembly:
    return std::make_unique<CodeAction<clang::EmitAssemblyAction>>(Watcher);
  case clang::frontend::EmitLLVM:
    return std::make_unique<CodeAction<clang::EmitLLVMAction>>(Watcher);
  case clang::frontend::EmitBC:
    return std::make_unique<CodeAction<clang::EmitBCAction>>(Watcher);
  default:
    return nullptr;
  }
}

Error Compiler::runClang(ArrayRef<Input> Inputs, StringRef Output, ArrayRef<StringRef> ExtraArgs) {
  auto Run = [&](clang::CompilerInstance &CI, HeldStream &Messages, SliceWatcher &Watcher) {
    std::unique_ptr<clang::FrontendAction> Action = createAction(CI.getFrontendOpts().ProgramAction, Watcher);
    if (!Action) {
      Messages << "bpfcc++: error: this action of Clang is not part of bpfcc++\n";
      return Outcome::CheckFailed;
    }
    std::vector<Diagnostic> OfModule; // which an object's checks report
    Impl->addPassesTo(CI, /*KeepDwarf=*/true, OfModule);
    return CI.ExecuteAction(*Action) ? Outcome::Done : Outcome::ClangFailed;
  };
  return Impl->withJobs(Impl->argsFor(Inputs, Output, ExtraArgs), [&](const clang::driver::JobList &Jobs) -> Error {
    for (const clang::driver::Command &Job : Jobs)
      if (Error E = Impl->execute(Job, Run))
        return E;
    return Error::success();
  });
}

Error Compiler::printJobs(ArrayRef<Input> Inputs, StringRef Output, bool CompileOnly) {
  SmallVector<StringRef> ModeArgs = {"-###"};
  if (CompileOnly)
    ModeArgs.push_back("-c");
  return Impl->withJobs(Impl->argsFor(Inputs, Output, ModeArgs), [](const clang::driver::JobList &Jobs) {
    Jobs.Print(errs(), "\n", /*Quote=*/true);
    return Error::success();
  });
}

} // namespace bpfbuild
