//===- Box.h - the verifier of other kernels --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Boots a kernel under QEMU with an initramfs that holds the guest program and all objects, and reads what its verifier
// said. Verdicts are cached by the bytes of kernel, guest and object: what was judged once boots nothing.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MACHINE_BOX_H
#define BPFBUILD_MACHINE_BOX_H

#include "Verify/Verify.h"

namespace bpfbuild {

/// What one kernel has to say of one object.
using ObjectVerdicts = std::vector<ProgramVerdict>;

/// The verdicts of the kernel \p Where ("running", or what findKernel() takes) on each of \p Objects, in their order.
/// Errors: an unknown kernel, no QEMU, no guest program where the running executable is installed, a kernel that ends
/// or hangs before it has answered (with the console's last lines), an object that it cannot open.
llvm::Expected<std::vector<ObjectVerdicts>> verifyOn(llvm::StringRef Where, llvm::ArrayRef<const BPFObject *> Objects);

} // namespace bpfbuild

#endif
