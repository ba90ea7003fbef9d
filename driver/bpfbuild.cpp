//===- bpfbuild.cpp - each stage alone ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// bpfbuild STAGE FILE…: one function a stage, over the same libraries as bpfcc++.
//===----------------------------------------------------------------------===//
#include "BTF/BTFFile.h"
#include "Compile/FunctionIds.h"
#include "Kernel/Probe.h"
#include "Kernel/SectionNames.h"
#include "Kernel/UapiHelpers.h"
#include "Link/Link.h"
#include "Maps/MapDef.h"
#include "Maps/MapPage.h"
#include "Object/DebugPlaces.h"
#include "Programs/Check.h"
#include "Skeleton/SkeletonEmitter.h"
#include "Support/Error.h"
#include "Support/Options.h"
#include "Support/OutputSet.h"
#include "Version.h"
#include "Vmlinux/BTFSlice.h"
#include "llvm/Option/Arg.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace bpfbuild;

namespace {

/// The files that a stage works on, read and checked; the objects point into the bytes.
struct Objects {
  std::vector<std::unique_ptr<MemoryBuffer>> Bytes;
  std::vector<BPFObject> Parsed;
};

struct Stage {
  StringLiteral Name, Arguments, Help;
  Error (*Run)(const opt::InputArgList &Args);
};

} // namespace

static Expected<Objects> readObjects(const opt::InputArgList &Args) {
  Objects Result;
  for (const std::string &Path : Args.getAllArgValues(OPT_INPUT)) {
    ErrorOr<std::unique_ptr<MemoryBuffer>> Buffer = MemoryBuffer::getFile(Path);
    if (!Buffer)
      return makeError("cannot read '{0}': {1}", Path, Buffer.getError().message());
    Expected<BPFObject> Object = BPFObject::parse((*Buffer)->getBuffer(), Path);
    if (!Object)
      return Object.takeError();
    Result.Bytes.push_back(std::move(*Buffer));
    Result.Parsed.push_back(std::move(*Object));
  }
  if (Result.Parsed.empty())
    return makeError("no object is named");
  return Result;
}

static Expected<Objects> readOneObject(const opt::InputArgList &Args) {
  Expected<Objects> Result = readObjects(Args);
  if (Result && Result->Parsed.size() > 1)
    return makeError("this stage takes one object, not {0}; link them first", Result->Parsed.size());
  return Result;
}

/// The BTF that --btf= or --base= names.
static Expected<btf::BTFFile> openBTF(StringRef Source, const btf::BTF *Base = nullptr) {
  Expected<std::string> Path = btf::findSource(Source);
  return Path ? btf::BTFFile::open(*Path, Base) : Path.takeError();
}

static Error write(const opt::InputArgList &Args, std::string Bytes) {
  OutputSet Files;
  Files.add(Args.getLastArgValue(OPT_o, "-").str(), std::move(Bytes));
  return Files.commit();
}

//===----------------------------------------------------------------------===//
// check
//===----------------------------------------------------------------------===//

static Expected<std::optional<KernelVersion>> oldestKernel(const opt::InputArgList &Args) {
  if (!Args.hasArg(OPT_target_kernel_EQ))
    return std::nullopt;
  StringRef Text = Args.getLastArgValue(OPT_target_kernel_EQ);
  std::optional<KernelVersion> Version = KernelVersion::parse(Text);
  if (!Version)
    return makeError("--target-kernel= takes a kernel version such as 5.10, not '{0}'", Text);
  return Version;
}

static Expected<DiagnosticFormat> diagnosticFormat(const opt::InputArgList &Args) {
  StringRef Name = Args.getLastArgValue(OPT_diagnostics_format_EQ, "text");
  if (Name != "text" && Name != "json" && Name != "sarif")
    return makeError("--diagnostics-format= takes text, json or sarif, not '{0}'", Name);
  return Name == "text" ? DiagnosticFormat::Text : Name == "json" ? DiagnosticFormat::JSON : DiagnosticFormat::SARIF;
}

