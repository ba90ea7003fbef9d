//===- ObjectPlacement.h - where a skeleton has its object ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_OBJECTPLACEMENT_H
#define BPFBUILD_SUPPORT_OBJECTPLACEMENT_H

#include "llvm/ADT/StringSwitch.h"
#include <optional>

namespace bpfbuild {

/// Where a skeleton finds the object's bytes: what --embed= chooses.
enum class ObjectPlacement {
  Inline,    ///< in the header, as a string literal
  Incbin,    ///< in the file beside the header that has its name and .o, by the assembler
  AtRunTime, ///< in that file too, but read when the program runs
  Source,    ///< in a source file beside the header, to be compiled once: the header is about the interface alone
};

/// Reads the value of --embed=; nothing if it is none.
inline std::optional<ObjectPlacement> parseObjectPlacement(llvm::StringRef Text) {
  return llvm::StringSwitch<std::optional<ObjectPlacement>>(Text)
      .Case("inline", ObjectPlacement::Inline)
      .Case("incbin", ObjectPlacement::Incbin)
      .Case("file", ObjectPlacement::AtRunTime)
      .Case("source", ObjectPlacement::Source)
      .Default(std::nullopt);
}

} // namespace bpfbuild

#endif
