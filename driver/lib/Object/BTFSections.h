//===- BTFSections.h - BTF in ELF files -------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_OBJECT_BTFSECTIONS_H
#define BPFBUILD_OBJECT_BTFSECTIONS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace bpfbuild {

/// An ELF file with the sections .BTF and .BTF.base, as modules of the kernel have them: \p Module, a module, with them
/// in the place of its own; or, if that is empty, one that has nothing else. Errors name \p Path.
llvm::Expected<std::string> withBTF(llvm::StringRef Module, llvm::StringRef Split, llvm::StringRef Base,
                                    llvm::StringRef Path);

} // namespace bpfbuild

#endif
