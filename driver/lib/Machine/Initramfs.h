//===- Initramfs.h - the file system that a kernel begins with --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MACHINE_INITRAMFS_H
#define BPFBUILD_MACHINE_INITRAMFS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <string>

namespace bpfbuild {

/// A cpio archive of the form "newc", as Documentation/driver-api/early-userspace/buffer-format.rst has it.
class Initramfs {
public:
  /// Adds a file, and the folders that it is in. \p Name may begin with a slash. What is there already stays.
  void addFile(llvm::StringRef Name, llvm::StringRef Bytes, bool IsProgram = false);

  /// The whole archive; nothing can be added afterwards.
  std::string finish();

private:
  void add(llvm::StringRef Name, llvm::StringRef Bytes, unsigned Mode);

  std::string Archive;
  llvm::StringSet<> Names;
  unsigned NextInode = 1;
};

} // namespace bpfbuild

#endif
