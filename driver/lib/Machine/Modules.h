//===- Modules.h - a kernel's modules ---------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MACHINE_MODULES_H
#define BPFBUILD_MACHINE_MODULES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <string>
#include <vector>

namespace bpfbuild {

/// The bytes of the modules \p Names and of all that they depend on, in the order in which a kernel can load them.
/// \p Folder is a kernel's /lib/modules/VERSION; depmod need not have run there. What is built in is left out.
/// Errors: a module that is not there, or cannot be read.
llvm::Expected<std::vector<std::unique_ptr<llvm::MemoryBuffer>>> readModules(llvm::StringRef Folder,
                                                                             llvm::ArrayRef<std::string> Names);

} // namespace bpfbuild

#endif
