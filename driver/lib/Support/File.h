//===- File.h - reading files -----------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_FILE_H
#define BPFBUILD_SUPPORT_FILE_H

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

namespace bpfbuild {

/// In bytes: a kernel's vmlinux with debug information has some hundred MB.
inline constexpr uint64_t MaxFileSize = uint64_t(2) << 30;

/// The bytes of the file \p Path, or what comes through a pipe. Errors name it and the system's reason; a device, a
/// pipe to which nobody writes, and what is larger than any file that belongs here, are errors too.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readFile(llvm::StringRef Path);

} // namespace bpfbuild

#endif
