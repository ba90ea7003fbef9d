//===- BTFSlice.h - the types that a program reaches ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_VMLINUX_BTFSLICE_H
#define BPFBUILD_VMLINUX_BTFSLICE_H

#include "BTF/BTF.h"
#include "Vmlinux/ProgramNames.h"

namespace bpfbuild {

/// vmlinux.h with what \p Names can reach of \p Types: the types, enumerators and kfuncs that it names, all that these
/// contain by value, and what their pointers lead to where the program accesses the member. What is only pointed to is
/// announced.
/// \p Path is the file of the types, for messages.
llvm::Expected<std::string> sliceBTF(const btf::BTF &Types, llvm::StringRef Path, const ProgramNames &Names);

/// vmlinux.h with all of \p Types that are not its base's, and kfuncs but for those in \p Declared.
llvm::Expected<std::string> printBTF(const btf::BTF &Types, llvm::StringRef Path,
                                     const llvm::StringSet<> &Declared = {});

/// True if \p Name is a type, an enumerator or a kfunc of \p Types.
bool canName(const btf::BTF &Types, llvm::StringRef Name);

/// vmlinux.h without a declaration: what it says to the preprocessor.
std::string directivesOfBTF();

} // namespace bpfbuild

#endif
