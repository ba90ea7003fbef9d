//===- Limits.cpp - what BPF cannot do ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Checks/Limits.h"
#include "Compile/DebugInfo.h"
#include "Compile/LLVMVersion.h"
#include "llvm/ADT/SCCIterator.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/CallGraph.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsBPF.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild {

static constexpr StringLiteral Constructors = "llvm.global_ctors";
/// Of the variable that tells whether another was initialised, in a mangled name.
static constexpr StringLiteral GuardPrefix = "_ZGV";

/// A place that is in no function of the module.
static DebugLoc lineIn(LLVMContext &Context, DIFile *File, unsigned Line) {
  auto *Nowhere = DISubprogram::getDistinct(Context, File, "", "", File, Line, nullptr, Line, nullptr, 0, 0,
                                            DINode::FlagZero, DISubprogram::SPFlagZero, nullptr);
  return DILocation::get(Context, Line, 1, Nowhere);
}

/// The line of a function's definition; none without debug information.
static DebugLoc lineOf(const Function &F) {
  const DISubprogram *P = F.getSubprogram();
  return P ? lineIn(F.getContext(), P->getFile(), P->getLine()) : DebugLoc();
}

/// Reports an error at the line, or at the function's where the optimiser has left none.
static void refuse(const Function &F, DebugLoc Line, const Twine &Message) {
  if (!Line || Line.getLine() == 0)
    Line = lineOf(F);
  F.getContext().diagnose(DiagnosticInfoUnsupported(F, Message, Line));
}

/// Reports an error that is about no function.
static void refuseAt(Module &M, DebugLoc Line, const Twine &Message) {
  // A diagnostic has one, which Clang does not show.
  Function *Any =
      Function::Create(FunctionType::get(Type::getVoidTy(M.getContext()), false), GlobalValue::PrivateLinkage, "", &M);
  refuse(*Any, Line, Message);
  Any->eraseFromParent();
}

void refuse(const GlobalObject &Object, const Twine &Message) {
  if (const auto *F = dyn_cast<Function>(&Object))
    return refuse(*F, DebugLoc(), Message);
  DebugLoc Line;
  if (auto *Variable = dyn_cast<GlobalVariable>(&Object))
    if (const DIGlobalVariable *V = descriptionOf(*Variable))
      Line = lineIn(Object.getContext(), V->getFile(), V->getLine());
  refuseAt(const_cast<Module &>(*Object.getParent()), Line, Message);
}

