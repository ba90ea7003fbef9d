//===- ProgramNames.h - what a program can name -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_VMLINUX_PROGRAMNAMES_H
#define BPFBUILD_VMLINUX_PROGRAMNAMES_H

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace bpfbuild {

/// The identifiers of a preprocessed source: what decides which of vmlinux.h's types it can use.
struct ProgramNames {
  enum Use : uint8_t {
    Mentioned, ///< by a declaration that is not used: it must be declared, no more
    Named,
  };
  llvm::StringMap<Use> Names;
  llvm::StringSet<> Accessed; ///< behind . or ->: members whose value the program has
  llvm::StringSet<> Declared; ///< at file scope: functions that the program may declare itself
  /// What linux/bpf.h and the like define, so that vmlinux.h is not to define it again: structs, unions and enums; and
  /// enumerators, and typedefs of what has no tag.
  llvm::StringSet<> DefinedTags, DefinedNames;
  llvm::StringSet<>
      LibraryTypes;          ///< typedefs of the C library, often of other types than the kernel's: int64_t is long
  bool HasBoolMacro = false; ///< by stdbool.h
  bool IsCxx = false;        ///< the source is C++

  /// Adds what the language has itself, and older C gets from headers: C++ has both, C23 has bool.
  void defineKeywords(bool HasBool, bool HasWideChar) {
    if (HasBool)
      for (llvm::StringRef Keyword : {"bool", "true", "false"})
        DefinedNames.insert(Keyword);
    if (HasWideChar)
      DefinedNames.insert("wchar_t");
  }
};

} // namespace bpfbuild

#endif
