//===- bpfcc++.cpp - the compiler driver ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From sources to a skeleton, in one process:
//
//   parseCommandLine → Compiler::compile (each source, checked by checkObject) → linkObjects
//                    → verifyOn → buildSkeletonModel → emitSkeleton → OutputSet::commit
//===----------------------------------------------------------------------===//
#include "Compile/Compile.h"
#include "Link/Link.h"
#include "Machine/Box.h"
#include "Machine/KernelBTF.h"
#include "Machine/MinimalBTFs.h"
#include "Object/DebugPlaces.h"
#include "Programs/Check.h"
#include "Programs/LicenseCheck.h"
#include "Programs/RelocationCheck.h"
#include "Skeleton/CSkeletonEmitter.h"
#include "Skeleton/SkeletonEmitter.h"
#include "Support/Checks.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "Support/Help.h"
#include "Support/Options.h"
#include "Support/OutputSet.h"
#include "Support/Prefault.h"
#include "Support/StageTimes.h"
#include "Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace bpfbuild;

namespace {

/// What is written, and where.
struct Outputs {
  std::string Object, Skeleton; ///< file names; empty: not written
  SkeletonStyle Style = SkeletonStyle::Cxx;
};

/// An input as an object.
struct InputObject {
  std::string Bytes;
  std::optional<BPFObject> Object; ///< over the bytes
};

/// One call of bpfcc++.
class Job {
public:
  Job(const CommandLine &Line, std::string ToolPath)
      : Line(Line), Compile(Line.Compile, std::move(ToolPath), Times, Said) {}

  Error run();

private:
  Error runClang();
  Error compileEach();
  Error link();
  Error commit(OutputSet &Files);
  Error saveTemps(const Input &Source, StringRef Output);
  Expected<std::string> compile(const Input &Source, StringRef Output);
  Expected<std::unique_ptr<InputObject>> compileToLink(const Input &Source, StringRef Output);
  Expected<std::unique_ptr<InputObject>> readObject(StringRef Path);
  Expected<std::string> linkBytes(ArrayRef<std::unique_ptr<InputObject>> Inputs);
  Expected<Outputs> chooseOutputs() const;
  Error expectNoSkeleton() const;
  Error expectOtherOutput() const;
  Expected<std::string> className(const Outputs &Files) const;
  std::vector<Diagnostic> check(const CompiledObject &Compiled) const;
  std::string sourceOf(std::string Path) const;
  Error report(std::vector<Diagnostic> Diagnostics);
  Error verify(const BPFObject &Object);
  Error checkLinked(const BPFObject &Object, bool IsLoaded);

  const CommandLine &Line;
  std::vector<core::KernelTypes> Targets; ///< --target-btf=
  StageTimes Times;
  SaidOnce Said;
  Compiler Compile;
};

} // namespace

static void printHelp() {
  outs() << R"(bpfcc++ compiles BPF programs in C and C++, and makes a typed C++ skeleton of them.

usage: bpfcc++ [clang options] [options] INPUT...

  bpfcc++ a.bpf.c                        compile, check, link, write a.skel.hpp
  bpfcc++ -c a.bpf.c -o a.bpf.o          compile and check one file
  bpfcc++ a.bpf.o b.bpf.o -o all.bpf.o   link objects

It takes clang's options and behaves like clang. These options are its own:
)";
  printOptions(outs(), Bpfcc);
}

static void printVersion() {
  outs() << "bpfcc++ " << BPFBUILD_VERSION << "\nbuilt on " << clangVersion() << "\nlinks by libbpf "
         << BPFBUILD_LIBBPF_VERSION << "; its BPF headers, with what libbpf 1.8 has\n";
}

/// The check that the compiler runs on each object while it knows the source's lines.
std::vector<Diagnostic> Job::check(const CompiledObject &Compiled) const {
  Expected<BPFObject> Object = BPFObject::parse(Compiled.Bytes, Compiled.Name);
  if (Object)
    return checkObject(*Object, {.Oldest = Line.Compile.TargetKernel,
                                 .LoadedBy = Line.Compile.LoadedBy,
                                 .AbsentHelpers = Compiled.Helpers.Ids,
                                 .Headers = Compiled.Helpers.Headers,
                                 .Types = Compiled.KernelTypes,
                                 .TypesPath = Compiled.KernelPath,
                                 .Kernels = Targets});
  Diagnostic D;
  D.Message = toString(Object.takeError());
  return {D};
}