const Helper *helperOf(const CallBase &Call) {
  const auto *Callee = dyn_cast<ConstantExpr>(Call.getCalledOperand()->stripPointerCasts());
  const auto *Number =
      Callee && Callee->getOpcode() == Instruction::IntToPtr ? dyn_cast<ConstantInt>(Callee->getOperand(0)) : nullptr;
  return Number ? findHelper(Number->getLimitedValue(UINT32_MAX)) : nullptr;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// Why a function of the runtime that a host has is not there; empty for any other.
static StringRef whyAbsent(StringRef Name) {
  constexpr StringLiteral NoHeap = "BPF has no heap; a map, or bpf_obj_new() since Linux 6.2, gives memory";
  constexpr StringLiteral NoExceptions = "BPF has no exceptions";
  constexpr StringLiteral NotInLine = "how many bytes is not a constant, or too many; a loop can do it";
  if (Name.starts_with("_Znw") || Name.starts_with("_Zna") || Name.starts_with("_Zdl") || Name.starts_with("_Zda"))
    return NoHeap;
  if (Name.starts_with("_Unwind_"))
    return NoExceptions;
  if (is_contained({"malloc", "calloc", "realloc", "free", "aligned_alloc"}, Name))
    return NoHeap;
  if (is_contained({"__cxa_throw", "__cxa_rethrow", "__cxa_begin_catch", "__cxa_allocate_exception"}, Name))
    return NoExceptions;
  if (is_contained({"__cxa_atexit", "atexit", "__dso_handle"}, Name))
    return "nothing is destroyed when a BPF program is unloaded";
  if (Name == "__cxa_pure_virtual")
    return "it is a pure virtual function";
  if (is_contained({"printf", "puts", "putchar"}, Name))
    return "bpf_printk() and bpf::print() write to trace_pipe";
  if (is_contained({"memcpy", "memmove", "memset", "memcmp", "bcmp"}, Name))
    return NotInLine;
  if (is_contained({"strlen", "strcmp", "strncmp", "strcpy", "strncpy", "strchr", "strstr"}, Name))
    return "BPF has no C library; bpf_strncmp() and kfuncs such as bpf_strlen() are the kernel's";
  if (is_contained({"abort", "exit", "_exit", "__assert_fail"}, Name))
    return "a BPF program ends where its function returns";
  return "";
}

/// The name as the source has it.
static std::string sourceName(const Function &F) {
  return demangle(F.getName());
}

static void remove(CallBase &Call) {
  if (!Call.getType()->isVoidTy())
    Call.replaceAllUsesWith(PoisonValue::get(Call.getType()));
  Call.eraseFromParent();
}

static void checkCall(Function &F, CallBase &Call) {
  if (Call.isInlineAsm() || isa<IntrinsicInst>(Call))
    return;
  const Value *Callee = Call.getCalledOperand()->stripPointerCasts();
  const auto *Known = dyn_cast<Function>(Callee);
  if (!Known && isa<Constant>(Callee)) // a helper
    return;
  if (!Known) {
    refuse(F, Call.getDebugLoc(),
           "a virtual call, or one through a pointer: BPF calls functions that are known when it is compiled");
    return remove(Call);
  }
  StringRef Why = Known->isDeclaration() && !Known->hasSection() ? whyAbsent(Known->getName()) : "";
  bool IsExpanded = is_contained({"memcmp", "bcmp"}, Known->getName()) && Call.arg_size() == 3 &&
                    isa<ConstantInt>(Call.getArgOperand(2)); // by the back end
  if (Why.empty() || IsExpanded)
    return;
  refuse(F, Call.getDebugLoc(), "call of '" + sourceName(*Known) + "': " + Why);
  remove(Call);
}

/// What a function's signature asks of the machine: five registers for arguments, one for the result. Empty if it has
/// that.
static std::string whyNoSuchFunction(const Function &F) {
  constexpr uint64_t RegisterBits = 64, MaxArguments = 5;
  const DataLayout &Layout = F.getDataLayout();
  Type *Result = F.getReturnType();
  if (F.hasStructRetAttr() || Result->isAggregateType() ||
      (Result->isSized() && Layout.getTypeSizeInBits(Result) > RegisterBits))
    return "returns more than the 8 bytes that a register holds; let it write to a reference or pointer";
  uint64_t Registers = 0;
  bool IsCalled = any_of(F.users(), [](const User *U) { return isa<CallBase>(U); });
  for (const Argument &A : F.args()) {
    if (A.hasByValAttr() && IsCalled) // of others the back end makes code, which is never used
      return formatv("takes {0} bytes by value, of 16 at most; let it take a reference or pointer",
                     Layout.getTypeAllocSize(A.getParamByValType()).getFixedValue());
    Registers += divideCeil(Layout.getTypeSizeInBits(A.getType()).getFixedValue(), RegisterBits);
  }
  if (Registers > MaxArguments)
    return formatv("takes {0} arguments (of 8 bytes), of 5 at most", Registers);
  return "";
}

/// A function of this object may return a struct in memory of its caller's, by a pointer like any other: only by the
/// attribute does the back end know, and refuse, it. (Of the object's other functions, the verifier asks what BTF
/// says.)
static void passResultAsPointer(Function &F) {
  F.removeParamAttr(0, Attribute::StructRet);
  for (User *U : F.users())
    if (auto *Call = dyn_cast<CallBase>(U); Call && Call->getCalledOperand() == &F)
      Call->removeParamAttr(0, Attribute::StructRet);
}

/// Functions that the back end cannot emit are taken out, with the calls of them.
static void checkSignatures(Module &M) {
  for (Function &F : M) {
    bool ReturnsInMemory = F.hasLocalLinkage() && F.hasParamAttribute(0, Attribute::StructRet);
    if (ReturnsInMemory)
      passResultAsPointer(F);
    std::string Why = F.isIntrinsic() ? "" : whyNoSuchFunction(F);
    if (Why.empty() || (F.isDeclaration() && F.use_empty()))
      continue;
    refuse(F, "'" + sourceName(F) + "' " + Why + (ReturnsInMemory ? "; one is the place of its result" : ""));
    SmallSetVector<CallBase *, 4> Calls;
    for (User *U : F.users())
      if (auto *Call = dyn_cast<CallBase>(U); Call && Call->getCalledOperand() == &F)
        Calls.insert(Call);
    for (CallBase *Call : Calls)
      remove(*Call);
    F.deleteBody();
  }
}

/// True for what the back end makes a call of the runtime of. The sign of a number is a bit of it.
static bool isFloatingPoint(const Instruction &I) {
  auto IsFloat = [](const Value *V) { return V->getType()->isFPOrFPVectorTy(); };
  if (const auto *Known = dyn_cast<IntrinsicInst>(&I);
      Known && is_contained({Intrinsic::fabs, Intrinsic::copysign, Intrinsic::is_fpclass}, Known->getIntrinsicID()))
    return false;
  if (isa<BinaryOperator, FCmpInst, IntrinsicInst>(I))
    return any_of(I.operand_values(), IsFloat);
  return isa<CastInst>(I) && !isa<BitCastInst>(I) && (IsFloat(&I) || IsFloat(I.getOperand(0)));
}

/// What an instruction asks that BPF has no instruction for; empty if it has.
static std::string whyNoSuchInstruction(const Instruction &I) {
  constexpr AtomicRMWInst::BinOp Known[] = {AtomicRMWInst::Add, AtomicRMWInst::Sub, AtomicRMWInst::And,
                                            AtomicRMWInst::Or,  AtomicRMWInst::Xor, AtomicRMWInst::Xchg};
  if (isFloatingPoint(I))
    return "a calculation with floating-point numbers: BPF has integers";
  const Value *Operand = nullptr;
  if (const auto *Change = dyn_cast<AtomicRMWInst>(&I)) {
    Operand = Change->getValOperand();
    if (!is_contained(Known, Change->getOperation()))
      return "an atomic " + AtomicRMWInst::getOperationName(Change->getOperation()).str() +
             ": BPF has add, sub, and, or, xor and exchange";
  } else if (const auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I)) {
    Operand = Exchange->getNewValOperand();
  }
  uint64_t Bytes = Operand ? I.getDataLayout().getTypeStoreSize(Operand->getType()).getFixedValue() : 0;
  if (Operand && Bytes != 4 && Bytes != 8) // check_atomic() of the verifier
    return formatv("an atomic operation on {0} bytes: BPF has those on 4 and 8", Bytes);
  bool HasLoads = I.getFunction()->getFnAttribute("target-cpu").getValueAsString() == "v4";
  if (!HasLoads && isa<LoadInst, StoreInst>(I) && I.isAtomic())
    return "an atomic load or store: BPF has those with -mcpu=v4; one through a pointer to volatile is done as it is "
           "written";
  if (isa<FenceInst>(I))
    return "a memory fence, for which BPF has no instruction";
  if (!HasLoads && isa<IndirectBrInst>(I)) // v4 has jump tables too: gotox
    return "a computed goto: BPF has those with -mcpu=v4, for Linux 6.19";
  return "";
}

