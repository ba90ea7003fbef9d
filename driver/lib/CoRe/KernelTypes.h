//===- KernelTypes.h - all types of one kernel ------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_CORE_KERNELTYPES_H
#define BPFBUILD_CORE_KERNELTYPES_H

#include "BTF/BTFFile.h"
#include "Kernel/KernelVersion.h"

namespace bpfbuild::core {

/// The BTF of a kernel and of its modules. Their nesting has been checked.
class KernelTypes {
public:
  /// Opens \p Source: "kernel" is the running one with its modules; a folder one that is laid out as /sys/kernel/btf
  /// is, with a file vmlinux and a file a module; anything else a file with the BTF of a kernel without modules.
  /// \p Name is what reports call it; where that is empty it follows from \p Source.
  static llvm::Expected<KernelTypes> open(llvm::StringRef Source, llvm::StringRef Name = {});

  /// The kernel whose BTF, raw or in an ELF file, \p Bytes are; it has no modules.
  static llvm::Expected<KernelTypes> read(std::unique_ptr<llvm::MemoryBuffer> Bytes, llvm::StringRef Name);

  llvm::StringRef name() const { return Name; }
  const btf::BTF &vmlinux() const { return Vmlinux->types(); }
  /// Split BTF over vmlinux().
  llvm::ArrayRef<btf::BTFFile> modules() const { return Modules; }

  unsigned pointerSize() const { return PointerSize; }

  /// What uname -r says there, "6.1.0-40-amd64": of the running kernel and of bootable images; empty if it is not
  /// known.
  llvm::StringRef release() const { return Release; }

  /// The version by the release or, where that is not known, by the name: 6.1 of "6.1-cloud". Nothing if that has none.
  std::optional<KernelVersion> version() const;

  /// True if \p Folder is laid out as /sys/kernel/btf is.
  static bool isFolder(llvm::StringRef Folder);

private:
  llvm::Error readVmlinux(std::unique_ptr<llvm::MemoryBuffer> Bytes, llvm::StringRef Path);

  std::string Name, Release;
  std::unique_ptr<btf::BTFFile> Vmlinux; ///< modules refer to it
  std::vector<btf::BTFFile> Modules;
  unsigned PointerSize = 8;
};

} // namespace bpfbuild::core

#endif
