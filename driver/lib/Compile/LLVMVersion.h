//===- LLVMVersion.h - what differs between LLVM versions -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one place for headers, names and signatures of Clang that move from release to release; what is not Clang's is in
// Support/Options.cpp. LLVM 22 is what is shipped, 19 the oldest that works.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_LLVMVERSION_H
#define BPFBUILD_COMPILE_LLVMVERSION_H

#include "llvm/Config/llvm-config.h"

#if LLVM_VERSION_MAJOR < 19 || LLVM_VERSION_MAJOR > 22
#error "BPFBuild is built with LLVM and Clang 19 to 22"
#endif

#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/DiagnosticOptions.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Passes/PassBuilder.h"
#if LLVM_VERSION_MAJOR >= 22
#include "clang/Options/Options.h"
#else
#include "clang/Driver/Options.h"
#endif

namespace bpfbuild {

// Clang's options.
#if LLVM_VERSION_MAJOR >= 22
namespace cl_options = clang::options;
using clang::getDriverOptTable;
#else
namespace cl_options = clang::driver::options;
using clang::driver::getDriverOptTable;
#endif

/// How options are passed to printers of diagnostics; older ones share the ownership, of a copy.
#if LLVM_VERSION_MAJOR >= 21
inline clang::DiagnosticOptions &forPrinter(clang::DiagnosticOptions &Options) {
  return Options;
}
#else
inline clang::DiagnosticOptions *forPrinter(clang::DiagnosticOptions &Options) {
  return new clang::DiagnosticOptions(Options);
}
#endif

/// An engine with \p Options, of which older versions keep a copy.
inline clang::DiagnosticsEngine makeDiagnosticsEngine(llvm::IntrusiveRefCntPtr<clang::DiagnosticIDs> Ids,
                                                      clang::DiagnosticOptions &Options,
                                                      clang::DiagnosticConsumer *Client, bool OwnsClient = true) {
#if LLVM_VERSION_MAJOR >= 21
  return clang::DiagnosticsEngine(std::move(Ids), Options, Client, OwnsClient);
#else
  return clang::DiagnosticsEngine(std::move(Ids), new clang::DiagnosticOptions(Options), Client, OwnsClient);
#endif
}

inline std::unique_ptr<clang::CompilerInstance>
makeCompilerInstance(std::shared_ptr<clang::CompilerInvocation> Invocation) {
#if LLVM_VERSION_MAJOR >= 21
  return std::make_unique<clang::CompilerInstance>(std::move(Invocation));
#else
  auto CI = std::make_unique<clang::CompilerInstance>();
  CI->setInvocation(std::move(Invocation));
  return CI;
#endif
}

/// Has the compiler read files from \p Files, and its messages go to \p Client, which it owns.
inline void setUp(clang::CompilerInstance &CI, llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files,
                  clang::DiagnosticConsumer *Client) {
#if LLVM_VERSION_MAJOR >= 22
  CI.setVirtualFileSystem(std::move(Files));
  CI.createDiagnostics(Client);
#elif LLVM_VERSION_MAJOR >= 20
  CI.createDiagnostics(*Files, Client);
  CI.createFileManager(std::move(Files));
#else
  CI.createDiagnostics(Client);
  CI.createFileManager(std::move(Files));
#endif
}

/// Applies -W options to \p Diags, without a word about them.
inline void processWarnings(clang::DiagnosticsEngine &Diags, const clang::DiagnosticOptions &Options,
                            llvm::vfs::FileSystem &Files) {
#if LLVM_VERSION_MAJOR >= 20
  clang::ProcessWarningOptions(Diags, Options, Files, /*ReportDiags=*/false);
#else
  clang::ProcessWarningOptions(Diags, Options, /*ReportDiags=*/false);
#endif
}

/// Adds passes behind the optimiser's.
inline void atOptimizerEnd(llvm::PassBuilder &Builder, std::function<void(llvm::ModulePassManager &)> Add) {
#if LLVM_VERSION_MAJOR >= 20
  Builder.registerOptimizerLastEPCallback(
      [Add](llvm::ModulePassManager &Passes, llvm::OptimizationLevel, llvm::ThinOrFullLTOPhase) { Add(Passes); });
#else
  Builder.registerOptimizerLastEPCallback(
      [Add](llvm::ModulePassManager &Passes, llvm::OptimizationLevel) { Add(Passes); });
#endif
}

/// Has \p Source complete what \p S (clang::Sema) looks up in vain.
template <typename Sema, typename T> void addExternalSource(Sema &S, llvm::IntrusiveRefCntPtr<T> Source) {
#if LLVM_VERSION_MAJOR >= 22
  S.addExternalSource(std::move(Source));
#else
  S.addExternalSource(Source.get()); // which is kept
#endif
}

/// Has \p Style (clang::format::FormatStyle) leave #include lines in their order.
template <typename Style> void keepIncludes(Style &S) {
#if LLVM_VERSION_MAJOR >= 21
  S.SortIncludes.Enabled = false;
#else
  S.SortIncludes = Style::SI_Never;
#endif
}

/// The debug records of what \p Address points to.
inline llvm::SmallVector<llvm::DbgVariableRecord *> debugRecordsOf(llvm::Value &Address) {
  llvm::SmallVector<llvm::DbgVariableRecord *> Records;
#if LLVM_VERSION_MAJOR >= 22
  llvm::findDbgUsers(&Address, Records);
#else
  llvm::SmallVector<llvm::DbgVariableIntrinsic *> Calls;
  llvm::findDbgUsers(Calls, &Address, &Records);
#endif
  return Records;
}

/// The same record, as a struct.
inline llvm::DICompositeType *asStruct(const llvm::DICompositeType &T) {
  return llvm::DICompositeType::getDistinct(
      T.getContext(), llvm::dwarf::DW_TAG_structure_type, T.getRawName(), T.getRawFile(), T.getLine(), T.getRawScope(),
      nullptr, T.getSizeInBits(), T.getAlignInBits(), T.getOffsetInBits(), T.getFlags(), T.getRawElements(),
      T.getRuntimeLang(),
#if LLVM_VERSION_MAJOR >= 20
      std::nullopt,
#endif
      nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, T.getRawAnnotations());
}

} // namespace bpfbuild

#endif