static void checkInstructions(Module &M) {
  for (Function &F : M)
    for (const Instruction &I : instructions(F))
      if (std::string Why = whyNoSuchInstruction(I); !Why.empty()) {
        refuse(F, I.getDebugLoc(), Why);
        F.deleteBody();
        break;
      }
}

/// The kernel's functions that take the address of a key, a value, or both, which are never of the context.
static constexpr StringLiteral TakesKey[] = {"bpf_map_lookup_elem", "bpf_map_update_elem", "bpf_map_delete_elem",
                                             "bpf_map_push_elem", "bpf_map_lookup_percpu_elem"};

/// What the address is a number of bytes from, relocated ones too.
static const Value *baseOf(const Value *Address) {
  for (;;) {
    const Value *Base = Address->stripPointerCasts();
    if (const auto *Step = dyn_cast<GetElementPtrInst>(Base))
      Base = Step->getPointerOperand();
    else if (const auto *Same = dyn_cast<IntrinsicInst>(Base);
             Same && Same->getIntrinsicID() == Intrinsic::bpf_passthrough)
      Base = Same->getArgOperand(1);
    if (Base == Address)
      return Base;
    Address = Base;
  }
}

/// The verifier takes no address within the context as memory (check_helper_mem_access()).
static void checkContext(Module &M) {
  for (Function &F : M) {
    if (!F.hasSection() || F.arg_empty() || F.getSection().starts_with("syscall")) // whose context is memory
      continue;
    for (Instruction &I : instructions(F)) {
      const auto *Call = dyn_cast<CallBase>(&I);
      const Helper *Taker = Call ? helperOf(*Call) : nullptr;
      bool IsOfContext = Taker && is_contained(TakesKey, Taker->Name) &&
                         any_of(drop_begin(Call->args()),
                                [&](const Use &U) { return U->getType()->isPointerTy() && baseOf(U) == F.getArg(0); });
      if (IsOfContext)
        refuse(F, I.getDebugLoc(),
               "the address of a member of the context is given to " + Taker->Name +
                   "(), and the verifier takes none: copy the member into a variable");
    }
  }
}

