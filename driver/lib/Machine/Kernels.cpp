//===- Kernels.cpp - kernels by their names -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/Kernels.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "Support/OutputSet.h"
#include "Support/Tool.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

Expected<std::string> cacheFolder(StringRef Name) {
  SmallString<128> Path;
  if (!sys::path::cache_directory(Path))
    return makeError("there is no cache folder: set XDG_CACHE_HOME or HOME");
  sys::path::append(Path, "bpfbuild", Name);
  return Path.str().str();
}

/// A name that is safe as a folder's.
static bool isValidName(StringRef Name) {
  return !Name.empty() && Name.front() != '.' && Name.front() != '-' &&
         all_of(Name, [](char C) { return isAlnum(C) || StringRef("._:+-").contains(C); });
}

/// An error where \p Path is no kernel image for x86 (the boot protocol's "HdrS").
static Error checkKernelImage(StringRef Path) {
  Expected<std::unique_ptr<MemoryBuffer>> Image = readFile(Path);
  if (!Image)
    return Image.takeError();
  if ((*Image)->getBuffer().substr(0x202, 4) != "HdrS")
    return makeError("'{0}' is no kernel image for x86: expected a vmlinuz (bzImage)", Path);
  return Error::success();
}

Expected<std::vector<KnownKernel>> knownKernels() {
  Expected<std::string> Folder = cacheFolder("kernels");
  if (!Folder)
    return Folder.takeError();
  std::vector<KnownKernel> Result;
  std::error_code Code;
  for (sys::fs::directory_iterator It(*Folder, Code), End; !Code && It != End; It.increment(Code)) {
    SmallString<128> Image(It->path());
    sys::path::append(Image, "vmlinuz");
    if (sys::fs::exists(Image))
      Result.push_back({sys::path::filename(It->path()).str(), Image.str().str()});
  }
  sort(Result, [](const KnownKernel &A, const KnownKernel &B) { return A.Name < B.Name; });
  return Result;
}

/// The vmlinuz* in \p Folder, or in the boot/ below it, whose name is greatest.
static Expected<std::string> imageIn(StringRef Folder) {
  std::string Best;
  for (StringRef Below : {"", "boot"}) {
    SmallString<128> Path(Folder);
    sys::path::append(Path, Below);
    std::error_code Code;
    for (sys::fs::directory_iterator It(Path, Code), End; !Code && It != End; It.increment(Code))
      if (sys::path::filename(It->path()).starts_with("vmlinuz") &&
          (Best.empty() || StringRef(Best).compare_numeric(It->path()) < 0))
        Best = It->path();
  }
  if (Best.empty())
    return makeError("'{0}' has no vmlinuz", Folder);
  return Best;
}

Expected<std::string> findKernel(StringRef Where) {
  Expected<std::vector<KnownKernel>> Known = knownKernels();
  if (!Known)
    consumeError(Known.takeError());
  std::string Path = Where.str(), Names;
  bool IsKnown = false;
  for (const KnownKernel &K : Known ? *Known : std::vector<KnownKernel>()) {
    Names += (Names.empty() ? "" : ", ") + K.Name;
    if (K.Name == Where) {
      Path = K.Path;
      IsKnown = true;
    }
  }
  if (!IsKnown && !sys::fs::exists(Where))
    return makeError("unknown kernel '{0}': it is neither a file nor one of 'bpfbuild kernels list' ({1}); add it with "
                     "'bpfbuild kernels add'",
                     Where, Names.empty() ? "which is empty" : Names);
  if (sys::fs::is_directory(Path)) {
    Expected<std::string> Image = imageIn(Path);
    if (!Image)
      return Image.takeError();
    Path = std::move(*Image);
  }
  if (Error E = checkKernelImage(Path))
    return std::move(E);
  return Path;
}

/// Puts \p Image, and the folder \p Modules if there is one, into the cache as \p Name.
static Error store(StringRef Name, StringRef Image, StringRef Modules = "") {
  if (Error E = checkKernelImage(Image))
    return E;
  Expected<std::string> Folder = cacheFolder("kernels");
  if (!Folder)
    return Folder.takeError();
  SmallString<128> Path(*Folder), Temporary, Beside;
  sys::path::append(Path, Name);
  Beside = Path;
  std::error_code Code = sys::fs::create_directories(Path);
  sys::path::append(Beside, "modules");
  sys::path::append(Path, "vmlinuz");
  Temporary = Path;
  Temporary += ".new";
  if (!Code)
    Code = sys::fs::copy_file(Image, Temporary);
  if (!Code)
    Code = sys::fs::remove_directories(Beside); // those of the kernel that had the name before
  if (!Code && !Modules.empty())
    Code = sys::fs::rename(Modules, Beside);
  if (!Code)
    Code = sys::fs::rename(Temporary, Path);
  return Code ? makeError("cannot write '{0}': {1}", Path, Code.message()) : Error::success();
}

