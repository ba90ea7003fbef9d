//===- LicenseCheck.h - who may call what -----------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_PROGRAMS_LICENSECHECK_H
#define BPFBUILD_PROGRAMS_LICENSECHECK_H

#include "Object/BPFObject.h"
#include "Support/Diagnostic.h"

namespace bpfbuild {

/// Reports, once a helper, calls of helpers that the kernel has for programs under the GPL only (gpl_only of
/// bpf_func_proto), in an object whose license is none that license_is_gpl_compatible() knows: check_helper_call()
/// refuses them. An object without a license, which another may have that it is linked with, is judged only if it \p
/// IsWhole. bpf-license, with the line of the call where the object knows it.
void checkLicense(const BPFObject &Object, bool IsWhole, std::vector<Diagnostic> &Diagnostics);

} // namespace bpfbuild

#endif
