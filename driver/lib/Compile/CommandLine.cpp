//===- CommandLine.cpp - what bpfcc++ was asked to do ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/CommandLine.h"
#include "Compile/EditorFlags.h"
#include "Compile/HostFlags.h"
#include "Compile/LLVMVersion.h"
#include "Support/Error.h"
#include "Support/Options.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Option/Arg.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using namespace llvm::opt;

namespace bpfbuild {

static constexpr StringLiteral TargetArchs[] = {"x86", "arm64", "arm", "s390", "powerpc", "riscv", "loongarch", "mips"};

ArrayRef<StringLiteral> targetArchs() {
  return TargetArchs;
}

std::string hostArch() {
  Triple Host(sys::getProcessTriple());
  if (Host.isX86())
    return "x86";
  if (Host.isAArch64())
    return "arm64";
  if (Host.isARM() || Host.isThumb())
    return "arm";
  if (Host.isSystemZ())
    return "s390";
  if (Host.isPPC())
    return "powerpc";
  if (Host.isRISCV())
    return "riscv";
  if (Host.isLoongArch())
    return "loongarch";
  return Host.isMIPS() ? "mips" : "x86";
}

StringRef stemOf(StringRef Path) {
  if (Path == "-")
    return "stdin";
  StringRef Stem = sys::path::stem(Path);
  if (!Stem.consume_back(".bpf"))
    if (!Stem.consume_back(".skel"))
      Stem.consume_back(".subskel");
  return Stem;
}

static StringRef languageOf(StringRef Path) {
  return StringSwitch<StringRef>(sys::path::extension(Path))
      .Case(".c", "c")
      .Case(".i", "c")
      .Case(".cpp", "c++")
      .Case(".cc", "c++")
      .Case(".cxx", "c++")
      .Case(".C", "c++")
      .Case(".ii", "c++")
      .Default("");
}

namespace {

/// Reads one command line; each take function handles the arguments of one kind.
class Parser {
public:
  explicit Parser(CommandLine &Result) : Result(Result) {}
  Error parse(ArrayRef<const char *> Args);

private:
  Error takeArg(const Arg &A, const InputArgList &Args);
  Error takeOurs(StringRef Text);
  Error takeOwnOption(const Arg &A);
  Error takeLanguage(StringRef Value);
  Error takeInput(StringRef Path);
  Error takeWarning(const Arg &A, const InputArgList &Args);
  void takeForClang(const Arg &A, const InputArgList &Args);
  Error check() const;

