//===- Contexts.h - what programs of each type are given --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_CONTEXTS_H
#define BPFBUILD_KERNEL_CONTEXTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace bpfbuild {

/// The struct that r1 points to when a program begins, as include/linux/bpf_types.h of the kernel pairs them.
struct ProgramContext {
  llvm::StringLiteral ProgramType; ///< enum bpf_prog_type without its prefix, in lower case
  llvm::StringLiteral Struct;
  uint32_t Size;                   ///< in bytes, in Linux 6.18; 0 where it depends on the machine or on the program
  llvm::ArrayRef<uint32_t> Packet; ///< offsets of the members that point into a packet whose end is to be asked for
};

/// Null for a type without such a struct, such as fentry programs, and for one that this table does not know.
const ProgramContext *findContext(llvm::StringRef ProgramType);

/// True if programs of some type have \p Struct for their context.
bool isContext(llvm::StringRef Struct);

/// True if what programs of the type read of their context are numbers to the verifier, no pointers that it knows.
bool hasPlainContext(llvm::StringRef ProgramType);

} // namespace bpfbuild

#endif