/// -Wbpf-NAME, -Wno-bpf-NAME, -Werror=bpf-NAME, -Werror.
static Expected<CheckOptions> checkOptions(const opt::InputArgList &Args) {
  CheckOptions Result;
  for (StringRef Flag : Args.getAllArgValues(OPT_W)) {
    if (Flag == "error")
      Result.setWarningsAreErrors();
    else if (!Result.parse(Flag))
      return makeError("-W{0}: expected -Wbpf-NAME, -Wno-bpf-NAME, -Werror=bpf-NAME or -Werror", Flag);
  }
  return Result;
}

static Error runCheck(const opt::InputArgList &Args) {
  Expected<std::optional<KernelVersion>> Oldest = oldestKernel(Args);
  if (!Oldest)
    return Oldest.takeError();
  if (Args.hasArg(OPT_list_rules)) {
    printMapPage(outs());
    return Error::success();
  }
  Expected<DiagnosticFormat> Format = diagnosticFormat(Args);
  if (!Format)
    return Format.takeError();
  Expected<CheckOptions> Checks = checkOptions(Args);
  if (!Checks)
    return Checks.takeError();
  Expected<Objects> Files = readObjects(Args);
  if (!Files)
    return Files.takeError();
  CheckTarget Target{.Oldest = *Oldest};
  std::optional<btf::BTFFile> Kernel;
  if (Args.hasArg(OPT_btf_EQ)) {
    Expected<btf::BTFFile> Opened = openBTF(Args.getLastArgValue(OPT_btf_EQ));
    if (!Opened)
      return Opened.takeError();
    Kernel = std::move(*Opened);
    Target.Types = &Kernel->types();
    Target.TypesPath = Kernel->path();
  }
  std::vector<Diagnostic> Diagnostics;
  for (const BPFObject &Object : Files->Parsed) {
    std::vector<Diagnostic> Found = checkObject(Object, Target);
    fillPlaces(Object, Found);
    append_range(Diagnostics, std::move(Found));
  }
  return printDiagnostics(std::move(Diagnostics), *Checks, *Format, "bpfbuild") ? reportedError() : Error::success();
}

//===----------------------------------------------------------------------===//
// dump
//===----------------------------------------------------------------------===//

static void dumpText(raw_ostream &OS, const SkeletonModel &Model) {
  for (const MapModel &M : Model.Maps)
    OS << "map " << M.Name << ": " << M.Comment << ", " << M.Handle << '\n';
  for (const ProgramModel &P : Model.Programs)
    OS << "program " << P.Name << ": SEC(\"" << P.Section << "\")\n";
  for (const SectionModel &S : Model.Sections)
    for (const FieldModel &F : S.Record.Fields)
      if (!F.IsPadding) {
        OS << "variable " << F.Name << ": " << F.Type.Name;
        for (uint64_t Dimension : F.Type.Dimensions)
          OS << '[' << Dimension << ']';
        OS << ", " << S.Name << '+' << F.Offset << '\n';
      }
}

static void dumpJSON(raw_ostream &OS, const SkeletonModel &Model, const std::vector<MapDef> &Maps) {
  json::OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    J.attributeArray("maps", [&] {
      for (const auto &[M, Def] : zip(Model.Maps, Maps))
        J.object([&, &M = M, &Def = Def] {
          J.attribute("name", M.Name);
          J.attribute("type", mapTypeName(Def.Type));
          J.attribute("key_size", Def.KeySize);
          J.attribute("value_size", Def.ValueSize);
          J.attribute("max_entries", Def.MaxEntries);
          J.attribute("map_flags", Def.Flags);
          J.attribute("pinned_by_name", Def.IsPinnedByName);
          J.attribute("handle", M.Handle);
        });
    });
    J.attributeArray("programs", [&] {
      for (const ProgramModel &P : Model.Programs)
        J.object([&] {
          J.attribute("name", P.Name);
          J.attribute("section", P.Section);
          if (const SectionName *Known = findSectionName(P.Section))
            J.attribute("type", Known->ProgramType);
        });
    });
    J.attributeArray("variables", [&] {
      for (const SectionModel &S : Model.Sections)
        for (const FieldModel &F : S.Record.Fields)
          if (!F.IsPadding)
            J.object([&] {
              J.attribute("name", F.Name);
              J.attribute("section", S.Name);
              J.attribute("offset", F.Offset);
              J.attribute("type", F.Type.Name);
            });
    });
  });
  OS << '\n';
}

