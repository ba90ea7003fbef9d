//===- Helpers.h - the kernel's helper functions ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_HELPERS_H
#define BPFBUILD_KERNEL_HELPERS_H

#include "Kernel/KernelVersion.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace bpfbuild {

/// Which licenses a program may have to call a helper (gpl_only of struct bpf_func_proto).
enum class HelperLicense : uint8_t { Any, GPL, Some /*< program types need GPL */ };

/// A helper function, as BPF programs see it.
struct Helper {
  uint32_t Id = 0;      ///< BPF_FUNC_*: what a call instruction names
  llvm::StringRef Name; ///< "bpf_loop"
  KernelVersion Since;  ///< 0.0 where it is not known
  HelperLicense License = HelperLicense::Any;
  llvm::StringRef Return;     ///< "long", "void *"
  llvm::StringRef Parameters; ///< "__u32 nr_loops, void *callback_fn"; "void" if there are none
  llvm::StringRef Text;       ///< what it does; @name is a parameter
};

/// All helpers that kernels have, by id from 1 on without gaps.
llvm::ArrayRef<Helper> helpers();

/// The helper of that number or name; null if the table has none.
const Helper *findHelper(uint32_t Id);
const Helper *findHelper(llvm::StringRef Name);

/// The release of a kernel, as far as its helpers tell: the newest of which it lacks none. \p Has says which it has.
KernelVersion releaseOfHelpers(llvm::function_ref<bool(const Helper &)> Has);

/// A C and C++ header that declares \p Helpers: a constant pointer to each, which is called by one instruction, behind
/// its documentation. \p Origin says what they were taken from, for the first comment; empty for the whole table.
std::string helperHeader(llvm::ArrayRef<Helper> Helpers, llvm::StringRef Origin = {});

/// The helper that the line \p Line of such a header declares; empty if none.
llvm::StringRef helperOfLine(llvm::StringRef Line);

} // namespace bpfbuild

#endif
