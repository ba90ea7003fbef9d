//===- KernelCheck.h - what a program needs a kernel for --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_PROGRAMS_KERNELCHECK_H
#define BPFBUILD_PROGRAMS_KERNELCHECK_H

#include "CoRe/Guards.h"
#include "Programs/Check.h"

namespace bpfbuild {

/// Reports what the programs of an object use that the oldest kernel lacks: helpers (bpf-helper), kfuncs (bpf-kfunc),
/// instructions (bpf-instruction) and program types (bpf-program-type); and helpers that the kernel headers lack. What
/// is guarded is left out. Diagnostics have the line and column of the use where the object knows them.
void checkKernelUse(const BPFObject &Object, const BTFExt &Ext, const CheckTarget &Target, Guards &Guarded,
                    std::vector<Diagnostic> &Diagnostics);

/// Drops from \p Diagnostics those of maps that are too new but used behind guards only: a host that creates them only
/// where it can (bpf_map__set_autocreate) loads the rest.
void dropGuardedMaps(const BPFObject &Object, Guards &Guarded, std::vector<Diagnostic> &Diagnostics);

} // namespace bpfbuild

#endif
