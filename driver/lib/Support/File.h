//===- File.h - reading files -----------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_FILE_H
#define BPFBUILD_SUPPORT_FILE_H

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

namespace bpfbuild {

/// The bytes of the file \p Path. Errors name it and the system's reason.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readFile(llvm::StringRef Path);

} // namespace bpfbuild

#endif
