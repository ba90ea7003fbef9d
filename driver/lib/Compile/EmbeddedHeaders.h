//===- EmbeddedHeaders.h - the headers that travel in bpfcc++ ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Clang's builtin headers and the BPF-side headers are part of the executable and are given to Clang as files below
// EmbeddedRoot, a folder that exists in no file system. Nothing is copied: the buffers lie in the executable. The
// declarations of the helpers are written from the table in Kernel/Helpers.def.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_EMBEDDEDHEADERS_H
#define BPFBUILD_COMPILE_EMBEDDEDHEADERS_H

#include "llvm/Support/VirtualFileSystem.h"
#include <string>
#include <utility>
#include <vector>

namespace bpfbuild {

/// The folder of everything virtual; depfiles leave out what is below it.
inline constexpr llvm::StringLiteral EmbeddedRoot = "/__bpfbuild__";
inline constexpr llvm::StringLiteral EmbeddedResourceDir = "/__bpfbuild__/clang";
inline constexpr llvm::StringLiteral EmbeddedIncludeDir = "/__bpfbuild__/include";

/// The library for programs in C++.
inline constexpr llvm::StringLiteral CxxHeaderDir = "/__bpfbuild__/include/bpf_helpers/";

/// The header that declares the kernel's helpers.
inline constexpr llvm::StringLiteral HelperHeaderPath = "/__bpfbuild__/include/bpf/bpf_helper_defs.h";

/// The embedded headers, by their names below EmbeddedRoot.
std::vector<std::pair<std::string, llvm::StringRef>> embeddedHeaders();

/// A file system that holds the embedded headers and nothing else.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> createEmbeddedHeaders();

} // namespace bpfbuild

#endif
