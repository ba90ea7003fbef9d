//===- RegisterCheck.h - what every kernel refuses --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_PROGRAMS_REGISTERCHECK_H
#define BPFBUILD_PROGRAMS_REGISTERCHECK_H

#include "Maps/MapDef.h"
#include "Programs/Check.h"

namespace bpfbuild {

/// Reports what the verifier is sure to refuse by what registers hold. Calls
///  - of helpers that programs of the section's type may not call (bpf-helper-type, see Kernel/HelperTypes.h), or only
///    sleepable ones (bpf-sleepable);
///  - whose result is never given back (bpf-reference);
///  - with a map of a type that the helper does not take (bpf-map-helper, see Kernel/MapHelpers.h);
///  - with a key or value on the stack that is shorter than the map's (bpf-map-argument);
/// and accesses
///  - to a packet before a comparison, or to memory at an address that is a number to the verifier (bpf-memory);
///  - beyond the context (bpf-context, see Kernel/Contexts.h);
/// and, as advice, a parameter that is another type's context (bpf-context-type).
/// What is guarded, or in a program with SEC("?…"), is left out, and so is what a register holds only on some ways.
void checkRegisters(const BPFObject &Object, llvm::ArrayRef<MapDef> Maps, const CheckTarget &Target,
                    std::vector<Diagnostic> &Diagnostics);

} // namespace bpfbuild

#endif
