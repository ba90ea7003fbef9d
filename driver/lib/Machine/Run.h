//===- Run.h - programs on other kernels ------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MACHINE_RUN_H
#define BPFBUILD_MACHINE_RUN_H

#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace bpfbuild {

/// A program of this machine, and what it needs. Its libraries come with it, as ldd tells them.
struct HostProgram {
  std::vector<std::string> Command; ///< its path, and its arguments
  std::vector<std::string> Files;   ///< files of this machine that it finds under the same absolute paths
  std::vector<std::string> Modules; ///< the kernel's, which are loaded before
};

struct ProgramResult {
  int ExitCode;       ///< 128 and the signal's number where one ended it, as a shell has it
  std::string Output; ///< standard output and standard error
};

/// Boots the kernel \p Where (what findKernel() takes) and runs \p Program there: as root, with /proc, /sys, tracefs,
/// cgroup2 and bpffs mounted and the interface lo up, for at most \p Seconds. Errors: an unknown kernel, a file or
/// module that is not there, no QEMU, a kernel that ends or hangs before the program has ended.
llvm::Expected<ProgramResult> runOn(llvm::StringRef Where, const HostProgram &Program, unsigned Seconds);

} // namespace bpfbuild

#endif
