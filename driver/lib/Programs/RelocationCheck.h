//===- RelocationCheck.h - what kernels lack --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_PROGRAMS_RELOCATIONCHECK_H
#define BPFBUILD_PROGRAMS_RELOCATIONCHECK_H

#include "Programs/Check.h"

namespace bpfbuild {

/// Whose relocations are judged. Who calls a global function, and behind what, is known only when all files are linked.
enum class RelocationsOf { AllFunctions, GlobalFunctions };

/// Reports, once a line and thing, the CO-RE relocations of \p Object that are broken on one of the target's kernels
/// (bpf-core-relocation): the kernel lacks what they ask for, and the program does not ask whether it is there.
/// Functions that nobody calls count as guarded.
void checkRelocations(const BPFObject &Object, const CheckTarget &Target, RelocationsOf Which,
                      std::vector<Diagnostic> &Diagnostics);

} // namespace bpfbuild

#endif
