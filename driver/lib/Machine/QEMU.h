//===- QEMU.h - one boot of one kernel --------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MACHINE_QEMU_H
#define BPFBUILD_MACHINE_QEMU_H

#include "Machine/Initramfs.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

namespace bpfbuild {

/// What a machine wrote to its three serial ports.
struct BootResult {
  std::string Console; ///< the kernel's messages
  std::string Answers; ///< what the guest program has to say: lines of JSON
  std::string Output;  ///< of a program that the guest ran
  bool WasStopped;     ///< it did not power itself off in time
};

/// The guest program's bytes, which become /init. It is beside the tool in a build tree, and in libexec of an
/// installation.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readGuest();

/// Boots the vmlinuz \p Image under QEMU, without KVM, and waits until the machine powers itself off, or for \p Seconds
/// besides the boot's own. \p Where names the kernel in errors: no QEMU, no temporary file. The machine ends with this
/// process at the latest. Several threads may boot at once.
llvm::Expected<BootResult> bootKernel(llvm::StringRef Where, llvm::StringRef Image, Initramfs Files, unsigned Seconds);

/// An error: \p Where did not do what it was booted for. It shows the console's last lines.
llvm::Error bootError(llvm::StringRef Where, const BootResult &Boot);

} // namespace bpfbuild

#endif
