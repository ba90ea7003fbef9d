//===- VmlinuxFileSystem.h - vmlinux.h on demand ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A layer over a file system in which VmlinuxDir holds a vmlinux.h. Its text is made when the compiler first asks for
// it, once for all sources of a call. Where the user named the source of the types, every other vmlinux.h is hidden.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_VMLINUXFILESYSTEM_H
#define BPFBUILD_COMPILE_VMLINUXFILESYSTEM_H

#include "llvm/Support/VirtualFileSystem.h"

namespace bpfbuild {

inline constexpr llvm::StringLiteral VmlinuxDir = "/__bpfbuild__/vmlinux";
inline constexpr llvm::StringLiteral VmlinuxPath = "/__bpfbuild__/vmlinux/vmlinux.h";

class VmlinuxFileSystem : public llvm::vfs::ProxyFileSystem {
public:
  /// \p Source is what vmlinuxHeader() takes, or "none" for no vmlinux.h of ours.
  VmlinuxFileSystem(llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Base, std::string Source, bool HideOthers);

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override;
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>> openFileForRead(const llvm::Twine &Path) override;
  std::error_code getRealPath(const llvm::Twine &Path, llvm::SmallVectorImpl<char> &Output) override;
  bool exists(const llvm::Twine &Path) override { return status(Path).getError() == std::error_code(); }

  /// Why there is no vmlinux.h, if it was asked for in vain; empty otherwise.
  llvm::StringRef failure() const { return Failure; }

private:
  enum class Kind { Ours, Hidden, Base };
  Kind classify(llvm::StringRef Path) const;
  void makeHeader();

  std::string Source, Failure;
  bool HideOthers, IsMade = false;
  llvm::IntrusiveRefCntPtr<llvm::vfs::InMemoryFileSystem> Memory;
};

} // namespace bpfbuild

#endif
