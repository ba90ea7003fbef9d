//===- VmlinuxHeader.h - vmlinux.h, whole or sliced -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The types of a kernel as a C header, made from BTF or taken from a file of C, in three views: whole; without
// declarations, to find out what a program names; and only what such a program can reach.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_VMLINUX_VMLINUXHEADER_H
#define BPFBUILD_VMLINUX_VMLINUXHEADER_H

#include "BTF/BTFFile.h"
#include "Vmlinux/BTFSlice.h"
#include "Vmlinux/ProgramNames.h"
#include "Vmlinux/TextHeader.h"

namespace bpfbuild {

class VmlinuxHeader {
public:
  /// \p Source is "kernel" (the running kernel's BTF, see findKernelBTF), a file of raw BTF, an ELF file with a .BTF
  /// section, or a C header; each also compressed by xz or zstd. Errors say what was tried and what to pass.
  static llvm::Expected<VmlinuxHeader> open(llvm::StringRef Source);

  /// The C header \p Bytes.
  static VmlinuxHeader fromText(std::unique_ptr<llvm::MemoryBuffer> Bytes);

  /// The file that the types are from.
  llvm::StringRef path() const { return Path; }

  /// The types, where they are from BTF; null where they are from text.
  const btf::BTF *types() const { return Types ? &Types->types() : nullptr; }

  /// Every type. From BTF, without what \p Names says that the program declares or defines itself.
  llvm::Expected<std::string> whole(const ProgramNames &Names = {}) const;

  /// False for text whose structure is not understood: there is only the whole().
  bool canBeSliced() const { return Slicer || Split; }

  /// What the header says to the preprocessor, without declarations; only if it canBeSliced().
  std::string directives() const;

  /// What \p Names can reach; only if it canBeSliced().
  llvm::Expected<std::string> slice(const ProgramNames &Names) const;

  /// True if the whole declares \p Name; only if it canBeSliced().
  bool declares(llvm::StringRef Name) const { return Slicer ? Slicer->canName(Name) : Split->declares(Name); }

private:
  std::string Path;
  std::optional<btf::BTFFile> Types;
  std::optional<BTFSlicer> Slicer;          ///< of Types
  std::unique_ptr<llvm::MemoryBuffer> Text; ///< where there are no Types
  std::optional<TextHeader> Split;          ///< of Text, if its structure was understood
};

} // namespace bpfbuild

#endif
