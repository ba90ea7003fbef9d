//===- UapiHelpers.h - the helpers that linux/bpf.h documents ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_UAPIHELPERS_H
#define BPFBUILD_KERNEL_UAPIHELPERS_H

#include "Kernel/Helpers.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/StringSaver.h"

namespace bpfbuild {

/// One BPF_FUNC_* of a kernel.
struct FunctionId {
  std::string Name; ///< "bpf_loop"
  uint32_t Id;
};

/// The helpers that a kernel with \p Ids has, in their order: prototypes from the comment in \p Header (a linux/bpf.h
/// since Linux 4.18, or empty) as scripts/bpf_doc.py of the kernel reads it, otherwise from our table, as is everything
/// else. Those of which neither knows the prototype are left out. \p Strings keeps what the result points to.
std::vector<Helper> helpersOf(llvm::ArrayRef<FunctionId> Ids, llvm::StringRef Header, llvm::StringSaver &Strings);

} // namespace bpfbuild

#endif
