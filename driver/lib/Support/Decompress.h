//===- Decompress.h - xz, zstd, gzip and lz4 --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_DECOMPRESS_H
#define BPFBUILD_SUPPORT_DECOMPRESS_H

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

namespace bpfbuild {

/// True for xz, zstd, gzip and lz4 (in its legacy format), by their first bytes.
bool isCompressed(llvm::StringRef Bytes);

/// What \p Bytes, of the file \p Path, are when decompressed: at most 2 GiB, or it is an error. What lies behind the
/// end of the compressed data is ignored, as kernel images have their size there.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> decompress(llvm::StringRef Bytes, llvm::StringRef Path);

} // namespace bpfbuild

#endif
