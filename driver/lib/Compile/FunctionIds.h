//===- FunctionIds.h - enum bpf_func_id of a linux/bpf.h --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_FUNCTIONIDS_H
#define BPFBUILD_COMPILE_FUNCTIONIDS_H

#include "Kernel/UapiHelpers.h"
#include "llvm/Support/Error.h"

namespace bpfbuild {

/// The helpers that the header \p Path, a linux/bpf.h of any kernel, numbers: its enum bpf_func_id after preprocessing,
/// whether written one by one (up to Linux 4.9) or by __BPF_FUNC_MAPPER of either form. Headers that it includes may
/// be absent. An error names the file.
llvm::Expected<std::vector<FunctionId>> readFunctionIds(llvm::StringRef Path);

} // namespace bpfbuild

#endif
