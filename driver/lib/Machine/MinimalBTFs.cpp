//===- MinimalBTFs.cpp - of many kernels ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/MinimalBTFs.h"
#include "CoRe/Archive.h"
#include "Machine/KernelBTF.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Parallel.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

/// The files below a folder, or the source itself.
static Error collect(StringRef Given, std::vector<KernelSource> &Into) {
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

Expected<std::vector<KernelSource>> findKernelSources(ArrayRef<std::string> Given) {
  std::vector<KernelSource> Result;
  std::string Running = "kernel";
  for (const std::string &Each : Given.empty() ? ArrayRef(Running) : Given)
    if (Error E = collect(Each, Result))
      return std::move(E);
  return std::move(Result);
}

Expected<std::vector<MinimizedKernel>> minimizeAll(ArrayRef<KernelSource> Sources,
                                                   ArrayRef<core::ObjectToResolve> Objects) {
  std::vector<MinimizedKernel> Result(Sources.size());
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

/// The name by which a program finds the kernel again: of a file in a folder by its path, otherwise by what the kernel
/// says of itself, or the file's name.
static Expected<core::KernelName> nameOf(const KernelSource &From, StringRef Release) {
  if (!From.Relative.empty())
    return core::kernelNameOf(From.Relative);
  return core::kernelNameOf(Release.empty() ? sys::path::filename(From.Path) : Release);
}

Expected<std::string> archiveKernels(ArrayRef<KernelSource> Sources, std::vector<MinimizedKernel> Kernels,
                                     ArrayRef<core::ObjectToResolve> Objects) {
  std::vector<core::ArchivedBTF> Named;
  for (auto [From, Kernel] : zip_equal(Sources, Kernels)) {
    Expected<core::KernelName> Name = nameOf(From, Kernel.Release);
    if (!Name)
      return Name.takeError();
    Named.push_back({std::move(*Name), std::move(Kernel.Bytes)});
  }
  return core::writeArchive(std::move(Named), core::hashUses(Objects));
}

/// An archive that is there, if it has what the object uses.
static Expected<std::string> readArchiveFor(ArrayRef<core::ObjectToResolve> Object, StringRef Path) {
  Expected<std::unique_ptr<MemoryBuffer>> File = readFile(Path);
  if (!File)
    return File.takeError();
  Expected<core::Archive> Archive = core::readArchive((*File)->getBuffer(), Path);
  if (!Archive)
    return Archive.takeError();
  std::vector<uint64_t> Uses = core::hashUses(Object);
  if (!std::includes(Archive->Uses.begin(), Archive->Uses.end(), Uses.begin(), Uses.end()))
    return makeError(
        "'{0}' was made for another object: it lacks what '{1}' uses; make it again with 'bpfbuild min-btf'", Path,
        Object.front().Object->name());
  return (*File)->getBuffer().str();
}

Expected<std::string> archiveFor(const BPFObject &Object, StringRef Path) {
  Expected<core::ObjectToResolve> Input = core::prepare(Object);
  if (!Input)
    return Input.takeError();
  if (!sys::fs::is_directory(Path))
    return readArchiveFor(*Input, Path);
  Expected<std::vector<KernelSource>> Sources = findKernelSources(Path.str());
  if (!Sources)
    return Sources.takeError();
  Expected<std::vector<MinimizedKernel>> Kernels = minimizeAll(*Sources, *Input);
  return Kernels ? archiveKernels(*Sources, std::move(*Kernels), *Input) : Kernels.takeError();
}

} // namespace bpfbuild