Expected<std::unique_ptr<InputObject>> Job::readObject(StringRef Path) {
  auto Timer = Times.measure("read");
  Expected<std::unique_ptr<MemoryBuffer>> Buffer = readFile(Path);
  if (!Buffer)
    return Buffer.takeError();
  auto Result = std::make_unique<InputObject>();
  Result->Bytes = (*Buffer)->getBuffer().str();
  Expected<BPFObject> Object = BPFObject::parse(Result->Bytes, Path);
  if (!Object)
    return Object.takeError();
  std::vector<Diagnostic> Diagnostics = checkObject(
      *Object, {.Oldest = Line.Compile.TargetKernel, .LoadedBy = Line.Compile.LoadedBy, .Kernels = Targets});
  erase_if(Diagnostics, [this](const Diagnostic &D) { // which were said when it was compiled
    const Check *Known = findCheck(D.Check);
    return Known && Known->Class != CheckClass::Error && !Line.Compile.Checks.isAsked(D.Check);
  });
  fillPlaces(*Object, Diagnostics);
  if (Error E = report(std::move(Diagnostics)))
    return std::move(E);
  Result->Object = std::move(*Object);
  return std::move(Result);
}

/// The file that an object names by a path relative to the project.
std::string Job::sourceOf(std::string Path) const {
  if (sys::path::is_absolute(Path) || Path.empty())
    return Path;
  for (StringRef Folder : Line.Compile.RelativeTo) {
    SmallString<256> Whole = Folder;
    sys::path::append(Whole, Path);
    sys::fs::make_absolute(Whole);
    sys::path::remove_dots(Whole, /*remove_dot_dot=*/true);
    if (sys::fs::exists(Whole))
      return Whole.str().str();
  }
  SmallString<256> Short = StringRef(Path);
  sys::path::remove_dots(Short);
  return Short.str().str();
}

/// Prints what a check found in an object that was not compiled here.
Error Job::report(std::vector<Diagnostic> Diagnostics) {
  for (Diagnostic &D : Diagnostics)
    D.Place.File = sourceOf(std::move(D.Place.File));
  bool Failed = printDiagnostics(std::move(Diagnostics), Line.Compile.Checks, Line.Compile.Format, "bpfcc++", Said);
  return Failed ? reportedError() : Error::success();
}

Expected<std::string> Job::compile(const Input &Source, StringRef Output) {
  auto Timer = Times.measure("compile");
  if (Error E = saveTemps(Source, Output))
    return std::move(E);
  return Compile.compile(Source, Output, [this](const CompiledObject &Compiled) { return check(Compiled); });
}

Expected<std::unique_ptr<InputObject>> Job::compileToLink(const Input &Source, StringRef Output) {
  auto Result = std::make_unique<InputObject>();
  Expected<std::string> Bytes = compile(Source, Output);
  if (!Bytes)
    return Bytes.takeError();
  Result->Bytes = std::move(*Bytes);
  Expected<BPFObject> Object = BPFObject::parse(Result->Bytes, Source.Path);
  if (!Object)
    return Object.takeError();
  Result->Object = std::move(*Object);
  return std::move(Result);
}

/// -save-temps: the preprocessed source, the bitcode and the assembly, beside the object.
Error Job::saveTemps(const Input &Source, StringRef Output) {
  if (!Line.SaveTemps)
    return Error::success();
  std::string Stem = (sys::path::parent_path(Output).empty() ? "" : sys::path::parent_path(Output).str() + "/") +
                     stemOf(Source.Path).str() + ".bpf";
  if (Error E = Compile.runClang(Source, Stem + (Source.Language == "c" ? ".i" : ".ii"), {"-E"}))
    return E;
  if (Error E = Compile.runClang(Source, Stem + ".bc", {"-c", "-emit-llvm"}))
    return E;
  return Compile.runClang(Source, Stem + ".s", {"-S"});
}

