//===- CxxKeywords.h - names that C++ took from C ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kernel's C has members and structs that are called as keywords of C++ are. Within vmlinux.h these are ordinary
// names, with an underscore behind them; in the object they are called as in the kernel, where CO-RE looks for them.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_CXX_CXXKEYWORDS_H
#define BPFBUILD_COMPILE_CXX_CXXKEYWORDS_H

#include "llvm/ADT/StringRef.h"

namespace bpfbuild {

inline constexpr llvm::StringLiteral CxxKeywords[] = {
    "and",     "and_eq",   "bitand",   "bitor",  "catch",   "class",     "compl",  "concept",  "constexpr", "decltype",
    "delete",  "explicit", "export",   "friend", "mutable", "namespace", "new",    "noexcept", "not",       "not_eq",
    "nullptr", "operator", "or",       "or_eq",  "private", "protected", "public", "requires", "template",  "this",
    "throw",   "try",      "typename", "using",  "virtual", "xor",       "xor_eq"};

/// True for a file whose types are the kernel's.
inline bool isVmlinuxHeader(llvm::StringRef FileName) {
  return FileName.starts_with("vmlinux") && FileName.ends_with(".h");
}

} // namespace bpfbuild

#endif
