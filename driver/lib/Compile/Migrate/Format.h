//===- Format.h - edits in the style of their file --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_MIGRATE_FORMAT_H
#define BPFBUILD_COMPILE_MIGRATE_FORMAT_H

#include "Compile/Migrate/Migration.h"
#include "llvm/Support/Error.h"

namespace bpfbuild {

/// Lays out what the edits write as the .clang-format says that is found for \p Path; without one they stay as they
/// are. The rest of the file is not touched. An error names a .clang-format that cannot be read.
llvm::Error formatEdits(llvm::StringRef Path, EditedFile &File);

} // namespace bpfbuild

#endif
