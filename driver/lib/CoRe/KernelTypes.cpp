//===- KernelTypes.cpp - all types of one kernel --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/KernelTypes.h"
#include "BTF/KernelImage.h"
#include "CoRe/Spec.h"
#include "Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <sys/utsname.h>

using namespace llvm;

namespace bpfbuild::core {

static std::string runningRelease() {
  utsname Machine{};
  uname(&Machine);
  return Machine.release;
}

/// The files of a folder that is laid out as /sys/kernel/btf, but for vmlinux, by their names.
static Expected<std::vector<std::string>> findModules(StringRef Folder) {
  std::vector<std::string> Result;
  std::error_code Code;
  for (sys::fs::directory_iterator It(Folder, Code), End; !Code && It != End; It.increment(Code))
    if (sys::path::stem(It->path()) != "vmlinux" && sys::fs::is_regular_file(It->path()))
      Result.push_back(It->path());
  if (Code)
    return makeError("'{0}': {1}", Folder, Code.message());
  llvm::sort(Result);
  return Result;
}

/// "6.1-cloud" for "btf/6.1-cloud.btf.xz", "6.1.0-40-amd64" for "/boot/vmlinux-6.1.0-40-amd64".
static std::string nameOf(StringRef Path) {
  StringRef Name = sys::path::filename(Path);
  for (StringRef Suffix : {".xz", ".zst", ".btf"})
    Name.consume_back(Suffix);
  for (StringRef Prefix : {"vmlinux-", "vmlinuz-"})
    Name.consume_front(Prefix);
  return Name.str();
}

/// The file vmlinux in a folder that is laid out as /sys/kernel/btf, in any form; empty if there is none.
static std::string vmlinuxIn(StringRef Folder) {
  for (StringRef Suffix : {"", ".btf", ".xz", ".btf.xz", ".zst", ".btf.zst"})
    if (std::string File = (Folder + "/vmlinux" + Suffix).str(); sys::fs::is_regular_file(File))
      return File;
  return "";
}

bool KernelTypes::isFolder(StringRef Folder) {
  return sys::fs::is_directory(Folder) && !vmlinuxIn(Folder).empty();
}

Error KernelTypes::readVmlinux(std::unique_ptr<MemoryBuffer> Bytes, StringRef Path) {
  Expected<btf::BTFFile> File = btf::BTFFile::read(std::move(Bytes), Path, nullptr, btf::BTF::Nesting::Checked);
  if (!File)
    return File.takeError();
  Vmlinux = std::make_unique<btf::BTFFile>(std::move(*File));
  PointerSize = core::pointerSize(vmlinux());
  return Error::success();
}

Expected<KernelTypes> KernelTypes::open(StringRef Source, StringRef Name) {
  KernelTypes Result;
  Expected<std::string> Path = btf::findSource(Source);
  if (!Path)
    return Path.takeError();
  Result.Name = !Name.empty() ? Name.str() : Source == "kernel" ? "running" : nameOf(*Path);
  std::string Folder = sys::fs::is_directory(*Path)         ? *Path
                       : *Path == "/sys/kernel/btf/vmlinux" ? "/sys/kernel/btf"
                                                            : "";
  std::vector<std::string> Modules;
  if (!Folder.empty()) {
    Expected<std::vector<std::string>> Found = findModules(Folder);
    if (!Found)
      return Found.takeError();
    Modules = std::move(*Found);
    Path = vmlinuxIn(Folder);
    if (Path->empty())
      return makeError("'{0}' has no file 'vmlinux'; expected a folder that is laid out as /sys/kernel/btf; "
                       "folders of several kernels are for min-btf",
                       Folder);
  }
  Expected<std::unique_ptr<MemoryBuffer>> Bytes = btf::readDecompressed(*Path);
  if (!Bytes)
    return Bytes.takeError();
  Result.Release = Source == "kernel" ? runningRelease() : btf::releaseOf((*Bytes)->getBuffer()).str();
  if (Error E = Result.readVmlinux(std::move(*Bytes), *Path))
    return std::move(E);
  for (const std::string &Module : Modules) {
    Expected<btf::BTFFile> File = btf::BTFFile::open(Module, &Result.vmlinux(), btf::BTF::Nesting::Checked);
    if (!File)
      return File.takeError();
    Result.Modules.push_back(std::move(*File));
  }
  return std::move(Result);
}

Expected<KernelTypes> KernelTypes::read(std::unique_ptr<MemoryBuffer> Bytes, StringRef Name) {
  KernelTypes Result;
  Result.Name = Name.str();
  if (Error E = Result.readVmlinux(std::move(Bytes), Name))
    return std::move(E);
  return std::move(Result);
}

std::optional<KernelVersion> KernelTypes::version() const {
  if (!Release.empty())
    return KernelVersion::parse(Release);
  // Where a part of the name begins with a version, not a distribution's: el9-5.14.
  for (size_t At = 0; At < Name.size(); ++At) {
    if (!isDigit(Name[At]) || (At && isAlnum(Name[At - 1])) || (At && Name[At - 1] == '.'))
      continue;
    StringRef Text = StringRef(Name).substr(At).take_while([](char C) { return isDigit(C) || C == '.'; });
    if (std::optional<KernelVersion> Version = KernelVersion::parse(Text))
      return Version;
  }
  return std::nullopt;
}

} // namespace bpfbuild::core
