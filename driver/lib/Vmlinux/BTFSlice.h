//===- BTFSlice.h - the types that a program reaches ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_VMLINUX_BTFSLICE_H
#define BPFBUILD_VMLINUX_BTFSLICE_H

#include "BTF/CPrinter.h"
#include "Vmlinux/ProgramNames.h"

namespace bpfbuild {

/// The functions that carry the declaration tag bpf_kfunc, and of these the ones with bpf_fastcall.
struct Kfuncs {
  explicit Kfuncs(const btf::BTF &Types);
  llvm::BitVector Tagged, Fast;
};

/// Makes vmlinux.h of one BTF, after a look over all of it.
class BTFSlicer {
public:
  /// \p Types must outlive the slicer; \p Path is their file, for messages.
  BTFSlicer(const btf::BTF &Types, llvm::StringRef Path);

  /// vmlinux.h with what \p Names can reach: the types, enumerators and kfuncs that it names, all that these contain by
  /// value, and what their pointers lead to where the program accesses the member. What is only pointed to is
  /// announced.
  llvm::Expected<std::string> slice(const ProgramNames &Names) const;

  /// vmlinux.h with all types that are not the base's, and kfuncs, but for what \p Program declares or defines itself.
  llvm::Expected<std::string> whole(const ProgramNames &Program = {}) const;

  /// True if \p Name is a type, an enumerator or a kfunc.
  bool canName(llvm::StringRef Name) const;

private:
  llvm::Error printFunctions(btf::CPrinter &Printer, llvm::function_ref<bool(uint32_t Id)> IsWanted) const;

  const btf::BTF &Types;
  std::string Path;
  btf::NameTable Names;
  Kfuncs Functions;
};

/// vmlinux.h without a declaration: what it says to the preprocessor.
std::string directivesOfBTF();

} // namespace bpfbuild

#endif
