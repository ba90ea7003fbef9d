//===- NameCheck.h - names that programs expect of a kernel -----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_PROGRAMS_NAMECHECK_H
#define BPFBUILD_PROGRAMS_NAMECHECK_H

#include "Programs/Check.h"

namespace bpfbuild {

/// Compares \p Object with the kernel's types in \p Target, if there are any, and warns of
///  - SEC("fentry/NAME") and the like where there is no such function, tracepoint, hook or iterator
///  (bpf-attach-target);
///  - struct_ops maps of a type, or with members, that the kernel lacks (bpf-attach-target);
///  - kfuncs that look like a misspelling of one that the kernel has (bpf-kfunc-name);
///  - kfuncs that are declared otherwise than the kernel defines them (bpf-kfunc-prototype), which libbpf's
///    bpf_core_types_are_compat() or the verifier refuses.
/// Modules may have what the kernel lacks: of names that only modules or the assembler can have defined nothing is
/// said.
void checkNames(const BPFObject &Object, const CheckTarget &Target, std::vector<Diagnostic> &Diagnostics);

} // namespace bpfbuild

#endif
