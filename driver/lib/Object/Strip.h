//===- Strip.h - an object without DWARF ------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_OBJECT_STRIP_H
#define BPFBUILD_OBJECT_STRIP_H

#include "llvm/Support/Error.h"
#include <string>

namespace bpfbuild {

/// The ELF object \p Bytes without its .debug_* sections, as llvm-strip -g leaves it: BTF, .BTF.ext, symbols and
/// relocations of all else stay. An object without such sections is returned as it is.
llvm::Expected<std::string> stripDwarf(llvm::StringRef Bytes);

} // namespace bpfbuild

#endif
