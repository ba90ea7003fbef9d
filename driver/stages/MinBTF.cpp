//===- MinBTF.cpp - bpfbuild min-btf -------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/MinimalBTFs.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"
#include "Support/OutputSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

/// The path of the file that a kernel gets in a folder: the one that it had, ending in .btf.
static std::string pathIn(StringRef Folder, const KernelSource &From, StringRef Release) {
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
static Error writeFolder(StringRef Folder, ArrayRef<KernelSource> Sources, std::vector<MinimizedKernel> Kernels) {
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
  Expected<std::vector<KernelSource>> Sources = findKernelSources(Args.getAllArgValues(OPT_btf_EQ));
  if (!Sources)
    return Sources.takeError();
  Expected<std::vector<MinimizedKernel>> Kernels = minimizeAll(*Sources, *Inputs);
  if (!Kernels)
    return Kernels.takeError();
  if (StringRef(Output).ends_with(".btfa")) {
    Expected<std::string> Archive = archiveKernels(*Sources, std::move(*Kernels), *Inputs);
    return Archive ? write(Args, std::move(*Archive)) : Archive.takeError();
  }
  if (Kernels->size() > 1 || sys::fs::is_directory(Output) || StringRef(Output).ends_with("/"))
    return writeFolder(Output, *Sources, std::move(*Kernels));
  return write(Args, std::move(Kernels->front().Bytes));
}

} // namespace bpfbuild
