//===- Compile.cpp - BPF sources to BPF objects ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The way of one source: options that every BPF compile needs + the user's → clang::driver::Driver → one cc1 job →
// CompilerInvocation → CompileAction, which emits the object into memory and then has it checked.
//===----------------------------------------------------------------------===//
#include "Compile/Compile.h"
#include "Compile/DiagnosticConsumers.h"
#include "Compile/EmbeddedHeaders.h"
#include "Compile/LLVMVersion.h"
#include "Compile/SourceMap.h"
#include "Compile/VmlinuxFileSystem.h"
#include "Object/Strip.h"
#include "Support/Error.h"
#include "clang/Basic/Version.h"
#include "clang/CodeGen/CodeGenAction.h"
#include "clang/Driver/Compilation.h"
#include "clang/Driver/Driver.h"
#include "clang/Driver/Job.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendActions.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "clang/Frontend/Utils.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/TargetSelect.h"

using namespace llvm;

namespace bpfbuild {

std::string clangVersion() {
  return clang::getClangFullVersion();
}

//===----------------------------------------------------------------------===//
// Options that every BPF compile needs
//===----------------------------------------------------------------------===//

namespace {
/// What a kernel architecture means to headers of kernel and libc that BPF code includes.
struct ArchFacts {
  StringRef Multiarch; ///< the folder of the UAPI headers' asm/ below /usr/include
  StringRef Macro;     ///< what glibc's gnu/stubs.h and bits/wordsize.h ask for
  StringRef Triple;
};
} // namespace

static ArchFacts factsOf(StringRef TargetArch) {
  return StringSwitch<ArchFacts>(TargetArch)
      .Case("arm64", {"aarch64-linux-gnu", "__aarch64__", "bpfel"})
      .Case("arm", {"arm-linux-gnueabihf", "__arm__", "bpfel"})
      .Case("s390", {"s390x-linux-gnu", "__s390x__", "bpfeb"})
      .Case("powerpc", {"powerpc64le-linux-gnu", "__powerpc64__", "bpfel"})
      .Case("riscv", {"riscv64-linux-gnu", "__riscv", "bpfel"})
      .Case("loongarch", {"loongarch64-linux-gnu", "__loongarch__", "bpfel"})
      .Case("mips", {"mips64el-linux-gnuabi64", "__mips__", "bpfel"})
      .Default({"x86_64-linux-gnu", "__x86_64__", "bpfel"});
}

/// The options before the user's own, so that his win.
static std::vector<std::string> baseArgs(const CompileOptions &Options) {
  ArchFacts Facts = factsOf(Options.TargetArch);
  return {"--driver-mode=gcc",
          "--target=" + Facts.Triple.str(),
          "-resource-dir",
          EmbeddedResourceDir.str(),
          "-O2",
          "-g",
          "-fno-addrsig",
          "-Wno-unknown-warning-option",        // a project's flags may be meant for GCC
          "-Wno-default-const-init-var-unsafe", // libbpf's BPF_CORE_READ of a const member
          "-D__TARGET_ARCH_" + Options.TargetArch,
          "-D" + Facts.Macro.str(),
          "-isystem",
          EmbeddedIncludeDir.str(),
          "-idirafter",
          "/usr/include/" + Facts.Multiarch.str(),
          "-idirafter", // where the target's are not installed, this machine's
          "/usr/include/" + factsOf(hostArch()).Multiarch.str(),
          "-idirafter",
          VmlinuxDir.str()};
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
  DependencyCollector(const clang::DependencyOutputOptions &Options, StringRef Vmlinux, std::string &Text)
      : DependencyFileGenerator(Options), Vmlinux(Vmlinux), Text(Text) {}

  void maybeAddDependency(StringRef Name, bool FromModule, bool IsSystem, bool IsModuleFile, bool IsMissing) override {
    if (Name == VmlinuxPath && Vmlinux != "kernel")
      DependencyFileGenerator::maybeAddDependency(Vmlinux, FromModule, false, IsModuleFile, IsMissing);
    else if (!Name.starts_with(EmbeddedRoot))
      DependencyFileGenerator::maybeAddDependency(Name, FromModule, IsSystem, IsModuleFile, IsMissing);
  }

  void finishedMainFile(clang::DiagnosticsEngine &) override {
    raw_string_ostream OS(Text);
    outputDependencyFile(OS);
  }

private:
  StringRef Vmlinux;
  std::string &Text;
};
} // namespace

/// Takes the writing of depfiles over from \p CI, which would name files that do not exist.
static void collectDependencies(clang::CompilerInstance &CI, StringRef Vmlinux, DependencyFiles &Files) {
  clang::DependencyOutputOptions &Options = CI.getDependencyOutputOpts();
  if (Options.OutputFile.empty())
    return;
  CI.addDependencyCollector(std::make_shared<DependencyCollector>(Options, Vmlinux, Files[Options.OutputFile]));
  Options.OutputFile.clear();
}

