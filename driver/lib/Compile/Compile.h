//===- Compile.h - BPF sources to BPF objects -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Clang's own Driver makes the compile job out of the options, CompilerInvocation reads it, and it runs in this
// process: the object's bytes never touch a disk. Nothing else of BPFBuild includes a header of Clang.
//
// vmlinux.h is cut down to what the source can reach. That changes no program: where the slice lacks something, Clang
// runs again over more of the header, and what was said before is forgotten (Attempts.h).
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_COMPILE_H
#define BPFBUILD_COMPILE_COMPILE_H

#include "BTF/BTF.h"
#include "Compile/Checks/AbsentHelpers.h"
#include "Compile/CommandLine.h"
#include "Compile/Migrate/Migration.h"
#include "Support/StageTimes.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <map>

namespace bpfbuild {

/// What a source became, and what else is known of the kernels that it is for.
struct CompiledObject {
  llvm::StringRef Bytes, Name;
  AbsentHelpers Helpers = {};
  const btf::BTF *KernelTypes = nullptr; ///< what vmlinux.h was made of; null if the source has none from BTF
  llvm::StringRef KernelPath = {};
};

/// Looks at an object and returns what is wrong with it. It is called while the translation unit is alive, so that what
/// it finds is reported at the source's line.
using ObjectCheck = llvm::function_ref<std::vector<Diagnostic>(const CompiledObject &Object)>;

/// Depfiles by name, with their text; "-" is standard output.
using DependencyFiles = std::map<std::string, std::string>;

class Compiler {
public:
  /// \p Times gets the stages of each compile; what is in \p Said is not said again.
  Compiler(const CompileOptions &Options, std::string ToolPath, StageTimes &Times, SaidOnce &Said);
  ~Compiler();

  /// Compiles \p Source to ELF bytes. \p Output names the object in depfiles and diagnostics; it is not written.
  /// Diagnostics are printed; after an error the result is reportedError().
  llvm::Expected<std::string> compile(const Input &Source, llvm::StringRef Output, ObjectCheck Check);

  /// Compiles \p Source without checks, and reads what it has of old forms into \p Found.
  llvm::Expected<std::string> migrate(const Input &Source, const MigrateOptions &Options, Migration &Found);

  /// Shows Clang \p Texts, by absolute path as it opens them, in the place of the files of these names, from now on.
  void showTexts(const std::map<std::string, std::string> &Texts);

  /// Prints what there is to say to \p OS from now on, which must outlive the compiler.
  void printTo(llvm::raw_ostream &OS);

  /// Does what Clang alone does with \p Inputs (-E -S -emit-llvm -fsyntax-only -M -MM). \p Output may be empty.
  llvm::Error runClang(llvm::ArrayRef<Input> Inputs, llvm::StringRef Output,
                       llvm::ArrayRef<llvm::StringRef> ExtraArgs = {});

  /// The depfiles (-MD, -M and the like) of everything that was compiled. Several sources may share one.
  const DependencyFiles &dependencyFiles() const;

  /// -###: prints the jobs of \p Inputs instead of running them.
  llvm::Error printJobs(llvm::ArrayRef<Input> Inputs, llvm::StringRef Output, bool CompileOnly);

private:
  struct Implementation;
  std::unique_ptr<Implementation> Impl;
};

/// The version of the Clang that is inside.
std::string clangVersion();

} // namespace bpfbuild

#endif
