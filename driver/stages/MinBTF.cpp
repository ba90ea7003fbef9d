//===- MinBTF.cpp - bpfbuild min-btf -------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/Archive.h"
#include "CoRe/MinimalBTF.h"
#include "Machine/KernelBTF.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"
#include "Support/OutputSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Parallel.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

namespace {
/// A kernel to be reduced: what --btf= named, or a file in a folder that it named.
struct Source {
  std::string Path, Relative; ///< Relative is below the folder; empty for what was named by itself
};

/// What became of it.
struct Minimized {
  std::string Release; ///< what uname -r says there, if it is known
  std::string Bytes;
};
} // namespace

/// The files below a folder, or the source itself.
static Error collect(StringRef Given, std::vector<Source> &Into) {
  if (!sys::fs::is_directory(Given) || core::KernelTypes::isFolder(Given)) {
    Into.push_back({Given.str(), ""});
    return Error::success();
  }
  std::error_code Code;
  std::vector<std::string> Files;
  for (sys::fs::recursive_directory_iterator It(Given, Code), End; !Code && It != End; It.increment(Code))
    if (sys::fs::is_regular_file(It->path()))
      Files.push_back(It->path());
  if (Code)
    return makeError("'{0}': {1}", Given, Code.message());
  if (Files.empty())
    return makeError("'{0}' is an empty folder; expected BTF of kernels", Given);
  llvm::sort(Files);
  for (const std::string &File : Files)
    Into.push_back({File, StringRef(File).drop_front(Given.size()).ltrim('/').str()});
  return Error::success();
}

static Expected<std::vector<Minimized>> minimizeAll(ArrayRef<Source> Sources,
                                                    ArrayRef<core::ObjectToResolve> Objects) {
  std::vector<Minimized> Result(Sources.size());
  std::vector<std::optional<Error>> Failed(Sources.size());
  parallelFor(0, Sources.size(), [&](size_t I) { // a kernel is in memory for as long as it is worked on
    Expected<std::vector<core::KernelTypes>> Kernel = openKernels(Sources[I].Path);
    if (!Kernel)
      Failed[I].emplace(Kernel.takeError());
    else
      Result[I] = {Kernel->front().release().str(), core::minimizeBTF(Kernel->front(), Objects)};
  });
  Error All = Error::success();
  for (std::optional<Error> &E : Failed)
    if (E)
      All = joinErrors(std::move(All), std::move(*E));
  if (All)
    return std::move(All);
  return std::move(Result);
}

/// The name by which a program finds the kernel again: of a file in a folder by its path, otherwise by what the kernel says
/// of itself, or the file's name.
static Expected<core::KernelName> nameOf(const Source &From, StringRef Release) {
  if (!From.Relative.empty())
    return core::kernelNameOf(From.Relative);
  return core::kernelNameOf(Release.empty() ? sys::path::filename(From.Path) : Release);
}

static Expected<std::string> archive(ArrayRef<Source> Sources, std::vector<Minimized> Kernels) {
  std::vector<core::ArchivedBTF> Named;
  for (auto [From, Kernel] : zip_equal(Sources, Kernels)) {
    Expected<core::KernelName> Name = nameOf(From, Kernel.Release);
    if (!Name)
      return Name.takeError();
    Named.push_back({std::move(*Name), std::move(Kernel.Bytes)});
  }
  return core::writeArchive(std::move(Named));
}

/// The path of the file that a kernel gets in a folder: the one that it had, ending in .btf.
static std::string pathIn(StringRef Folder, const Source &From, StringRef Release) {
  StringRef Relative = From.Relative.empty() ? sys::path::filename(From.Path) : StringRef(From.Relative);
  if (From.Relative.empty() && !Release.empty())
    Relative = Release;
  for (StringRef Suffix : {".xz", ".zst", ".gz", ".btf"})
    Relative.consume_back(Suffix);
  SmallString<128> Path(Folder);
  sys::path::append(Path, Relative + ".btf");
  return Path.str().str();
}

/// A folder gets a file a kernel, with the paths that they had.
static Error writeFolder(StringRef Folder, ArrayRef<Source> Sources, std::vector<Minimized> Kernels) {
  OutputSet Files;
  for (auto [From, Kernel] : zip_equal(Sources, Kernels)) {
    std::string Path = pathIn(Folder, From, Kernel.Release);
    if (std::error_code Code = sys::fs::create_directories(sys::path::parent_path(Path)))
      return makeError("cannot make '{0}': {1}", sys::path::parent_path(Path), Code.message());
    Files.add(std::move(Path), std::move(Kernel.Bytes));
  }
  return Files.commit();
}

Error runMinBTF(const opt::InputArgList &Args) {
  std::string Output = Args.getLastArgValue(OPT_o).str();
  if (Output.empty())
    return makeError("min-btf needs -o: a file, a folder, or a file that ends in .btfa");
  Expected<Objects> Files = readObjects(Args);
  if (!Files)
    return Files.takeError();
  Expected<std::vector<core::ObjectToResolve>> Inputs = core::prepareAll(Files->Parsed);
  if (!Inputs)
    return Inputs.takeError();
  std::vector<Source> Sources;
  std::vector<std::string> Given = Args.getAllArgValues(OPT_btf_EQ);
  for (const std::string &Each : Given.empty() ? std::vector<std::string>{"kernel"} : Given)
    if (Error E = collect(Each, Sources))
      return E;
  Expected<std::vector<Minimized>> Kernels = minimizeAll(Sources, *Inputs);
  if (!Kernels)
    return Kernels.takeError();
  if (StringRef(Output).ends_with(".btfa")) {
    Expected<std::string> Archive = archive(Sources, std::move(*Kernels));
    return Archive ? write(Args, std::move(*Archive)) : Archive.takeError();
  }
  if (Kernels->size() > 1 || sys::fs::is_directory(Output) || StringRef(Output).ends_with("/"))
    return writeFolder(Output, Sources, std::move(*Kernels));
  return write(Args, std::move(Kernels->front().Bytes));
}

} // namespace bpfbuild
