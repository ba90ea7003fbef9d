//===- Kernels.cpp - kernels by their names -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/Kernels.h"
#include "Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

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
  ErrorOr<std::unique_ptr<MemoryBuffer>> Image = MemoryBuffer::getFileSlice(Path, 0x1000, 0);
  if (!Image)
    return makeError("cannot read '{0}': {1}", Path, Image.getError().message());
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

/// Runs a program of the path; an error with what it said if it fails.
static Error runProgram(ArrayRef<StringRef> Args, StringRef Output = "") {
  ErrorOr<std::string> Program = sys::findProgramByName(Args.front());
  if (!Program)
    return makeError("'{0}' is not installed", Args.front());
  std::optional<StringRef> Redirects[] = {StringRef(""), Output, std::nullopt};
  std::string Message;
  if (int Code = sys::ExecuteAndWait(*Program, Args, std::nullopt, Redirects, 0, 0, &Message))
    return makeError("'{0}' failed ({1})", join(Args, " "), Message.empty() ? std::to_string(Code) : Message);
  return Error::success();
}

static Error store(StringRef Name, StringRef Image) {
  if (Error E = checkKernelImage(Image))
    return E;
  Expected<std::string> Folder = cacheFolder("kernels");
  if (!Folder)
    return Folder.takeError();
  SmallString<128> Path(*Folder), Temporary;
  sys::path::append(Path, Name);
  std::error_code Code = sys::fs::create_directories(Path);
  sys::path::append(Path, "vmlinuz");
  Temporary = Path;
  Temporary += ".new";
  if (!Code)
    Code = sys::fs::copy_file(Image, Temporary);
  if (!Code)
    Code = sys::fs::rename(Temporary, Path);
  return Code ? makeError("cannot write '{0}': {1}", Path, Code.message()) : Error::success();
}

namespace {
/// A folder for as long as something is unpacked in it.
class ScratchFolder {
public:
  ScratchFolder() { Code = sys::fs::createUniqueDirectory("bpfbuild", Path); }
  ~ScratchFolder() { sys::fs::remove_directories(Path); }
  SmallString<128> Path;
  std::error_code Code;
};
} // namespace

static Error addPackage(StringRef Name, StringRef Package) {
  ScratchFolder Unpacked;
  if (Unpacked.Code)
    return makeError("cannot make a temporary folder: {0}", Unpacked.Code.message());
  if (Error E = runProgram({"dpkg-deb", "-x", Package, Unpacked.Path}))
    return E;
  Expected<std::string> Image = imageIn(Unpacked.Path);
  return Image ? store(Name, *Image) : makeError("'{0}': {1}", Package, toString(Image.takeError()));
}

Error addKernel(StringRef Name, StringRef Source) {
  if (!isValidName(Name))
    return makeError("'{0}' cannot be a kernel's name: expected letters, digits and ._:+-", Name);
  if (Source.ends_with(".deb"))
    return addPackage(Name, Source);
  if (!sys::fs::is_directory(Source))
    return store(Name, Source);
  Expected<std::string> Image = imageIn(Source);
  return Image ? store(Name, *Image) : Image.takeError();
}

Error addDebianKernel(StringRef Name) {
  StringRef Series = Name.split(':').second;
  if (!isValidName(Name) || Series.empty() || !all_of(Series, [](char C) { return isDigit(C) || C == '.'; }))
    return makeError("'{0}': expected a series such as debian:6.1", Name);
  ScratchFolder Work;
  if (Work.Code)
    return makeError("cannot make a temporary folder: {0}", Work.Code.message());
  std::string List = (Work.Path + "/names").str(), Begin = ("linux-image-" + Series).str();
  if (Error E = runProgram({"apt-cache", "pkgnames", Begin}, List))
    return E;
  auto Names = cantFail(errorOrToExpected(MemoryBuffer::getFile(List)));
  std::string Newest;
  SmallVector<StringRef> Lines;
  Names->getBuffer().split(Lines, '\n', -1, false);
  for (StringRef Line : Lines) {
    StringRef Rest = Line.substr(Begin.size());
    bool IsVersion = Rest.starts_with(".") && Rest.size() > 1 && isDigit(Rest[1]);
    if (IsVersion && Line.ends_with("-cloud-amd64") && (Newest.empty() || StringRef(Newest).compare_numeric(Line) < 0))
      Newest = Line.str();
  }
  if (Newest.empty())
    return makeError("apt knows no {0}.*-cloud-amd64; is the suite that has it among its sources?", Begin);
  if (Error E =
          runProgram({"sh", "-c", "cd \"$1\" && apt-get -q download \"$2\" 2> apt.log || { cat apt.log >&2; exit 1; }",
                      "sh", Work.Path, Newest}))
    return E;
  std::error_code Code;
  for (sys::fs::directory_iterator It(Work.Path, Code), End; !Code && It != End; It.increment(Code))
    if (StringRef(It->path()).ends_with(".deb"))
      return addPackage(Name, It->path());
  return makeError("apt-get download {0} left no .deb", Newest);
}

} // namespace bpfbuild
