//===- BTFFile.h - where BTF comes from -------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_BTF_BTFFILE_H
#define BPFBUILD_BTF_BTFFILE_H

#include "BTF/BTF.h"
#include "llvm/Support/MemoryBuffer.h"

namespace bpfbuild::btf {

/// A file's bytes, mapped where the system can, decompressed if they are xz or zstd. Errors name the file.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readDecompressed(llvm::StringRef Path);

/// The file that has the running kernel's BTF: /sys/kernel/btf/vmlinux, or a vmlinux where distributions put it
/// (libbpf's btf__load_vmlinux_btf). An error says what to do where there is none.
llvm::Expected<std::string> findKernelBTF();

/// The file that \p Source means: "kernel" is findKernelBTF(), everything else a path.
llvm::Expected<std::string> findSource(llvm::StringRef Source);

/// True for raw BTF of either byte order, and for ELF.
bool isRawBTF(llvm::StringRef Bytes);
bool isELF(llvm::StringRef Bytes);

/// The content of the section \p Section of the ELF file \p Bytes, nothing if there is none. Errors name \p Path.
llvm::Expected<std::optional<llvm::StringRef>> findELFSection(llvm::StringRef Bytes, llvm::StringRef Section,
                                                              llvm::StringRef Path);

/// BTF and the bytes that it is a view of. Its nesting is not checked unless someone asks for it: it is there to be
/// printed.
class BTFFile {
public:
  /// Reads the BTF in \p Bytes, which are those of \p Path: raw BTF, or the section .BTF of an ELF file. \p Base is
  /// what split BTF continues, and must outlive the result.
  static llvm::Expected<BTFFile> read(std::unique_ptr<llvm::MemoryBuffer> Bytes, llvm::StringRef Path,
                                      const BTF *Base = nullptr, BTF::Nesting Values = BTF::Nesting::Unchecked);

  /// Reads \p Path.
  static llvm::Expected<BTFFile> open(llvm::StringRef Path, const BTF *Base = nullptr,
                                      BTF::Nesting Values = BTF::Nesting::Unchecked);

  const BTF &types() const { return *Types; }
  llvm::StringRef path() const { return Path; }

private:
  std::string Path;
  std::unique_ptr<llvm::MemoryBuffer> Bytes;
  std::unique_ptr<BTF> Types;
};

} // namespace bpfbuild::btf

#endif