//===----------------------------------------------------------------------===//
// The compile action
//===----------------------------------------------------------------------===//

/// Makes LLVM's AsmPrinter emit no DWARF, while BTF, which is made from the same metadata, is emitted as ever: it
/// writes DWARF unless the module asks for CodeView alone, and CodeView is only ever written for Windows.
static PreservedAnalyses suppressDwarf(Module &M) {
  NamedMDNode *Flags = M.getModuleFlagsMetadata();
  if (!Flags || !M.getDwarfVersion())
    return PreservedAnalyses::all();
  SmallVector<MDNode *> Kept;
  for (MDNode *Flag : Flags->operands())
    if (cast<MDString>(Flag->getOperand(1))->getString() != "Dwarf Version")
      Kept.push_back(Flag);
  Flags->clearOperands();
  for (MDNode *Flag : Kept)
    Flags->addOperand(Flag);
  M.addModuleFlag(Module::Warning, "CodeView", 1);
  return PreservedAnalyses::all();
}

namespace {
struct SuppressDwarfPass : PassInfoMixin<SuppressDwarfPass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) { return suppressDwarf(M); }
  static bool isRequired() { return true; }
};

/// Emits the object into memory, then reports what the check finds in it at the source's lines.
class CompileAction : public clang::EmitObjAction {
public:
  CompileAction(const CompileOptions &Options, const SmallVectorImpl<char> &Object, ObjectCheck Check)
      : Options(Options), Object(Object), Check(Check) {}

  bool failed() const { return Failed; }

protected:
  void ExecuteAction() override {
    EmitObjAction::ExecuteAction();
    clang::CompilerInstance &CI = getCompilerInstance();
    if (CI.getDiagnostics().hasErrorOccurred())
      return;
    SourceMap Places(CI.getASTContext());
    for (Diagnostic &D : Check(StringRef(Object.data(), Object.size()), getCurrentFile()))
      report(D, Places);
  }

private:
  void report(Diagnostic &D, const SourceMap &Places) {
    std::optional<Severity> Level = Options.Checks.apply(D);
    if (!Level)
      return;
    D.Level = *Level;
    Failed |= D.Level == Severity::Error;
    clang::CompilerInstance &CI = getCompilerInstance();
    clang::SourceLocation Loc = Places.find(D);
    if (Options.Format == DiagnosticFormat::JSON) {
      D.Place = placeOf(Loc, CI.getSourceManager());
      printJSON(outs(), D);
      return;
    }
    clang::DiagnosticsEngine &Diags = CI.getDiagnostics();
    auto ClangLevel = D.Level == Severity::Error     ? clang::DiagnosticIDs::Error
                      : D.Level == Severity::Warning ? clang::DiagnosticIDs::Warning
                                                     : clang::DiagnosticIDs::Note;
    std::string Suffix = D.Check.empty() ? "" : " [-W" + D.Check + "]";
    Diags.Report(Loc, Diags.getDiagnosticIDs()->getCustomDiagID(ClangLevel, "%0%1")) << D.Message << Suffix;
  }

  const CompileOptions &Options;
  const SmallVectorImpl<char> &Object;
  ObjectCheck Check;
  bool Failed = false;
};
} // namespace

//===----------------------------------------------------------------------===//
// The compiler
//===----------------------------------------------------------------------===//

struct Compiler::Implementation {
  Implementation(const CompileOptions &Options, std::string ToolPath);

  std::vector<std::string> argsFor(ArrayRef<Input> Inputs, StringRef Output, ArrayRef<StringRef> ModeArgs) const;
  std::unique_ptr<clang::DiagnosticConsumer> createConsumer(clang::DiagnosticOptions &DiagOptions) const;
  Error withJobs(ArrayRef<std::string> Args, function_ref<Error(const clang::driver::JobList &)> Use);
  Expected<std::unique_ptr<clang::CompilerInstance>> createInstance(const clang::driver::Command &Job);
  Error takeLLVMArgs(clang::CompilerInstance &CI) const;
  void explainMissingVmlinux();

  const CompileOptions &Options;
  std::string ToolPath;
  IntrusiveRefCntPtr<VmlinuxFileSystem> Files;
  DependencyFiles Dependencies;
};