/// A folder for as long as something is unpacked in it, in the cache, so that what is in it can be renamed.
static Expected<ScratchFolder> scratchFolder() {
  Expected<std::string> Folder = cacheFolder("unpacked");
  if (!Folder)
    return Folder.takeError();
  if (std::error_code Code = sys::fs::create_directories(sys::path::parent_path(*Folder)))
    return makeError("cannot make '{0}': {1}", sys::path::parent_path(*Folder), Code.message());
  return ScratchFolder::create(*Folder);
}

/// The folder VERSION in lib/modules or usr/lib/modules below \p Folder; empty if there is none.
static std::string modulesIn(StringRef Folder) {
  for (StringRef Below : {"lib/modules", "usr/lib/modules"}) {
    SmallString<128> Path(Folder);
    sys::path::append(Path, Below);
    std::error_code Code;
    if (sys::fs::directory_iterator It(Path, Code), End; !Code && It != End)
      return It->path();
  }
  return "";
}

/// Adds the vmlinuz and the modules that the .debs \p Packages have together.
static Error addPackages(StringRef Name, ArrayRef<std::string> Packages) {
  Expected<ScratchFolder> Unpacked = scratchFolder();
  if (!Unpacked)
    return Unpacked.takeError();
  for (const std::string &Package : Packages)
    if (Error E = runTool({"dpkg-deb", "-x", Package, Unpacked->path()}).takeError())
      return E;
  std::string Modules = modulesIn(Unpacked->path());
  Expected<std::string> Image = imageIn(Unpacked->path());
  if (!Image && !Modules.empty()) { // usr/lib/modules/VERSION/vmlinuz
    consumeError(Image.takeError());
    Image = imageIn(Modules);
  }
  return Image ? store(Name, *Image, Modules) : makeError("'{0}' has no vmlinuz", join(Packages, "', '"));
}

Error addKernel(StringRef Name, StringRef Source) {
  if (!isValidName(Name))
    return makeError("'{0}' cannot be a kernel's name: expected letters, digits and ._:+-", Name);
  if (Source.ends_with(".deb"))
    return addPackages(Name, Source.str());
  if (!sys::fs::is_directory(Source))
    return store(Name, Source);
  Expected<std::string> Image = imageIn(Source);
  return Image ? store(Name, *Image) : Image.takeError();
}

//===----------------------------------------------------------------------===//
// Debian's kernels
//===----------------------------------------------------------------------===//

namespace {
/// apt, with this machine's sources or with those of one suite.
class Apt {
public:
  Apt() = default;

  /// With the suite's lists in \p Folder, which are downloaded.
  static Expected<Apt> forSuite(StringRef Suite, StringRef Folder);

  /// The newest linux-image-SERIES.*-cloud-amd64, or "".
  Expected<std::string> newestKernel(StringRef Series) const;

  /// Downloads the packages that have the files of the kernel \p Package, into \p Folder; the .debs' paths.
  Expected<std::vector<std::string>> download(StringRef Package, StringRef Folder) const;

private:
  Expected<std::string> run(ArrayRef<StringRef> Command) const;
  Expected<std::vector<std::string>> namesWith(StringRef Begin) const;

  /// Root downloads into a folder that apt's own user cannot enter.
  std::vector<std::string> Options = {"-o", "APT::Sandbox::User=root"};
};
} // namespace

/// The suite whose kernel is of the series; what is in none of these is in the newest, if anywhere.
static StringRef suiteOf(StringRef Series) {
  return StringSwitch<StringRef>(Series)
      .Case("5.10", "bullseye")
      .Case("6.1", "bookworm")
      .Case("6.12", "trixie")
      .Default("sid");
}

