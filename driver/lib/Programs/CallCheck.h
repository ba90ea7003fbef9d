//===- CallCheck.h - calls that every kernel refuses ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_PROGRAMS_CALLCHECK_H
#define BPFBUILD_PROGRAMS_CALLCHECK_H

#include "Maps/MapDef.h"
#include "Programs/Check.h"

namespace bpfbuild {

/// Reports calls of helpers that the verifier is sure to refuse:
///  - of helpers that programs of the section's type may not call (bpf-helper-type, see Kernel/HelperTypes.h);
///  - with a map of a type that the helper does not take (bpf-map-helper, see Kernel/MapHelpers.h);
///  - with a key or value on the stack that is shorter than the map's (bpf-map-argument).
/// What is guarded, or in a program with SEC("?…"), is left out, and so is what a register holds only on some ways.
void checkCalls(const BPFObject &Object, llvm::ArrayRef<MapDef> Maps, const CheckTarget &Target,
                std::vector<Diagnostic> &Diagnostics);

} // namespace bpfbuild

#endif