Compiler::Implementation::Implementation(const CompileOptions &Options, std::string ToolPath)
    : Options(Options), ToolPath(std::move(ToolPath)) {
  LLVMInitializeBPFTargetInfo();
  LLVMInitializeBPFTarget();
  LLVMInitializeBPFTargetMC();
  LLVMInitializeBPFAsmPrinter();
  LLVMInitializeBPFAsmParser();
  auto Overlay = makeIntrusiveRefCnt<vfs::OverlayFileSystem>(vfs::getRealFileSystem());
  Overlay->pushOverlay(createEmbeddedHeaders());
  Files = makeIntrusiveRefCnt<VmlinuxFileSystem>(std::move(Overlay), Options.Vmlinux, Options.VmlinuxIsGiven);
}

std::vector<std::string> Compiler::Implementation::argsFor(ArrayRef<Input> Inputs, StringRef Output,
                                                           ArrayRef<StringRef> ModeArgs) const {
  std::vector<std::string> Args = {ToolPath};
  append_range(Args, baseArgs(Options));
  copy_if(Options.ClangArgs, std::back_inserter(Args),
          [&](StringRef Arg) { return !isStandardOfOtherLanguage(Arg, Inputs); });
  for (StringRef Arg : ModeArgs)
    Args.push_back(Arg.str());
  if (Options.Verbose)
    Args.push_back("-v");
  if (!Output.empty())
    Args.insert(Args.end(), {"-o", Output.str()});
  for (const Input &I : Inputs) {
    if (!I.isObject())
      Args.insert(Args.end(), {"-x", I.Language});
    Args.push_back(I.Path);
  }
  return Args;
}

std::unique_ptr<clang::DiagnosticConsumer>
Compiler::Implementation::createConsumer(clang::DiagnosticOptions &DiagOptions) const {
  if (Options.Format == DiagnosticFormat::JSON)
    return std::make_unique<JSONDiagnosticConsumer>();
  return std::make_unique<clang::TextDiagnosticPrinter>(errs(), DiagOptions);
}

/// Has Clang's driver read \p Args and gives the jobs that it makes to \p Use.
Error Compiler::Implementation::withJobs(ArrayRef<std::string> Args,
                                         function_ref<Error(const clang::driver::JobList &)> Use) {
  SmallVector<const char *> Pointers;
  for (const std::string &Arg : Args)
    Pointers.push_back(Arg.c_str());
  std::unique_ptr<clang::DiagnosticOptions> DiagOptions = clang::CreateAndPopulateDiagOpts(Pointers);
  clang::DiagnosticsEngine Diags(makeIntrusiveRefCnt<clang::DiagnosticIDs>(), *DiagOptions,
                                 createConsumer(*DiagOptions).release());
  clang::ProcessWarningOptions(Diags, *DiagOptions, *Files, /*ReportDiags=*/false);
  clang::driver::Driver Driver(ToolPath, "bpf", Diags, "bpfcc++", Files);
  Driver.setProbePrecompiled(false);
  std::unique_ptr<clang::driver::Compilation> Compilation(Driver.BuildCompilation(Pointers));
  if (!Compilation || Diags.hasErrorOccurred() || Compilation->containsError())
    return reportedError();
  return Use(Compilation->getJobs());
}

/// A compiler for one cc1 job, over our file system.
Expected<std::unique_ptr<clang::CompilerInstance>>
Compiler::Implementation::createInstance(const clang::driver::Command &Job) {
  ArrayRef<const char *> Args = Job.getArguments();
  if (Args.empty() || StringRef(Args.front()) != "-cc1")
    return makeError("'{0}': nothing that Clang can do in one process", Job.getExecutable());
  if (Options.Verbose)
    Job.Print(errs(), "\n", /*Quote=*/true);
  auto Invocation = std::make_shared<clang::CompilerInvocation>();
  clang::DiagnosticOptions ReadOptions;
  clang::DiagnosticsEngine ReadDiags(makeIntrusiveRefCnt<clang::DiagnosticIDs>(), ReadOptions,
                                     createConsumer(ReadOptions).release());
  if (!clang::CompilerInvocation::CreateFromArgs(*Invocation, Args.drop_front(), ReadDiags, ToolPath.c_str()))
    return reportedError();
  auto CI = std::make_unique<clang::CompilerInstance>(std::move(Invocation));
  CI->setVirtualFileSystem(Files);
  if (Options.Format == DiagnosticFormat::JSON) {
    CI->createDiagnostics(new JSONDiagnosticConsumer());
    CI->getDiagnosticOpts().ShowCarets = false; // nor the count of errors
  } else
    CI->createDiagnostics();
  collectDependencies(*CI, Options.Vmlinux, Dependencies);
  return CI;
}

/// Applies the job's -mllvm options, as clang::ExecuteCompilerInvocation() does.
Error Compiler::Implementation::takeLLVMArgs(clang::CompilerInstance &CI) const {
  SmallVector<const char *> Args = {"bpfcc++ (LLVM option parsing)"};
  for (const std::string &Arg : CI.getFrontendOpts().LLVMArgs)
    Args.push_back(Arg.c_str());
  if (Args.size() == 1)
    return Error::success();
  cl::ResetAllOptionOccurrences();
  return cl::ParseCommandLineOptions(Args.size(), Args.data(), "", &errs()) ? Error::success() : reportedError();
}

