//===- AbsentHelpers.h - helpers that kernel headers lack -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_CHECKS_ABSENTHELPERS_H
#define BPFBUILD_COMPILE_CHECKS_ABSENTHELPERS_H

#include "BTF/BTF.h"
#include "Kernel/KernelVersion.h"
#include <vector>

namespace clang {
class ASTContext;
}

namespace bpfbuild {

/// The helpers that a source names although the kernel headers that it includes (linux/bpf.h or vmlinux.h, before or
/// behind) have no BPF_FUNC_* for them.
struct AbsentHelpers {
  std::vector<uint32_t> Ids; ///< ascending
  KernelVersion Headers;     ///< the release that the headers are of, as far as their helpers tell
};

/// Looks for them in a whole translation unit. There are none if it has no enum bpf_func_id. Helpers that the program
/// declares itself do not count. Where vmlinux.h is made of BTF, \p Kernel, what that has is there too; otherwise null.
AbsentHelpers findAbsentHelpers(clang::ASTContext &Context, const btf::BTF *Kernel);

} // namespace bpfbuild

#endif
