//===- VmlinuxFileSystem.cpp - vmlinux.h on demand ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/VmlinuxFileSystem.h"
#include "BTF/VmlinuxHeader.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

VmlinuxFileSystem::VmlinuxFileSystem(IntrusiveRefCntPtr<vfs::FileSystem> Base, std::string Source, bool HideOthers)
    : ProxyFileSystem(std::move(Base)), Source(std::move(Source)), HideOthers(HideOthers),
      Memory(makeIntrusiveRefCnt<vfs::InMemoryFileSystem>()) {
  // The folder must be there before its header is: Clang drops search paths that are not.
  Memory->addFile(VmlinuxDir + "/made-on-demand", 0, MemoryBuffer::getMemBuffer(""));
}

VmlinuxFileSystem::Kind VmlinuxFileSystem::classify(StringRef Path) const {
  if (Path.starts_with(VmlinuxDir))
    return Source == "none" ? Kind::Hidden : Kind::Ours;
  return HideOthers && Source != "none" && sys::path::filename(Path) == "vmlinux.h" ? Kind::Hidden : Kind::Base;
}

void VmlinuxFileSystem::makeHeader() {
  IsMade = true;
  Expected<std::string> Text = vmlinuxHeader(Source);
  if (Text)
    Memory->addFile(VmlinuxPath, 0, MemoryBuffer::getMemBufferCopy(*Text, VmlinuxPath));
  else
    Failure = toString(Text.takeError());
}

ErrorOr<vfs::Status> VmlinuxFileSystem::status(const Twine &Path) {
  std::string Name = Path.str();
  switch (classify(Name)) {
  case Kind::Hidden:
    return make_error_code(std::errc::no_such_file_or_directory);
  case Kind::Ours:
    if (Name == VmlinuxPath && !IsMade)
      makeHeader();
    return Memory->status(Name);
  case Kind::Base:
    return ProxyFileSystem::status(Path);
  }
  llvm_unreachable("all kinds are handled");
}

ErrorOr<std::unique_ptr<vfs::File>> VmlinuxFileSystem::openFileForRead(const Twine &Path) {
  std::string Name = Path.str();
  if (ErrorOr<vfs::Status> S = status(Name); !S)
    return S.getError();
  return classify(Name) == Kind::Ours ? Memory->openFileForRead(Name) : ProxyFileSystem::openFileForRead(Path);
}

std::error_code VmlinuxFileSystem::getRealPath(const Twine &Path, SmallVectorImpl<char> &Output) {
  std::string Name = Path.str();
  return classify(Name) == Kind::Ours ? Memory->getRealPath(Name, Output) : ProxyFileSystem::getRealPath(Path, Output);
}

} // namespace bpfbuild
