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

  /// The version that the name has in it, as 6.1 of "6.1-cloud"; nothing if it has none.
  std::optional<KernelVersion> version() const;

private:
  std::string Name;
  std::unique_ptr<btf::BTFFile> Vmlinux; ///< modules refer to it
  std::vector<btf::BTFFile> Modules;
  unsigned PointerSize = 8;
};

} // namespace bpfbuild::core

#endif