/// Writes the outputs, and the depfiles with them.
Error Job::commit(OutputSet &Files) {
  auto Timer = Times.measure("write");
  for (const auto &[Path, Text] : Compile.dependencyFiles())
    Files.add(Path, Text);
  for (const Input &I : Line.Inputs)
    Files.protect(I.Path);
  return Files.commit();
}

/// An output of Clang's that is one of the inputs is an error.
Error Job::expectOtherOutput() const {
  for (const Input &I : Line.Inputs)
    if (Error E = expectOtherFile(Line.Output, I.Path))
      return E;
  return Error::success();
}

Error Job::runClang() {
  SmallVector<StringRef> ExtraArgs;
  if (Line.CompileOnly)
    ExtraArgs.push_back("-c");
  if (Error E = expectOtherOutput()) // which Clang writes itself
    return E;
  if (Error E = Compile.runClang(Line.Inputs, Line.Output, ExtraArgs))
    return E;
  OutputSet Files;
  return commit(Files);
}

/// What only a skeleton has must not be asked for where none is written.
Error Job::expectNoSkeleton() const {
  StringRef Option = Line.IsLight                       ? "--light"
                     : !Line.EmbedBTF.empty()           ? "--embed-btf="
                     : Line.IsSubskeleton               ? "--subskeleton"
                     : !Line.Signer.Key.empty()         ? "--sign-key="
                     : !Line.Signer.Certificate.empty() ? "--sign-cert="
                                                        : "";
  if (Option.empty())
    return Error::success();
  return makeError("{0}: an object is asked for, and no skeleton; leave it out", Option);
}

Error Job::compileEach() {
  if (Error E = expectNoSkeleton())
    return E;
  OutputSet Files;
  for (const Input &I : Line.Inputs) {
    std::string Output = Line.Output.empty() ? stemOf(I.Path).str() + ".bpf.o" : Line.Output;
    Expected<std::string> Bytes = compile(I, Output);
    if (!Bytes)
      return Bytes.takeError();
    if (!Line.VerifyOn.empty()) {
      Expected<BPFObject> Object = BPFObject::parse(*Bytes, I.Path);
      if (Error E = Object ? verify(*Object) : Object.takeError())
        return E;
    }
    Files.add(Output, std::move(*Bytes));
  }
  return commit(Files);
}

/// -o asks for an object or a skeleton by its ending; --object= and --skeleton= ask for either besides; without -o
/// and --skeleton= the skeleton gets the first input's name.
Expected<Outputs> Job::chooseOutputs() const {
  Outputs Files{Line.Object, Line.Skeleton};
  StringRef Extension = sys::path::extension(Line.Output);
  bool IsObject = Extension == ".o";
  if (!Line.Output.empty() && !IsObject && Extension != ".h" && Extension != ".hh" && Extension != ".hpp")
    return makeError("-o {0}: unknown kind of output; expected .o for an object, or .h, .hh or .hpp for a skeleton",
                     Line.Output);
  Expected<SkeletonStyle> Style = refineStyle(Line.Style, {.IsSub = Line.IsSubskeleton,
                                                           .IsLight = Line.IsLight,
                                                           .HasKey = !Line.Signer.Key.empty(),
                                                           .HasCertificate = !Line.Signer.Certificate.empty(),
                                                           .HasEmbed = Line.EmbedIsGiven,
                                                           .HasTypes = !Line.SharedTypes.empty(),
                                                           .HasEmbedBTF = !Line.EmbedBTF.empty()});
  if (!Style)
    return Style.takeError();
  Files.Style = *Style;
  if (!Line.Output.empty()) {
    std::string &Where = IsObject ? Files.Object : Files.Skeleton;
    if (!Where.empty())
      return makeError("-o {0} and {1}{2} ask for the same kind of output", Line.Output,
                       IsObject ? "--object=" : "--skeleton=", Where);
    Where = Line.Output;
  } else if (Files.Skeleton.empty()) {
    Files.Skeleton = (stemOf(Line.Inputs.front().Path) + endingOf(Files.Style)).str();
  }
  if (!Files.Skeleton.empty() && Line.Compile.LoadedBy != Loader::Libbpf)
    return makeError("--loader={0}: a skeleton loads its object by libbpf; pass -c, or -o FILE.o, for the object alone",
                     toString(Line.Compile.LoadedBy));
  if (Files.Skeleton.empty())
    if (Error E = expectNoSkeleton())
      return std::move(E);
  if (Files.Skeleton == "-" && !objectEnding(Files.Style, Line.Embed).empty())
    return makeError("--skeleton=-: on standard output there is no file beside the header; pass --embed=inline");
  return Files;
}

