//===- File.cpp - reading files -------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/File.h"
#include "Support/Error.h"

using namespace llvm;

namespace bpfbuild {

Expected<std::unique_ptr<MemoryBuffer>> readFile(StringRef Path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> File =
      MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!File)
    return makeError("cannot read '{0}': {1}", Path, File.getError().message());
  return std::move(*File);
}

} // namespace bpfbuild
