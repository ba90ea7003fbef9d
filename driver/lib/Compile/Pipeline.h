//===- Pipeline.h - what happens to a module before code is made -*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_PIPELINE_H
#define BPFBUILD_COMPILE_PIPELINE_H

#include "Kernel/KernelVersion.h"
#include "Kernel/Loaders.h"
#include "Support/Diagnostic.h"
#include "clang/Frontend/CompilerInstance.h"
#include "llvm/IR/Module.h"
#include <functional>

namespace bpfbuild {

struct PipelineOptions {
  bool IsCxx = false;
  bool KeepDwarf = true;
  std::optional<KernelVersion> Oldest; ///< --target-kernel=
  Loader LoadedBy = Loader::Libbpf;
  std::function<void(llvm::Module &)> Finish; ///< what the caller does at the end
};

/// Adds our passes to LLVM's pipeline: at its start, what the source has becomes what BTF and libbpf can name; at its
/// end, what no kernel runs is refused. \p Found, which lives as long as \p CodeGen, gets what there is to say of the
/// module.
void addPasses(clang::CodeGenOptions &CodeGen, const PipelineOptions &Options, std::vector<Diagnostic> &Found);

/// \p Emit, which makes code of the source, behind a CxxConsumer if the source is C++.
std::unique_ptr<clang::ASTConsumer> behindCxxConsumer(const clang::CompilerInstance &CI,
                                                      std::unique_ptr<clang::ASTConsumer> Emit);

} // namespace bpfbuild

#endif
