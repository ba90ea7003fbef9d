//===- Tool.h - programs of the system --------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_TOOL_H
#define BPFBUILD_SUPPORT_TOOL_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace bpfbuild {

/// Runs a program of the path and gives what it wrote to standard output; its other messages are the user's to read.
/// Errors: it is not installed, it failed.
llvm::Expected<std::string> runTool(llvm::ArrayRef<llvm::StringRef> Args);

/// A folder that goes with this object.
class ScratchFolder {
public:
  /// Beside \p Prefix, whose parent must be there.
  static llvm::Expected<ScratchFolder> create(llvm::StringRef Prefix);
  ScratchFolder(ScratchFolder &&Other) : Path(std::exchange(Other.Path, "")) {}
  ~ScratchFolder();
  llvm::StringRef path() const { return Path; }

private:
  ScratchFolder() = default;
  std::string Path;
};

} // namespace bpfbuild

#endif
