//===- VmlinuxHeader.h - a kernel's types as a C header ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_BTF_VMLINUXHEADER_H
#define BPFBUILD_BTF_VMLINUXHEADER_H

#include "llvm/Support/Error.h"
#include <string>

namespace bpfbuild {

/// The text of vmlinux.h: every type of \p Source as C, with preserve_access_index on its records.
/// \p Source is "kernel" (the running kernel's BTF, found as libbpf's btf__load_vmlinux_btf() finds it), a file of raw
/// BTF, an ELF file with a .BTF section, or a C header, which is given as it is. Errors say what was tried and what to
/// pass.
llvm::Expected<std::string> vmlinuxHeader(llvm::StringRef Source);

} // namespace bpfbuild

#endif
