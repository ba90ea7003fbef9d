//===- Spelling.h - types as messages name them -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_BTF_SPELLING_H
#define BPFBUILD_BTF_SPELLING_H

#include "BTF/BTF.h"

namespace bpfbuild::btf {

/// The C declaration of \p Name with the type \p Id: "struct task_struct *(*next)(int)". Types are named, not defined;
/// what is nested deeper than a message needs is "…".
std::string spellDeclaration(const BTF &Types, uint32_t Id, llvm::StringRef Name = {});

/// The prototype of the function \p Id, with its parameters' names: "void bpf_task_release(struct task_struct *p)".
std::string spellFunction(const BTF &Types, uint32_t Id);

} // namespace bpfbuild::btf

#endif
