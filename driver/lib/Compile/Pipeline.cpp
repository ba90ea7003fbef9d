//===- Pipeline.cpp - what happens to a module before code is made --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Pipeline.h"
#include "Compile/Checks/Limits.h"
#include "Compile/Checks/NullChecks.h"
#include "Compile/Cxx/CxxConsumer.h"
#include "Compile/Cxx/CxxDebugInfo.h"
#include "Compile/LLVMVersion.h"
#include "Compile/MapRecords.h"
#include "clang/Frontend/MultiplexConsumer.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsBPF.h"
#include "llvm/Passes/PassBuilder.h"

using namespace llvm;

namespace bpfbuild {

//===----------------------------------------------------------------------===//
// Relocations
//===----------------------------------------------------------------------===//

namespace {
/// LLVM makes a variable of each CO-RE relocation and keeps them by the names of types, for as long as the process
/// lives: a second module would get the first one's, which is gone. So types have another name in each module until
/// LLVM's pass, the first of the pipeline, is through (BPFAbstractMemberAccess::GEPGlobals); in the first module
/// nothing is in the way. The names are in the same order as without the number, which stands before a colon: LLVM goes
/// over the variables in that order, and the registers follow from it.
class RelocationNames {
public:
  void makeUnique(Module &M);
  void restore();

private:
  static constexpr unsigned NameOperand = 2;
  static unsigned Modules;

  SetVector<DIType *> Types;
  std::vector<Metadata *> Names; ///< what they were called
};
} // namespace

unsigned RelocationNames::Modules = 0;

static bool isRelocated(Intrinsic::ID Id) {
  switch (Id) {
  case Intrinsic::preserve_array_access_index:
  case Intrinsic::preserve_union_access_index:
  case Intrinsic::preserve_struct_access_index:
  case Intrinsic::bpf_preserve_field_info:
  case Intrinsic::bpf_preserve_type_info:
  case Intrinsic::bpf_preserve_enum_value:
    return true;
  default:
    return false;
  }
}

/// LLVM's pass goes over the calls that it makes relocations of in the order of their addresses (AIChain and
/// BaseAICalls of BPFAbstractMemberAccess), and the registers follow from that. Which addresses they get depends on
/// what the heap was used for before. So that the code does not, calls that stand out of order are made again.
static void orderByAddress(Function &F) {
  constexpr size_t MaxAttempts = 1 << 16;
  SmallVector<CallInst *> Calls, Unfit;
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<IntrinsicInst>(&I); Call && isRelocated(Call->getIntrinsicID()))
      Calls.push_back(Call);
  const CallInst *Last = nullptr;
  for (CallInst *Call : Calls) {
    while (Call < Last && Unfit.size() < MaxAttempts) {
      auto *Copy = cast<CallInst>(Call->clone());
      if (Copy < Last) {
        Unfit.push_back(Copy);
        continue;
      }
      Copy->insertBefore(Call->getIterator());
      Copy->takeName(Call);
      Call->replaceAllUsesWith(Copy);
      Call->eraseFromParent();
      Call = Copy;
    }
    Last = Call;
  }
  for (CallInst *Copy : Unfit)
    Copy->deleteValue();
}

void RelocationNames::makeUnique(Module &M) {
  for (Function &F : M)
    orderByAddress(F);
  if (++Modules == 1)
    return;
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      for (Metadata *Node = I.getMetadata(LLVMContext::MD_preserve_access_index);
           auto *T = dyn_cast_or_null<DIType>(Node);) {
        if (!T->getName().empty())
          Types.insert(T);
        auto *Alias = dyn_cast<DIDerivedType>(T);
        auto *Composite = dyn_cast<DICompositeType>(T);
        bool IsArray = Composite && Composite->getTag() == dwarf::DW_TAG_array_type;
        Node = Alias ? Alias->getRawBaseType() : IsArray ? Composite->getRawBaseType() : nullptr;
      }
  for (DIType *T : Types) {
    Names.push_back(T->getRawName());
    T->replaceOperandWith(NameOperand, MDString::get(M.getContext(), (T->getName() + ";" + Twine(Modules)).str()));
  }
}

void RelocationNames::restore() {
  for (auto [T, Name] : zip(Types, Names))
    T->replaceOperandWith(NameOperand, Name);
  Types.clear();
  Names.clear();
}

//===----------------------------------------------------------------------===//
// Passes
//===----------------------------------------------------------------------===//

/// Takes the debug information from variables that the optimiser has split, or made smaller: in BTF, which has no words
/// for a part, they would be larger than their section, and the kernel would refuse all of it.
static void forgetPieces(Module &M) {
  SmallVector<DIGlobalVariableExpression *> Debug;
  for (GlobalVariable &Variable : M.globals()) {
    Debug.clear();
    Variable.getDebugInfo(Debug);
    bool IsPiece =
        any_of(Debug, [](const DIGlobalVariableExpression *E) { return E->getExpression()->getNumElements() != 0; });
    if (Variable.hasLocalLinkage() && IsPiece)
      Variable.eraseMetadata(LLVMContext::MD_dbg);
  }
}