/// Variables that alone are larger than the stack; of the rest, the back end knows the sum.
static void checkStack(Module &M) {
  constexpr uint64_t StackBytes = 512; // MAX_BPF_STACK
  auto Size = cl::getRegisteredOptions().find("bpf-stack-size");
  if (Size != cl::getRegisteredOptions().end() && Size->second->getNumOccurrences() != 0)
    return;
  for (Function &F : M) {
    bool IsTooLarge = false;
    for (const Instruction &I : instructions(F)) {
      const auto *Variable = dyn_cast<AllocaInst>(&I);
      std::optional<TypeSize> Bytes = Variable ? Variable->getAllocationSize(F.getDataLayout()) : std::nullopt;
      if (!Bytes || Bytes->isScalable() || Bytes->getFixedValue() <= StackBytes)
        continue;
      DebugLoc Line;
      for (const DbgVariableRecord *Record : debugRecordsOf(const_cast<AllocaInst &>(*Variable)))
        Line = DILocation::get(F.getContext(), Record->getVariable()->getLine(), 1, Record->getDebugLoc().getScope(),
                               Record->getDebugLoc().getInlinedAt());
      refuse(F, Line,
             "a variable of " + Twine(Bytes->getFixedValue()) +
                 " bytes does not fit on the stack, which has 512; a map of one element per CPU has room");
      IsTooLarge = true;
    }
    if (IsTooLarge)
      F.deleteBody();
  }
}