static Error runDump(const opt::InputArgList &Args) {
  Expected<Objects> Files = readOneObject(Args);
  if (!Files)
    return Files.takeError();
  const BPFObject &Object = Files->Parsed.front();
  Expected<SkeletonModel> Model = buildSkeletonModel(Object, "dump", "");
  if (!Model)
    return Model.takeError();
  std::vector<Diagnostic> Ignored;
  if (Args.hasArg(OPT_json))
    dumpJSON(outs(), *Model, readMapDefs(Object, Ignored));
  else
    dumpText(outs(), *Model);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// link, skeleton, vmlinux
//===----------------------------------------------------------------------===//

static Error runLink(const opt::InputArgList &Args) {
  Expected<Objects> Files = readObjects(Args);
  if (!Files)
    return Files.takeError();
  if (!Args.hasArg(OPT_o))
    return makeError("link needs -o FILE");
  Expected<std::string> Linked = linkObjects(Files->Parsed);
  return Linked ? write(Args, std::move(*Linked)) : Linked.takeError();
}

static Error runSkeleton(const opt::InputArgList &Args) {
  Expected<Objects> Files = readOneObject(Args);
  if (!Files)
    return Files.takeError();
  const BPFObject &Object = Files->Parsed.front();
  StringRef Output = Args.getLastArgValue(OPT_o, "-");
  std::optional<ObjectPlacement> Placement = parseObjectPlacement(Args.getLastArgValue(OPT_embed_EQ, "incbin"));
  if (!Placement)
    return makeError("--embed= takes inline, incbin or file");
  std::string Stem = sys::path::stem(sys::path::stem(Object.name())).str();
  Expected<std::string> Name =
      Args.hasArg(OPT_name_EQ) ? Args.getLastArgValue(OPT_name_EQ).str() : defaultSkeletonName(Stem);
  if (!Name)
    return Name.takeError();
  Expected<SkeletonModel> Model = buildSkeletonModel(Object, *Name, Args.getLastArgValue(OPT_namespace_EQ));
  if (!Model)
    return Model.takeError();
  OutputSet Written;
  if (*Placement != ObjectPlacement::Inline && Output != "-")
    Written.add((Output + ".o").str(), Object.bytes().str());
  Written.add(Output.str(), emitSkeleton(*Model, *Placement, Object.bytes()));
  return Written.commit();
}

/// The header, or what --types= asks for of it.
static Expected<std::string> printTypes(const btf::BTFFile &File, std::vector<std::string> Wanted) {
  BTFSlicer Slicer(File.types(), File.path());
  if (Wanted.empty())
    return Slicer.whole();
  ProgramNames Names;
  for (const std::string &Name : Wanted) {
    StringRef Type = Name;
    if (!Type.consume_front("struct ") && !Type.consume_front("union "))
      Type.consume_front("enum ");
    Names.Names[Type] = ProgramNames::Named;
  }
  for (const auto &Entry : Names.Names)
    if (!Slicer.canName(Entry.getKey()))
      return makeError("'{0}' has no type, enumerator or kfunc '{1}'", File.path(), Entry.getKey());
  return Slicer.slice(Names);
}

static Error runVmlinux(const opt::InputArgList &Args) {
  if (Args.hasArg(OPT_INPUT))
    return makeError("vmlinux takes no file but by --btf=");
  std::optional<btf::BTFFile> Base;
  if (Args.hasArg(OPT_base_EQ)) {
    Expected<btf::BTFFile> Opened = openBTF(Args.getLastArgValue(OPT_base_EQ));
    if (!Opened)
      return Opened.takeError();
    Base = std::move(*Opened);
  }
  Expected<btf::BTFFile> File = openBTF(Args.getLastArgValue(OPT_btf_EQ, "kernel"), Base ? &Base->types() : nullptr);
  if (!File)
    return File.takeError();
  Expected<std::string> Text = printTypes(*File, Args.getAllArgValues(OPT_types_EQ));
  return Text ? write(Args, std::move(*Text)) : Text.takeError();
}

//===----------------------------------------------------------------------===//
// helpers
//===----------------------------------------------------------------------===//

/// The helpers that a kernel's BTF numbers.
static Expected<std::vector<FunctionId>> readFunctionIds(const btf::BTFFile &File) {
  const btf::BTF &Types = File.types();
  uint32_t Enum = Types.find("bpf_func_id", btf::Kind::Enum);
  if (Enum == 0)
    return makeError("'{0}': no enum bpf_func_id; expected the BTF of a kernel", File.path());
  std::vector<FunctionId> Result;
  for (btf::Enumerator E : Types.type(Enum).enumerators())
    if (StringRef Name = E.Name; Name.consume_front("BPF_FUNC_") && Name != "unspec")
      Result.push_back({("bpf_" + Name).str(), uint32_t(E.Value)});
  return Result;
}

static Expected<std::vector<Helper>> readHelpers(const opt::InputArgList &Args, StringSaver &Strings) {
  if (!Args.hasArg(OPT_uapi_EQ)) {
    Expected<btf::BTFFile> File = openBTF(Args.getLastArgValue(OPT_btf_EQ, "kernel"));
    if (!File)
      return File.takeError();
    Expected<std::vector<FunctionId>> Ids = readFunctionIds(*File);
    if (!Ids)
      return Ids.takeError();
    return helpersOf(*Ids, "", Strings);
  }
  StringRef Path = Args.getLastArgValue(OPT_uapi_EQ);
  ErrorOr<std::unique_ptr<MemoryBuffer>> Header = MemoryBuffer::getFile(Path);
  if (!Header)
    return makeError("cannot read '{0}': {1}", Path, Header.getError().message());
  Expected<std::vector<FunctionId>> Ids = readFunctionIds(Path);
  if (!Ids)
    return Ids.takeError();
  return helpersOf(*Ids, (*Header)->getBuffer(), Strings);
}

static Error runHelpers(const opt::InputArgList &Args) {
  if (Args.hasArg(OPT_INPUT) || (Args.hasArg(OPT_uapi_EQ) && Args.hasArg(OPT_btf_EQ)))
    return makeError("helpers takes one kernel's, by --uapi= or --btf=");
  BumpPtrAllocator Allocator;
  StringSaver Strings(Allocator);
  Expected<std::vector<Helper>> Found = readHelpers(Args, Strings);
  if (!Found)
    return Found.takeError();
  StringSet<> Names;
  for (const Helper &H : *Found)
    Names.insert(H.Name);
  KernelVersion Release = releaseOfHelpers([&](const Helper &H) { return Names.contains(H.Name); });
  std::string Origin = Release == KernelVersion() ? "one kernel" : "a kernel with those of Linux " + Release.str();
  return write(Args, helperHeader(*Found, Origin));
}

//===----------------------------------------------------------------------===//
// probe
//===----------------------------------------------------------------------===//

static void printFeatures(raw_ostream &OS, const KernelFeatures &Features) {
  OS << "Linux " << Features.Release << '\n';
  auto PrintSupport = [&](StringRef Title, ArrayRef<Support> List) {
    OS << '\n' << Title << ":\n";
    for (const Support &S : List)
      OS << formatv("  {0,-24} {1}\n", S.Name, S.IsSupported ? "yes" : "no");
  };
  auto PrintNames = [&](const Twine &Title, const auto &List) {
    OS << '\n' << Title << " (" << List.size() << "):\n";
    for (const auto &Name : List)
      OS << "  " << Name << '\n';
  };
  PrintSupport("program types", Features.ProgramTypes);
  PrintSupport("map types", Features.MapTypes);
  PrintSupport("BTF kinds", Features.BTFKinds);
  PrintNames("attach types", Features.AttachTypes);
  for (const HelperSupport &H : Features.Helpers)
    PrintNames("helpers of " + H.ProgramType, H.Helpers);
  PrintNames("kfuncs", Features.Kfuncs);
}

static void printFeaturesJSON(raw_ostream &OS, const KernelFeatures &Features) {
  json::OStream J(OS, /*IndentSize=*/2);
  auto PrintSupport = [&](StringRef Title, ArrayRef<Support> List) {
    J.attributeObject(Title, [&] {
      for (const Support &S : List)
        J.attribute(S.Name, S.IsSupported);
    });
  };
  auto PrintNames = [&](StringRef Title, const auto &List) {
    J.attributeArray(Title, [&] {
      for (const auto &Name : List)
        J.value(StringRef(Name));
    });
  };
  J.object([&] {
    J.attribute("release", Features.Release);
    PrintSupport("program_types", Features.ProgramTypes);
    PrintSupport("map_types", Features.MapTypes);
    PrintSupport("btf_kinds", Features.BTFKinds);
    PrintNames("attach_types", Features.AttachTypes);
    J.attributeObject("helpers", [&] {
      for (const HelperSupport &H : Features.Helpers)
        PrintNames(H.ProgramType, H.Helpers);
    });
    PrintNames("kfuncs", Features.Kfuncs);
  });
  OS << '\n';
}

static Error runProbe(const opt::InputArgList &Args) {
  if (Args.hasArg(OPT_INPUT))
    return makeError("probe takes no file: it asks the running kernel");
  std::optional<btf::BTFFile> Types;
  if (Expected<btf::BTFFile> Opened = openBTF("kernel"))
    Types = std::move(*Opened);
  else
    consumeError(Opened.takeError()); // a kernel without BTF has no more to say
  Expected<KernelFeatures> Features = probeKernel(Types ? &Types->types() : nullptr);
  if (!Features)
    return Features.takeError();
  std::string Text;
  raw_string_ostream OS(Text);
  Args.hasArg(OPT_json) ? printFeaturesJSON(OS, *Features) : printFeatures(OS, *Features);
  return write(Args, std::move(Text));
}

//===----------------------------------------------------------------------===//
// main
//===----------------------------------------------------------------------===//

static constexpr Stage Stages[] = {
    {"check", "OBJ...", "say what is wrong with objects", runCheck},
    {"dump", "OBJ", "list maps, programs and variables, as the skeleton will know them", runDump},
    {"helpers", "[--uapi=FILE|--btf=FILE] [-o FILE]", "declare the helpers that a kernel has", runHelpers},
    {"link", "OBJ... -o FILE", "make one object out of several", runLink},
    {"probe", "[--json]", "say what the running kernel supports", runProbe},
    {"skeleton", "OBJ [-o FILE]", "write the C++ skeleton of a linked object", runSkeleton},
    {"vmlinux", "[--btf=FILE] [-o FILE]", "write vmlinux.h from BTF, whole or some types", runVmlinux},
};

static void printHelp() {
  std::string Title = "bpfbuild: the stages of bpfcc++, each alone\n\nSTAGES:\n";
  for (const Stage &S : Stages)
    Title += formatv("  {0,-9} {1,-34} {2}\n", S.Name, S.Arguments, S.Help);
  getOptionTable().printHelp(outs(), "bpfbuild STAGE [options] [FILE...]", Title.c_str(), false, false,
                             opt::Visibility(Bpfbuild));
}

static Error run(ArrayRef<const char *> Argv) {
  unsigned MissingIndex, MissingCount;
  opt::InputArgList Args = getOptionTable().ParseArgs(Argv.drop_front(Argv.empty() ? 0 : 1), MissingIndex, MissingCount,
                                                      opt::Visibility(Bpfbuild));
  if (MissingCount)
    return makeError("option '{0}' needs a value", Args.getArgString(MissingIndex));
  StringRef Name = Argv.empty() ? "--help" : Argv.front();
  if (Name == "--help" || Name == "-h" || Args.hasArg(OPT_help))
    return printHelp(), Error::success();
  if (Name == "--version")
    return outs() << "bpfbuild " << BPFBUILD_VERSION << '\n', Error::success();
  const auto *S = find_if(Stages, [Name](const Stage &Each) { return Each.Name == Name; });
  if (S == std::end(Stages))
    return makeError("unknown stage '{0}'; see bpfbuild --help", Name);
  if (const opt::Arg *Unknown = Args.getLastArg(OPT_UNKNOWN))
    return makeError("unknown option '{0}'", Unknown->getAsString(Args));
  return S->Run(Args);
}

int main(int Argc, char **Argv) {
  InitLLVM Init(Argc, Argv);
  if (Error E = run(ArrayRef<const char *>(Argv + 1, Argv + Argc)))
    return printError("bpfbuild", std::move(E));
  return ExitSuccess;
}
