//===- Stage.h - the stages of bpfbuild ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file a stage: runNAME() takes the parsed options and does all of it. The table of them is in bpfbuild.cpp.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_STAGES_STAGE_H
#define BPFBUILD_STAGES_STAGE_H

#include "BTF/BTFFile.h"
#include "Object/BPFObject.h"
#include "Support/Diagnostic.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Support/MemoryBuffer.h"

namespace bpfbuild {

llvm::Error runBTF(const llvm::opt::InputArgList &Args);
llvm::Error runCheck(const llvm::opt::InputArgList &Args);
llvm::Error runDistill(const llvm::opt::InputArgList &Args);
llvm::Error runDump(const llvm::opt::InputArgList &Args);
llvm::Error runHelpers(const llvm::opt::InputArgList &Args);
llvm::Error runKernels(const llvm::opt::InputArgList &Args);
llvm::Error runLink(const llvm::opt::InputArgList &Args);
llvm::Error runLspConfig(const llvm::opt::InputArgList &Args);
llvm::Error runMigrate(llvm::ArrayRef<const char *> Args); ///< as they were given: most are Clang's
llvm::Error runMinBTF(const llvm::opt::InputArgList &Args);
llvm::Error runProbe(const llvm::opt::InputArgList &Args);
llvm::Error runRelocate(const llvm::opt::InputArgList &Args);
llvm::Error runRelocs(const llvm::opt::InputArgList &Args);
llvm::Error runSkeleton(const llvm::opt::InputArgList &Args);
llvm::Error runVerify(const llvm::opt::InputArgList &Args);
llvm::Error runVmlinux(const llvm::opt::InputArgList &Args);

/// The files that a stage works on, read and checked; the objects point into the bytes.
struct Objects {
  std::vector<std::unique_ptr<llvm::MemoryBuffer>> Bytes;
  std::vector<BPFObject> Parsed;
};

/// All objects that \p Paths, or the inputs of \p Args, name; an error if there is none, or one cannot be read.
llvm::Expected<Objects> readObjects(llvm::ArrayRef<std::string> Paths);
llvm::Expected<Objects> readObjects(const llvm::opt::InputArgList &Args);

/// The only one.
llvm::Expected<Objects> readOneObject(const llvm::opt::InputArgList &Args);

/// The BTF that --btf= or --base= names: "kernel" or a file. \p Base is what split BTF continues.
llvm::Expected<btf::BTFFile> openBTF(llvm::StringRef Source, const btf::BTF *Base = nullptr);

/// Which diagnostics are printed, and how: -W…, -w, --diagnostics-format=.
struct DiagnosticOptions {
  CheckOptions Checks;
  DiagnosticFormat Format;
};

llvm::Expected<DiagnosticOptions> diagnosticOptions(const llvm::opt::InputArgList &Args);

/// Prints what remains of \p Diagnostics under \p Options; the stage's result.
llvm::Error printAll(std::vector<Diagnostic> Diagnostics, const DiagnosticOptions &Options);

/// Writes \p Bytes where -o says, or to standard output.
llvm::Error write(const llvm::opt::InputArgList &Args, std::string Bytes);

} // namespace bpfbuild

#endif