/// Clang has said that vmlinux.h is not there; this says why.
void Compiler::Implementation::explainMissingVmlinux() {
  if (Files->failure().empty())
    return;
  Diagnostic D;
  D.Level = Severity::Note;
  D.Object = "vmlinux.h";
  D.Message = Files->failure().str();
  Options.Format == DiagnosticFormat::JSON ? printJSON(outs(), D) : printText(errs(), D);
}

Compiler::Compiler(const CompileOptions &Options, std::string ToolPath)
    : Impl(std::make_unique<Implementation>(Options, std::move(ToolPath))) {}

Compiler::~Compiler() = default;

const DependencyFiles &Compiler::dependencyFiles() const {
  return Impl->Dependencies;
}

Expected<std::string> Compiler::compile(const Input &Source, StringRef Output, ObjectCheck Check) {
  std::string Result;
  auto Run = [&](const clang::driver::JobList &Jobs) -> Error {
    if (Jobs.empty())
      return reportedError();
    Expected<std::unique_ptr<clang::CompilerInstance>> CI = Impl->createInstance(*Jobs.begin());
    if (!CI)
      return CI.takeError();
    if (Error E = Impl->takeLLVMArgs(**CI))
      return E;
    SmallString<0> Object;
    (*CI)->setOutputStream(std::make_unique<raw_svector_ostream>(Object));
    (*CI)->getCodeGenOpts().ClearASTBeforeBackend = false; // the check's diagnostics need it
    if (!Impl->Options.KeepDwarf)
      (*CI)->getCodeGenOpts().PassBuilderCallbacks.push_back([](PassBuilder &PB) {
        PB.registerOptimizerLastEPCallback([](ModulePassManager &Passes, OptimizationLevel, ThinOrFullLTOPhase) {
          Passes.addPass(SuppressDwarfPass());
        });
      });
    CompileAction Action(Impl->Options, Object, Check);
    if (!(*CI)->ExecuteAction(Action) || Action.failed()) {
      Impl->explainMissingVmlinux();
      return reportedError();
    }
    // Unwind information for debuggers is still there, as .debug_frame.
    Expected<std::string> Final = Impl->Options.KeepDwarf ? Object.str().str() : stripDwarf(Object.str());
    if (!Final)
      return Final.takeError();
    Result = std::move(*Final);
    return Error::success();
  };
  if (Error E = Impl->withJobs(Impl->argsFor(Source, Output, {"-c"}), Run))
    return std::move(E);
  return Result;
}

/// The action of a cc1 job; null for those that no mode of ours asks for. Unlike clang::ExecuteCompilerInvocation(),
/// this links neither the static analyzer nor the modules tools.
static std::unique_ptr<clang::FrontendAction> createAction(clang::frontend::ActionKind Kind) {
  switch (Kind) {
  case clang::frontend::PrintPreprocessedInput:
    return std::make_unique<clang::PrintPreprocessedAction>();
  case clang::frontend::RunPreprocessorOnly:
    return std::make_unique<clang::PreprocessOnlyAction>();
  case clang::frontend::ParseSyntaxOnly:
    return std::make_unique<clang::SyntaxOnlyAction>();
  case clang::frontend::EmitAssembly:
    return std::make_unique<clang::EmitAssemblyAction>();
  case clang::frontend::EmitLLVM:
    return std::make_unique<clang::EmitLLVMAction>();
  case clang::frontend::EmitBC:
    return std::make_unique<clang::EmitBCAction>();
  default:
    return nullptr;
  }
}

Error Compiler::runClang(ArrayRef<Input> Inputs, StringRef Output, ArrayRef<StringRef> ExtraArgs) {
  return Impl->withJobs(Impl->argsFor(Inputs, Output, ExtraArgs), [&](const clang::driver::JobList &Jobs) -> Error {
    for (const clang::driver::Command &Job : Jobs) {
      Expected<std::unique_ptr<clang::CompilerInstance>> CI = Impl->createInstance(Job);
      if (!CI)
        return CI.takeError();
      if (Error E = Impl->takeLLVMArgs(**CI))
        return E;
      std::unique_ptr<clang::FrontendAction> Action = createAction((*CI)->getFrontendOpts().ProgramAction);
      if (!Action)
        return makeError("this action of Clang is not part of bpfcc++");
      if (!(*CI)->ExecuteAction(*Action)) {
        Impl->explainMissingVmlinux();
        return reportedError();
      }
    }
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