  CommandLine &Result;
  bool HasKernelAddress = false; ///< -fsanitize=kernel-address, with which programs with an arena are built
  StringRef CurrentLanguage;     ///< of -x; empty: by the file's ending
  bool IsPreprocessed = false;   ///< -x cpp-output
  bool RewritesIncludes = false; ///< -frewrite-includes
};

} // namespace

Error Parser::parse(ArrayRef<const char *> Args) {
  Result.Compile.TargetArch = hostArch();
  Result.Compile.Vmlinux = "kernel";
  unsigned MissingIndex, MissingCount;
  InputArgList Parsed =
      getDriverOptTable().ParseArgs(Args, MissingIndex, MissingCount, Visibility(cl_options::ClangOption));
  if (MissingCount)
    return makeError("option '{0}' needs a value", Args[MissingIndex]);
  bool HasCxx = any_of(Parsed, [](const Arg *A) {
    bool IsLanguage = A->getOption().matches(cl_options::OPT_x) && StringRef(A->getValue()).starts_with("c++");
    return IsLanguage || (A->getOption().matches(cl_options::OPT_INPUT) && languageOf(A->getValue()) == "c++");
  });
  if (HasCxx) // where what may be null has a type that asks
    Result.Compile.Checks.parse("error=bpf-null");
  HasKernelAddress = any_of(Parsed.getAllArgValues(cl_options::OPT_fsanitize_EQ),
                            [](StringRef Value) { return Value == "kernel-address"; });
  for (const Arg *A : Parsed)
    if (Error E = takeArg(*A, Parsed))
      return E;
  if (RewritesIncludes && Parsed.hasArg(cl_options::OPT_E))
    Result.Compile.ClangArgs.push_back("-frewrite-includes");
  if (RewritesIncludes)
    for (Input &I : Result.Inputs)
      I.IsPreprocessed = false;
  return check();
}

Error Parser::takeArg(const Arg &A, const InputArgList &Args) {
  switch (A.getOption().getID()) {
  case cl_options::OPT_INPUT:
    return takeInput(A.getValue());
  case cl_options::OPT__DASH_DASH: // what follows are files, whatever they begin with
    for (StringRef Path : A.getValues())
      if (Error E = takeInput(Path.size() > 1 && Path.starts_with("-") ? ("./" + Path).str() : Path.str()))
        return E;
    return Error::success();
  case cl_options::OPT_UNKNOWN:
    return takeOurs(A.getSpelling());
  case cl_options::OPT_fplugin_arg: // --target-kernel=5.10 as -fplugin-arg-bpfbuild-target-kernel=5.10: see
                                    // EditorFlags.h
    if (StringRef Ours = A.getValue(); Ours.consume_front("bpfbuild-"))
      return takeOurs(("--" + Ours).str());
    takeForClang(A, Args);
    return Error::success();
  case cl_options::OPT_x:
    return takeLanguage(A.getValue());
  case cl_options::OPT_help:
    Result.What = Mode::Help;
    return Error::success();
  case cl_options::OPT__version:
    Result.What = Mode::Version;
    return Error::success();
  case cl_options::OPT_o:
    Result.Output = A.getValue();
    return Error::success();
  case cl_options::OPT_c:
    Result.CompileOnly = true;
    if (Result.What == Mode::Link)
      Result.What = Mode::Compile;
    return Error::success();
  case cl_options::OPT__HASH_HASH_HASH:
    Result.PrintJobs = true;
    return Error::success();
  case cl_options::OPT_v:
    Result.Compile.Verbose = true;
    return Error::success();
  case cl_options::OPT_save_temps_EQ:
  case cl_options::OPT_save_temps:
    Result.SaveTemps = true;
    return Error::success();
  case cl_options::OPT_W_Joined:
    return takeWarning(A, Args);
  case cl_options::OPT_w:
    Result.Compile.Checks.ignoreWarnings();
    break;
  case cl_options::OPT_R_Joined:
    if (StringRef(A.getValue()) != "bpf-vmlinux" && StringRef(A.getValue()) != "no-bpf-vmlinux")
      break;
    Result.Compile.RemarksOnSlice = StringRef(A.getValue()) == "bpf-vmlinux";
    return Error::success();
  case cl_options::OPT_frewrite_includes: // in -E's output nothing but #include is preprocessed
    RewritesIncludes = true;
    return Error::success();
  case cl_options::OPT_E:
  case cl_options::OPT_S:
  case cl_options::OPT_emit_llvm:
  case cl_options::OPT_fsyntax_only:
  case cl_options::OPT_M:
  case cl_options::OPT_MM:
    if (Result.What == Mode::Link || Result.What == Mode::Compile)
      Result.What = Mode::Clang;
    break;
  default:
    break;
  }
  takeForClang(A, Args);
  return Error::success();
}

/// What is about our checks alone is not for Clang; -Werror and -Weverything are for both.
Error Parser::takeWarning(const Arg &A, const InputArgList &Args) {
  StringRef Flag = A.getValue();
  bool IsOurs = Result.Compile.Checks.parse(Flag);
  bool IsNamedAsOurs = Flag.starts_with("bpf") || Flag.starts_with("no-bpf") || Flag.contains("error=bpf");
  if (IsNamedAsOurs && !IsOurs)
    return makeError("-W{0}: {1}", Flag, explainCheckFlag(Flag));
  if (!IsNamedAsOurs)
    takeForClang(A, Args);
  return Error::success();
}

/// True for an include folder of EditorFolder's, whose headers are those that bpfcc++ has itself.
static bool isEditorFolder(const Arg &A) {
  if (A.getNumValues() != 1 ||
      !(A.getOption().matches(cl_options::OPT_I) || A.getOption().matches(cl_options::OPT_isystem) ||
        A.getOption().matches(cl_options::OPT_idirafter)))
    return false;
  StringRef Path = A.getValue();
  return is_contained(make_range(sys::path::begin(Path), sys::path::end(Path)), EditorFolder);
}

/// Hands an option on to Clang, in its own spelling, unless it is meant for host code.
void Parser::takeForClang(const Arg &A, const InputArgList &Args) {
  if (isEditorFolder(A))
    return;
  const Arg &Spelled = A.getAlias() ? *A.getAlias() : A;
  std::string Flag = Spelled.getAsString(Args);
  if (Spelled.getNumValues() == 1 && Spelled.getOption().getKind() == Option::JoinedOrSeparateClass)
    Flag = (Spelled.getSpelling() + Spelled.getValue()).str();
  bool IsOfKernelAddress = HasKernelAddress && !StringRef(Flag).starts_with("-fsanitize-coverage") &&
                           (Flag == "-fsanitize=kernel-address" || StringRef(Flag).starts_with("-fsanitize-"));
  if (isHostFlag(Flag) && !IsOfKernelAddress) {
    Result.Dropped.push_back(std::move(Flag));
    return;
  }
  ArgStringList Rendered;
  Spelled.render(Args, Rendered);
  Result.Compile.ClangArgs.insert(Result.Compile.ClangArgs.end(), Rendered.begin(), Rendered.end());
}

Error Parser::takeLanguage(StringRef Value) {
  std::optional<StringRef> Language = StringSwitch<std::optional<StringRef>>(Value)
                                          .Case("none", "")
                                          .Case("c", "c")
                                          .Case("cpp-output", "c")
                                          .Case("c++", "c++")
                                          .Case("c++-cpp-output", "c++")
                                          .Default(std::nullopt);
  if (!Language)
    return makeError("-x takes c, c++, cpp-output, c++-cpp-output or none, not '{0}'", Value);
  CurrentLanguage = *Language;
  IsPreprocessed = Value.ends_with("cpp-output");
  return Error::success();
}

Error Parser::takeInput(StringRef Path) {
  StringRef Language = CurrentLanguage.empty() ? languageOf(Path) : CurrentLanguage;
  bool IsObject = CurrentLanguage.empty() && sys::path::extension(Path) == ".o";
  if (Path == "-" && CurrentLanguage.empty())
    return makeError("standard input needs -x c or -x c++");
  if (Language.empty() && !IsObject)
    return makeError("'{0}': unknown kind of input; expected .c, .cpp, .cc, .cxx, .C, .i, .ii or .o, or -x before it",
                     Path);
  StringRef Extension = sys::path::extension(Path);
  bool IsNamedSo = CurrentLanguage.empty() && (Extension == ".i" || Extension == ".ii");
  Result.Inputs.push_back({Path.str(), Language.str(), IsPreprocessed || IsNamedSo});
  return Error::success();
}

/// Clang does not know \p Text: it is one of ours, or an error.
Error Parser::takeOurs(StringRef Text) {
  std::string Copy = Text.str();
  const char *Single[] = {Copy.c_str()};
  unsigned MissingIndex, MissingCount;
  InputArgList Parsed = getOptionTable().ParseArgs(Single, MissingIndex, MissingCount, Visibility(Bpfcc));
  for (const Arg *A : Parsed) {
    if (!A->getOption().matches(OPT_UNKNOWN))
      return takeOwnOption(*A);
    if (Text.starts_with("-f")) { // GCC has hundreds that Clang does not know, and projects set them for whole folders
      Result.Unknown.push_back(std::move(Copy));
      return Error::success();
    }
    std::string Nearest;
    if (getOptionTable().findNearest(Copy, Nearest, Visibility(Bpfcc)) <= 2 ||
        getDriverOptTable().findNearest(Copy, Nearest, Visibility(cl_options::ClangOption)) <= 1)
      return makeError("unknown option '{0}'; did you mean '{1}'?", Copy, Nearest);
  }
  return makeError("unknown option '{0}'", Copy);
}

static Error expectedOneOf(const Arg &A, StringRef Values) {
  return makeError("{0} takes {1}, not '{2}'", A.getSpelling(), Values, A.getValue());
}

/// Adds the file, or the files in the folder, whose change is to compile the sources again. A name is none of these.
static void addDependencies(StringRef Path, std::vector<std::string> &Files) {
  if (sys::fs::is_regular_file(Path))
    Files.push_back(Path.str());
  std::error_code Code;
  if (sys::fs::is_directory(Path))
    for (sys::fs::directory_iterator It(Path, Code), End; !Code && It != End; It.increment(Code))
      if (sys::fs::is_regular_file(It->path()))
        Files.push_back(It->path());
  llvm::sort(Files);
}

/// An option with a value stores it here; an empty value is an error, for all of them.
static Error storeValue(const Arg &A, std::string &Where) {
  Where = A.getValue();
  return Where.empty() ? makeError("{0} needs a value", A.getSpelling()) : Error::success();
}

static Error storePlacement(const Arg &A, ObjectPlacement &Where) {
  std::optional<ObjectPlacement> Parsed = parseObjectPlacement(A.getValue());
  if (!Parsed)
    return expectedOneOf(A, "inline, incbin, file or source");
  Where = *Parsed;
  return Error::success();
}

static Error storeStyle(const Arg &A, SkeletonStyle &Where) {
  Expected<SkeletonStyle> Parsed = parseSkeletonStyle(A.getValue());
  if (!Parsed)
    return Parsed.takeError();
  Where = *Parsed;
  return Error::success();
}

static Error storeFormat(const Arg &A, DiagnosticFormat &Where) {
  if (StringRef(A.getValue()) != "json" && StringRef(A.getValue()) != "text")
    return expectedOneOf(A, "text or json");
  Where = StringRef(A.getValue()) == "json" ? DiagnosticFormat::JSON : DiagnosticFormat::Text;
  return Error::success();
}

static Error storeSliceMode(const Arg &A, SliceMode &Where) {
  std::optional<SliceMode> Mode = StringSwitch<std::optional<SliceMode>>(A.getValue())
                                      .Case("on", SliceMode::On)
                                      .Case("off", SliceMode::Off)
                                      .Case("strict", SliceMode::Strict)
                                      .Default(std::nullopt);
  if (!Mode)
    return makeError("--vmlinux-slice={0}: expected on, off or strict", A.getValue());
  Where = *Mode;
  return Error::success();
}

static Error storeKernelVersion(const Arg &A, std::optional<KernelVersion> &Where) {
  std::optional<KernelVersion> Version = KernelVersion::parse(A.getValue());
  if (!Version)
    return expectedOneOf(A, "a kernel version such as 5.10");
  Where = *Version;
  return Error::success();
}

static Error storeLoader(const Arg &A, Loader &Where) {
  std::optional<Loader> Parsed = parseLoader(A.getValue());
  if (!Parsed)
    return expectedOneOf(A, "libbpf, ebpf-go, iproute2 or aya");
  Where = *Parsed;
  return Error::success();
}

static Error storeTargetArch(const Arg &A, std::string &Where) {
  if (!is_contained(TargetArchs, StringRef(A.getValue())))
    return expectedOneOf(A, join(targetArchs(), ", "));
  return storeValue(A, Where);
}

Error Parser::takeOwnOption(const Arg &A) {
  switch (A.getOption().getID()) {
  case OPT_help:
    Result.What = Mode::Help;
    return Error::success();
  case OPT_object_EQ:
    return storeValue(A, Result.Object);
  case OPT_skeleton_EQ:
    return storeValue(A, Result.Skeleton);
  case OPT_name_EQ:
    return storeValue(A, Result.Name);
  case OPT_namespace_EQ:
    return storeValue(A, Result.Namespace);
  case OPT_subskeleton:
    Result.IsSubskeleton = true;
    return Error::success();
  case OPT_light:
    Result.IsLight = true;
    return Error::success();
  case OPT_sign_key_EQ:
    return storeValue(A, Result.Signer.Key);
  case OPT_sign_cert_EQ:
    return storeValue(A, Result.Signer.Certificate);
  case OPT_shared_types_EQ:
    return storeValue(A, Result.SharedTypes);
  case OPT_skeleton_style_EQ:
    return storeStyle(A, Result.Style);
  case OPT_embed_EQ:
    Result.EmbedIsGiven = true;
    return storePlacement(A, Result.Embed);
  case OPT_diagnostics_format_EQ:
    return storeFormat(A, Result.Compile.Format);
  case OPT_target_kernel_EQ:
    return storeKernelVersion(A, Result.Compile.TargetKernel);
  case OPT_target_btf_EQ:
    Result.TargetBTF.push_back(A.getValue());
    addDependencies(A.getValue(), Result.Compile.AlsoRead);
    return Error::success();
  case OPT_embed_btf_EQ:
    return storeValue(A, Result.EmbedBTF);
  case OPT_loader_EQ:
    return storeLoader(A, Result.Compile.LoadedBy);
  case OPT_target_arch_EQ:
    return storeTargetArch(A, Result.Compile.TargetArch);
  case OPT_vmlinux_EQ:
    Result.Compile.VmlinuxIsGiven = true;
    return storeValue(A, Result.Compile.Vmlinux);
  case OPT_vmlinux_slice_EQ:
    return storeSliceMode(A, Result.Compile.Slice);
  case OPT_relative_to_EQ:
    Result.Compile.RelativeTo.emplace_back();
    return storeValue(A, Result.Compile.RelativeTo.back());
  case OPT_keep_dwarf:
    Result.Compile.KeepDwarf = true;
    return Error::success();
  case OPT_verify_EQ:
    Result.VerifyOn.push_back(A.getValue());
    return Error::success();
  case OPT_verify:
    Result.VerifyOn.push_back("running");
    return Error::success();
  case OPT_time_report:
    Result.TimeReport = true;
    return Error::success();
  default:
    llvm_unreachable("every option of bpfcc++ is handled");
  }
}

/// What only the whole line can tell.
Error Parser::check() const {
  if (Result.What == Mode::Help || Result.What == Mode::Version)
    return Error::success();
  if (Result.Inputs.empty())
    return makeError("no input files");
  if (Result.What == Mode::Compile && !Result.Output.empty() && Result.Inputs.size() > 1)
    return makeError("-o with -c takes one input, not {0}", Result.Inputs.size());
  if (Result.What == Mode::Compile && any_of(Result.Inputs, [](const Input &I) { return I.isObject(); }))
    return makeError("-c takes sources; objects are linked without it");
  if (Result.What != Mode::Link && !(Result.Object.empty() && Result.Skeleton.empty()))
    return makeError("--object= and --skeleton= need a link; leave out -c and the like");
  return Error::success();
}

Expected<CommandLine> parseCommandLine(ArrayRef<const char *> Args) {
  BumpPtrAllocator Allocator;
  SmallVector<const char *> Expanded(Args.begin(), Args.end());
  cl::ExpansionContext Expansion(Allocator, cl::TokenizeGNUCommandLine);
  if (Error E = Expansion.expandResponseFiles(Expanded))
    return std::move(E);
  CommandLine Result;
  if (Error E = Parser(Result).parse(Expanded))
    return std::move(E);
  return Result;
}

} // namespace bpfbuild
