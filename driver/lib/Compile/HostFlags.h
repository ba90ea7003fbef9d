//===- HostFlags.h - flags that mean nothing for BPF ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_HOSTFLAGS_H
#define BPFBUILD_COMPILE_HOSTFLAGS_H

#include "llvm/ADT/StringRef.h"

namespace bpfbuild {

/// True for flags that distributions, presets and toolchain files add for host code and that break or mean nothing in a
/// BPF object: hardening, PIC and PIE, visibility, sanitizers, LTO, profiling, host CPUs, linking, debug information
/// other than -g.
/// \p Flag is the option as the user spelled it, with a joined value if it has one.
bool isHostFlag(llvm::StringRef Flag);

} // namespace bpfbuild

#endif