Expected<Apt> Apt::forSuite(StringRef Suite, StringRef Folder) {
  Apt Result;
  std::string Sources = (Folder + "/sources.list").str(), Text;
  const char *Line = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/{0} main\n";
  Text += formatv(Line, ("debian " + Suite).str());
  if (Suite != "sid")
    Text += formatv(Line, ("debian-security " + Suite + "-security").str());
  OutputSet Files;
  Files.add(Sources, Text);
  if (Error E = Files.commit())
    return std::move(E);
  for (StringRef Below : {"lists/partial", "cache/archives/partial"})
    if (std::error_code Code = sys::fs::create_directories(Folder + "/" + Below))
      return makeError("cannot make '{0}/{1}': {2}", Folder, Below, Code.message());
  for (const std::string &Option :
       {"Dir::Etc::SourceList=" + Sources, std::string("Dir::Etc::SourceParts=-"),
        "Dir::State::Lists=" + Folder.str() + "/lists", "Dir::Cache=" + Folder.str() + "/cache",
        std::string("APT::Sandbox::User=root"), std::string("Acquire::Languages=none"),
        std::string("Acquire::Check-Valid-Until=false")}) {
    Result.Options.push_back("-o");
    Result.Options.push_back(Option);
  }
  Expected<std::string> Updated = Result.run({"apt-get", "-q", "update"});
  if (!Updated)
    return Updated.takeError();
  return Result;
}

Expected<std::string> Apt::run(ArrayRef<StringRef> Command) const {
  std::vector<StringRef> Args = {Command.front()};
  append_range(Args, Options);
  append_range(Args, Command.drop_front());
  return runTool(Args);
}

Expected<std::vector<std::string>> Apt::namesWith(StringRef Begin) const {
  Expected<std::string> Names = run({"apt-cache", "pkgnames", Begin});
  if (!Names)
    return Names.takeError();
  SmallVector<StringRef> Lines;
  StringRef(*Names).split(Lines, '\n', -1, false);
  return std::vector<std::string>(Lines.begin(), Lines.end());
}

Expected<std::string> Apt::newestKernel(StringRef Series) const {
  std::string Begin = ("linux-image-" + Series + ".").str(), Newest;
  Expected<std::vector<std::string>> Names = namesWith(Begin);
  if (!Names)
    return Names.takeError();
  for (StringRef Name : *Names)
    if (Name.size() > Begin.size() && isDigit(Name[Begin.size()]) && Name.ends_with("-cloud-amd64") &&
        (Newest.empty() || StringRef(Newest).compare_numeric(Name) < 0))
      Newest = Name.str();
  return Newest;
}

Expected<std::vector<std::string>> Apt::download(StringRef Package, StringRef Folder) const {
  // Since Linux 7, linux-image-* depends on two packages, and has no file itself.
  std::string Binary = ("linux-binary-" + Package.split("linux-image-").second).str(),
              Modules = ("linux-modules-" + Package.split("linux-image-").second).str();
  Expected<std::vector<std::string>> Split = namesWith(Binary);
  if (!Split)
    return Split.takeError();
  std::vector<StringRef> Command = {"apt-get", "-q", "download", Package};
  if (is_contained(*Split, Binary))
    Command = {"apt-get", "-q", "download", Binary, Modules};
  SmallString<128> Before;
  sys::fs::current_path(Before);
  if (std::error_code Code = sys::fs::set_current_path(Folder)) // apt-get has no option for it
    return makeError("'{0}': {1}", Folder, Code.message());
  Expected<std::string> Output = run(Command);
  sys::fs::set_current_path(Before);
  if (!Output)
    return Output.takeError();
  std::vector<std::string> Packages;
  std::error_code Code;
  for (sys::fs::directory_iterator It(Folder, Code), End; !Code && It != End; It.increment(Code))
    if (StringRef(It->path()).ends_with(".deb"))
      Packages.push_back(It->path());
  return Packages;
}

Error addDebianKernel(StringRef Name) {
  StringRef Series = Name.split(':').second;
  if (!isValidName(Name) || Series.empty() || !all_of(Series, [](char C) { return isDigit(C) || C == '.'; }))
    return makeError("'{0}': expected a series such as debian:6.1", Name);
  Expected<ScratchFolder> Work = scratchFolder();
  if (!Work)
    return Work.takeError();
  Apt From;
  Expected<std::string> Package = From.newestKernel(Series);
  if (Package && Package->empty()) {
    Expected<Apt> Other = Apt::forSuite(suiteOf(Series), Work->path());
    if (!Other)
      return Other.takeError();
    From = std::move(*Other);
    Package = From.newestKernel(Series);
  }
  if (!Package)
    return Package.takeError();
  if (Package->empty())
    return makeError("neither apt's sources nor Debian's suite {0} have a linux-image-{1}.*-cloud-amd64",
                     suiteOf(Series), Series);
  Expected<std::vector<std::string>> Packages = From.download(*Package, Work->path());
  return Packages ? addPackages(Name, *Packages) : Packages.takeError();
}

} // namespace bpfbuild