/// The verifier adds up the stack of everything that a function can call (check_max_stack_depth()).
static void checkRecursion(Module &M) {
  CallGraph Calls(M);
  for (auto Circle = scc_begin(&Calls); !Circle.isAtEnd(); ++Circle) {
    if (!Circle.hasCycle())
      continue;
    const CallGraphNode *First = Circle->back();
    if (!First->getFunction())
      continue;
    for (const CallGraphNode::CallRecord &Record : *First) {
      const Function *Callee = Record.second->getFunction();
      if (!Record.first || !*Record.first || !is_contained(*Circle, Record.second))
        continue;
      std::string Way = Callee == First->getFunction() ? "" : ", by way of '" + sourceName(*Callee) + "'";
      refuse(*First->getFunction(), cast<CallBase>(*Record.first)->getDebugLoc(),
             "'" + sourceName(*First->getFunction()) + "' calls itself" + Way +
                 ": BPF has no recursion; a loop and a map can stand for it");
      break;
    }
  }
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

/// Adds the variables that a function stores to, itself or by way of the functions that it calls.
static void findInitialised(const Function &F, SmallPtrSetImpl<const Function *> &Seen,
                            SetVector<const GlobalVariable *> &Found) {
  if (!Seen.insert(&F).second)
    return;
  for (const Instruction &I : instructions(F)) {
    for (const Value *Operand : I.operands())
      if (auto *Variable = dyn_cast<GlobalVariable>(Operand->stripInBoundsConstantOffsets());
          Variable && Variable->hasInitializer() && !Variable->isConstant() &&
          !Variable->getName().starts_with(GuardPrefix) && (isa<StoreInst>(I) || isa<CallBase>(I)))
        Found.insert(Variable);
    if (auto *Call = dyn_cast<CallBase>(&I))
      if (const Function *Callee = Call->getCalledFunction(); Callee && !Callee->isDeclaration())
        findInitialised(*Callee, Seen, Found);
  }
}

static void refuseInitialiser(const GlobalVariable &Variable) {
  refuse(Variable, "variable '" + demangle(Variable.getName()) +
                       "' is initialised or destroyed at run time: BPF runs nothing but programs; constinit asks for a "
                       "constant");
}

static void checkInitialisers(Module &M) {
  GlobalVariable *List = M.getGlobalVariable(Constructors);
  if (!List)
    return;
  SmallVector<Function *> Initialisers;
  if (auto *Entries = dyn_cast<ConstantArray>(List->getInitializer()))
    for (const Use &Entry : Entries->operands())
      if (auto *F = dyn_cast<Function>(cast<ConstantStruct>(Entry)->getOperand(1)->stripPointerCasts()))
        Initialisers.push_back(F);
  List->eraseFromParent();
  for (Function *F : Initialisers) {
    SetVector<const GlobalVariable *> Found;
    SmallPtrSet<const Function *, 8> Seen;
    findInitialised(*F, Seen, Found);
    if (Found.empty())
      refuse(*F, DebugLoc(), "this file has something to run before its programs, which BPF does not do");
    for (const GlobalVariable *Variable : Found)
      refuseInitialiser(*Variable);
  }
  for (Function *F : Initialisers) {
    F->deleteBody();
    if (F->use_empty())
      F->eraseFromParent();
  }
}

void useOldAdditions(Module &M) {
  for (Function &F : M)
    for (Instruction &I : instructions(F))
      if (auto *Atomic = dyn_cast<AtomicRMWInst>(&I); Atomic && Atomic->use_empty())
        if (Atomic->getOperation() == AtomicRMWInst::Add || Atomic->getOperation() == AtomicRMWInst::Sub)
          Atomic->setOrdering(AtomicOrdering::Monotonic);
}

void refuseGuardedVariables(Module &M) {
  for (GlobalVariable &Guard : M.globals()) {
    StringRef Name = Guard.getName();
    if (!Name.consume_front(GuardPrefix) || !Name.starts_with("Z")) // the others are initialised before all programs
      continue;
    if (GlobalVariable *Variable = M.getGlobalVariable(("_Z" + Name).str(), /*AllowInternal=*/true))
      refuseInitialiser(*Variable);
  }
}

namespace {
/// Between the back end and who prints what it says: has what users meet put in the words of their source, and the
/// stack, of which it speaks at every instruction that needs what lies beyond, mentioned once for a function.
class BackEndHandler : public DiagnosticHandler {
public:
  explicit BackEndHandler(std::unique_ptr<DiagnosticHandler> Printer) : Printer(std::move(Printer)) {}

  bool handleDiagnostics(const DiagnosticInfo &Info) override;
  bool isAnalysisRemarkEnabled(StringRef Pass) const override { return Printer->isAnalysisRemarkEnabled(Pass); }
  bool isMissedOptRemarkEnabled(StringRef Pass) const override { return Printer->isMissedOptRemarkEnabled(Pass); }
  bool isPassedOptRemarkEnabled(StringRef Pass) const override { return Printer->isPassedOptRemarkEnabled(Pass); }
  bool isAnyRemarkEnabled() const override { return Printer->isAnyRemarkEnabled(); }

private:
  std::unique_ptr<DiagnosticHandler> Printer;
  SmallPtrSet<const Function *, 2> Said;
};
} // namespace

bool BackEndHandler::handleDiagnostics(const DiagnosticInfo &Info) {
  const auto *Unsupported = dyn_cast<DiagnosticInfoUnsupported>(&Info);
  if (!Unsupported)
    return Printer->handleDiagnostics(Info);
  const Function &F = Unsupported->getFunction();
  std::string Text = Unsupported->getMessage().str();
  StringRef Callee = Text;
  if (Callee.consume_front("A call to built-in function '")) {
    Callee = Callee.split('\'').first;
    if (StringRef Why = whyAbsent(Callee); !Why.empty())
      return Printer->handleDiagnostics(
          DiagnosticInfoUnsupported(F, "call of '" + Callee + "': " + Why, Unsupported->getLocation()));
  }
  if (!StringRef(Text).contains("BPF stack limit is exceeded"))
    return Printer->handleDiagnostics(Info);
  if (!Said.insert(&F).second)
    return true;
  std::string Message =
      "what '" + sourceName(F) +
      "' and what is inlined into it keep on the stack does not fit there, in 512 bytes; a map of one "
      "element per CPU has room";
  return Printer->handleDiagnostics(DiagnosticInfoUnsupported(F, Message, lineOf(F)));
}

/// The back end runs later, within the same context.
static void explainBackEnd(LLVMContext &Context) {
  if (std::unique_ptr<DiagnosticHandler> Printer = Context.getDiagnosticHandler())
    Context.setDiagnosticHandler(std::make_unique<BackEndHandler>(std::move(Printer)));
}

/// BTF says in 32 bits at which bit a member is.
static void checkTypeSizes(Module &M) {
  constexpr uint64_t MaxBits = UINT32_MAX;
  DebugInfoFinder Finder;
  Finder.processModule(M);
  for (const DIType *T : Finder.types()) {
    bool IsRecord =
        is_contained({dwarf::DW_TAG_structure_type, dwarf::DW_TAG_union_type, dwarf::DW_TAG_class_type}, T->getTag());
    if (IsRecord && T->getSizeInBits() > MaxBits)
      refuseAt(M, lineIn(M.getContext(), T->getFile(), T->getLine()),
               formatv("'{0}' has {1} bytes: BTF describes types of at most {2}", T->getName(), T->getSizeInBits() / 8,
                       MaxBits / 8));
  }
}

void refuseWhatBPFCannotDo(Module &M) {
  checkTypeSizes(M);
  checkInitialisers(M);
  for (Function &F : M)
    for (Instruction &I : make_early_inc_range(instructions(F)))
      if (auto *Call = dyn_cast<CallBase>(&I))
        checkCall(F, *Call);
  checkRecursion(M);
  checkSignatures(M);
  checkInstructions(M);
  checkContext(M);
  checkStack(M);
  explainBackEnd(M.getContext());
}

} // namespace bpfbuild
