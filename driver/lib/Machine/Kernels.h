//===- Kernels.h - kernels by their names -----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels that a user added are in his cache folder ($XDG_CACHE_HOME/bpfbuild/kernels/NAME/vmlinuz).
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MACHINE_KERNELS_H
#define BPFBUILD_MACHINE_KERNELS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace bpfbuild {

/// The cache folder's subfolder \p Name; an error where the user has no home.
llvm::Expected<std::string> cacheFolder(llvm::StringRef Name);

struct KnownKernel {
  std::string Name, Path; ///< of the vmlinuz
};

/// Those that were added, by name.
llvm::Expected<std::vector<KnownKernel>> knownKernels();

/// The vmlinuz that \p Where stands for: a file, a folder that has one, or a known name. Errors name \p Where, and the
/// names that are known.
llvm::Expected<std::string> findKernel(llvm::StringRef Where);

/// Adds the vmlinuz \p Source, or the one in that .deb or folder, as \p Name.
llvm::Error addKernel(llvm::StringRef Name, llvm::StringRef Source);

/// Adds "debian:6.1": downloads the newest cloud kernel of that series by apt.
llvm::Error addDebianKernel(llvm::StringRef Name);

} // namespace bpfbuild

#endif