/// Makes LLVM's AsmPrinter emit no DWARF, while BTF, which is made from the same metadata, is emitted as ever: it
/// writes DWARF unless the module asks for CodeView alone, and CodeView is only ever written for Windows.
static PreservedAnalyses suppressDwarf(Module &M) {
  NamedMDNode *Flags = M.getModuleFlagsMetadata();
  if (!Flags || !M.getDwarfVersion())
    return PreservedAnalyses::all();
  SmallVector<MDNode *> Kept;
  for (MDNode *Flag : Flags->operands())
    if (cast<MDString>(Flag->getOperand(1))->getString() != "Dwarf Version")
      Kept.push_back(Flag);
  Flags->clearOperands();
  for (MDNode *Flag : Kept)
    Flags->addOperand(Flag);
  M.addModuleFlag(Module::Warning, "CodeView", 1);
  return PreservedAnalyses::all();
}

namespace {
/// Makes of the source what BTF and libbpf can name, before anything else looks at the module.
struct LowerPass : PassInfoMixin<LowerPass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    Relocations->restore();
    if (IsCxx) {
      refuseGuardedVariables(M);
      dissolveComdats(M);
      applyAnnotations(M);
      markReferences(M);
      gatherNamespaces(M);
      nameSymbols(M);
      reduceDebugInfo(M);
    }
    nameParameters(M);
    if (LoadedBy == Loader::Libbpf) // others know what the value of a ring buffer is
      moveRecordTypes(M);
    return PreservedAnalyses::none();
  }
  static bool isRequired() { return true; }

  bool IsCxx;
  Loader LoadedBy;
  std::shared_ptr<RelocationNames> Relocations;
};

/// The last look at the module before the back end's.
struct FinishPass : PassInfoMixin<FinishPass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    moveLinesToCallers(M);
    forgetPieces(M);
    refuseWhatBPFCannotDo(M);
    if (Target && *Target < FetchingAtomics)
      useOldAdditions(M);
    *Found = findUnaskedNull(M, Target.value_or(NewestKernel));
    if (Finish)
      Finish(M);
    return PreservedAnalyses::none();
  }
  static bool isRequired() { return true; }

  static constexpr KernelVersion FetchingAtomics{5, 12};

  std::optional<KernelVersion> Target;
  std::function<void(Module &)> Finish;
  std::vector<Diagnostic> *Found; ///< what the source's diagnostics are to say of the module
};

struct SuppressDwarfPass : PassInfoMixin<SuppressDwarfPass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) { return suppressDwarf(M); }
  static bool isRequired() { return true; }
};

} // namespace

void addPasses(clang::CodeGenOptions &CodeGen, const PipelineOptions &Options, std::vector<Diagnostic> &Found) {
  auto Relocations = std::make_shared<RelocationNames>();
  CodeGen.PassBuilderCallbacks.push_back([Options, Relocations, &Found](PassBuilder &PB) {
    PB.getPassInstrumentationCallbacks()->registerBeforeNonSkippedPassCallback(
        [Relocations, IsFirst = true](StringRef, Any IR) mutable {
          auto *const *M = any_cast<const Module *>(&IR);
          if (M && std::exchange(IsFirst, false))
            Relocations->makeUnique(const_cast<Module &>(**M));
        });
    PB.registerPipelineStartEPCallback([=](ModulePassManager &Passes, OptimizationLevel) {
      Passes.addPass(LowerPass{{}, Options.IsCxx, Options.LoadedBy, Relocations});
    });
    atOptimizerEnd(PB, [=, &Found](ModulePassManager &Passes) {
      Passes.addPass(FinishPass{{}, Options.Oldest, Options.Finish, &Found});
      if (!Options.KeepDwarf)
        Passes.addPass(SuppressDwarfPass());
    });
  });
  if (!Options.KeepDwarf)
    CodeGen.DwarfVersion = 4; // from 5 on there are checksums of all files in it
}

std::unique_ptr<clang::ASTConsumer> behindCxxConsumer(const clang::CompilerInstance &CI,
                                                      std::unique_ptr<clang::ASTConsumer> Emit) {
  if (!Emit || !CI.getLangOpts().CPlusPlus)
    return Emit;
  std::vector<std::unique_ptr<clang::ASTConsumer>> Both;
  Both.push_back(std::make_unique<CxxConsumer>(CI.getDiagnostics()));
  Both.push_back(std::move(Emit));
  return std::make_unique<clang::MultiplexConsumer>(std::move(Both));
}

} // namespace bpfbuild