Expected<std::string> Job::className(const Outputs &Files) const {
  if (!Line.Name.empty())
    return Line.Name;
  bool HasFileName = !Files.Skeleton.empty() && Files.Skeleton != "-";
  StringRef Source = HasFileName ? Files.Skeleton : Line.Inputs.front().Path;
  return isCxx(Files.Style) ? defaultSkeletonName(stemOf(Source)) : defaultCSkeletonName(Source);
}

/// One object out of all. What libbpf's linker does not take, because it keeps its DWARF or has the other byte order,
/// must be the only one.
Expected<std::string> Job::linkBytes(ArrayRef<std::unique_ptr<InputObject>> Inputs) {
  if (Inputs.size() == 1 && Line.Compile.KeepDwarf)
    return Inputs.front()->Bytes;
  std::vector<BPFObject> Objects;
  for (const std::unique_ptr<InputObject> &I : Inputs)
    Objects.push_back(std::move(*I->Object));
  if (Objects.size() == 1)
    return linkObjects(Objects);
  if (any_of(Objects, [](const BPFObject &O) { return O.isLittleEndian() != sys::IsLittleEndianHost; }))
    return makeError("objects of this machine's other byte order cannot be linked; give one input");
  if (Line.Compile.KeepDwarf)
    return makeError("--keep-dwarf: the linker drops DWARF; give one input, or leave it out");
  return linkObjects(Objects);
}

/// What can be told only of all files together: whether the license of one allows what another calls, and of what is
/// loaded, whether there is one; and who calls a function that reads what a kernel lacks.
Error Job::checkLinked(const BPFObject &Object, bool IsLoaded) {
  std::vector<Diagnostic> Diagnostics;
  checkLicense(Object, IsLoaded, Diagnostics);
  checkRelocations(Object, {.Kernels = Targets}, RelocationsOf::GlobalFunctions, Diagnostics);
  return report(std::move(Diagnostics));
}

/// --verify: what the verifier of each kernel that is asked has against the programs.
Error Job::verify(const BPFObject &Object) {
  auto Timer = Times.measure("verify");
  std::vector<Diagnostic> Found;
  for (const std::string &Where : Line.VerifyOn) {
    Expected<std::vector<ObjectVerdicts>> Verdicts = verifyOn(Where, {&Object});
    if (!Verdicts)
      return Verdicts.takeError();
    append_range(Found, explainVerdicts(Object, Verdicts->front(), Where));
  }
  return report(std::move(Found));
}

Error Job::link() {
  Expected<Outputs> Files = chooseOutputs();
  if (!Files)
    return Files.takeError();
  Expected<std::string> Class = className(*Files);
  if (!Class)
    return Class.takeError();
  // Depfiles are about what is written in the end, whichever source they come from.
  StringRef Output = Files->Skeleton.empty() ? Files->Object : Files->Skeleton;
  std::vector<std::unique_ptr<InputObject>> Inputs;
  for (const Input &I : Line.Inputs) {
    Expected<std::unique_ptr<InputObject>> Object = I.isObject() ? readObject(I.Path) : compileToLink(I, Output);
    if (!Object)
      return Object.takeError();
    Inputs.push_back(std::move(*Object));
  }
  auto LinkTimer = Times.measure("link");
  Expected<std::string> Linked = linkBytes(Inputs);
  if (!Linked)
    return Linked.takeError();
  LinkTimer.stop();

  Expected<BPFObject> Object =
      BPFObject::parse(*Linked, Line.Inputs.size() == 1 ? Line.Inputs.front().Path : "the linked object");
  if (!Object)
    return Object.takeError();
  if (Error E = checkLinked(*Object, !Files->Skeleton.empty()))
    return E;
  if (!Line.VerifyOn.empty())
    if (Error E = verify(*Object))
      return E;

  OutputSet Written;
  auto SkeletonTimer = Times.measure("skeleton");
  if (!Files->Skeleton.empty()) {
    Expected<SharedTypes> Shared = Line.SharedTypes.empty() ? SharedTypes() : readSharedTypes(Line.SharedTypes);
    if (!Shared)
      return Shared.takeError();
    Expected<SkeletonModel> Model = buildSkeletonModel(*Object, *Class, Line.Namespace, *Shared);
    if (!Model)
      return Model.takeError();
    if (!Line.EmbedBTF.empty()) {
      Expected<std::string> Archive = archiveFor(*Object, Line.EmbedBTF);
      if (!Archive)
        return Archive.takeError();
      setArchive(*Model, *Object, std::move(*Archive));
    }
    Expected<SkeletonText> Text = emitSkeleton(*Model, *Object, Files->Style, Line.Embed, Line.Signer);
    if (!Text)
      return Text.takeError();
    if (Error E = addSkeleton(Written, Files->Skeleton, std::move(*Text), carriedBytes(*Model, *Linked), Files->Style,
                              Line.Embed))
      return E;
  }
  if (!Files->Object.empty())
    Written.add(Files->Object, std::move(*Linked));
  SkeletonTimer.stop();
  return commit(Written);
}

Error Job::run() {
  if (Line.Compile.Verbose && !Line.Dropped.empty())
    errs() << "bpfcc++: dropped, as it is not for BPF: " << join(Line.Dropped, " ") << '\n';
  for (const std::string &Flag : Line.Unknown)
    errs() << "bpfcc++: warning: unknown option '" << Flag << "' is left out\n";
  if (Line.PrintJobs)
    return Compile.printJobs(Line.Inputs, Line.Output, Line.What != Mode::Clang || Line.CompileOnly);
  Expected<std::vector<core::KernelTypes>> Opened = openTargets(Line.TargetBTF);
  if (!Opened)
    return Opened.takeError();
  Targets = std::move(*Opened);
  Error E = Line.What == Mode::Clang ? runClang() : Line.What == Mode::Compile ? compileEach() : link();
  if (Line.TimeReport)
    Times.print(errs());
  return E;
}

static int run(ArrayRef<const char *> Args, std::string ToolPath) {
  Expected<CommandLine> Line = parseCommandLine(Args);
  if (!Line)
    return printError("bpfcc++", Line.takeError());
  if (Line->What == Mode::Help)
    return printHelp(), ExitSuccess;
  if (Line->What == Mode::Version)
    return printVersion(), ExitSuccess;
  if (Error E = Job(*Line, std::move(ToolPath)).run())
    return printError("bpfcc++", std::move(E));
  return ExitSuccess;
}

/// The BPF back end says of what it cannot compile by dying with a message: that is an error in the source, not in us.
static void handleFatalError(void *, const char *Message, bool) {
  errs() << "bpfcc++: error: the BPF back end cannot compile this: " << Message << '\n';
  _exit(ExitError);
}

int main(int Argc, char **Argv) {
  linkPrefault();
  InitLLVM Init(Argc, Argv, /*InstallPipeSignalExitHandler=*/true);
  install_fatal_error_handler(handleFatalError);
  static int AddressInTool;
  std::string ToolPath = sys::fs::getMainExecutable(Argv[0], &AddressInTool);
  ArrayRef<const char *> Args(Argv + 1, Argv + Argc);

  int Code = ExitInternalError;
  CrashRecoveryContext::Enable();
  CrashRecoveryContext Recovery;
  if (!Recovery.RunSafely([&] { Code = run(Args, std::move(ToolPath)); })) {
    errs() << "bpfcc++: internal error: this is a bug in bpfcc++; please report it with the command and the source\n";
    Code = ExitInternalError;
  }
  outs().flush();
  errs().flush();
  if (std::error_code EC = outs().error()) {
    errs() << "bpfcc++: error: cannot write standard output: " << EC.message() << '\n';
    outs().clear_error();
    Code = std::max<int>(Code, ExitError);
  }
  if (getenv("BPFBUILD_ENDS_BY_EXIT")) // where something is hooked to it, such as the writing of a profile
    exit(Code);
  _exit(Code); // what is left is memory: the kernel is quicker at it
}
