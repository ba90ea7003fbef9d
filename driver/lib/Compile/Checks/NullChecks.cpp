//===- NullChecks.cpp - what may be null is asked -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Checks/NullChecks.h"
#include "Compile/DebugInfo.h"
#include "Compile/Checks/Limits.h"
#include "Kernel/Helpers.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/PostDominators.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsBPF.h"
#include "llvm/IR/PatternMatch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

/// The helpers whose results are pointers that may be null (PTR_MAYBE_NULL of bpf_func_proto::ret_type).
static constexpr StringLiteral MayReturnNull[] = {"bpf_map_lookup_elem",
                                                  "bpf_map_lookup_percpu_elem",
                                                  "bpf_ringbuf_reserve",
                                                  "bpf_sk_storage_get",
                                                  "bpf_inode_storage_get",
                                                  "bpf_task_storage_get",
                                                  "bpf_cgrp_storage_get",
                                                  "bpf_sk_lookup_tcp",
                                                  "bpf_sk_lookup_udp",
                                                  "bpf_skc_lookup_tcp",
                                                  "bpf_sk_fullsock",
                                                  "bpf_tcp_sock",
                                                  "bpf_get_listener_sock",
                                                  "bpf_skc_to_tcp6_sock",
                                                  "bpf_skc_to_tcp_sock",
                                                  "bpf_skc_to_tcp_timewait_sock",
                                                  "bpf_skc_to_tcp_request_sock",
                                                  "bpf_skc_to_udp6_sock",
                                                  "bpf_skc_to_unix_sock",
                                                  "bpf_skc_to_mptcp_sock",
                                                  "bpf_sock_from_file",
                                                  "bpf_per_cpu_ptr",
                                                  "bpf_kptr_xchg",
                                                  "bpf_dynptr_data"};

/// What takes a record of a ring buffer, which is not null.
static constexpr StringLiteral TakesRecord[] = {"bpf_ringbuf_submit", "bpf_ringbuf_discard"};

namespace {
/// What is known if a condition is true, or false.
struct Answers {
  std::optional<bool> NotNullIf, NullIf;

  Answers negated() const {
    auto Not = [](std::optional<bool> B) { return B ? std::optional(!*B) : B; };
    return {Not(NotNullIf), Not(NullIf)};
  }
  /// What is still known of (this and another), if \p IsAnd, or of (this or another).
  Answers joined(bool IsAnd) const {
    auto Keep = [&](std::optional<bool> B) { return B == IsAnd ? B : std::nullopt; };
    return {Keep(NotNullIf), Keep(NullIf)};
  }
};

/// What a function does with one result that may be null.
class Result {
public:
  explicit Result(const CallInst &Call) : Call(Call) { followAddress(Call); }

  /// An access that happens where the result is null; null if there is none, or that cannot be told.
  const Instruction *unasked() const;

private:
  using Edge = std::pair<const BasicBlock *, const BasicBlock *>;

  void followAddress(const Value &Address);
  void followQuestion(const Value &Condition, Answers Known);
  bool isReachedWithNull(const Instruction &Access, const PostDominatorTree &After) const;

  const CallInst &Call;
  SmallSetVector<const Instruction *, 8> Accesses;
  DenseSet<Edge> NotNull;      ///< edges of the control flow on which it is not null
  SmallVector<Edge, 2> IsNull; ///< and on which it is
  SmallPtrSet<const Value *, 8> Seen;
  bool IsAsked = false, IsClear = true; ///< IsClear: nobody asks in a way that is not followed
};
} // namespace

/// Collects accesses through an address that is the result, or a number of bytes behind it, and questions.
void Result::followAddress(const Value &Address) {
  for (const Use &U : Address.uses()) {
    const auto *I = dyn_cast<Instruction>(U.getUser());
    if (!I) {
      IsClear = false;
    } else if (const auto *Compare = dyn_cast<ICmpInst>(I)) {
      IsAsked = true;
      bool IsEqual = Compare->getPredicate() == ICmpInst::ICMP_EQ;
      if (Compare->isEquality() && isa<ConstantPointerNull>(Compare->getOperand(1 - U.getOperandNo())))
        followQuestion(*Compare, {!IsEqual, IsEqual});
      else
        IsClear = false;
    } else if (const auto *Step = dyn_cast<GetElementPtrInst>(I); Step && U.getOperandNo() == 0) {
      followAddress(*Step);
    } else if (isa<MemIntrinsic>(I)) {
      Accesses.insert(I);
    } else if (const auto *Same = dyn_cast<IntrinsicInst>(I);
               Same && Same->getIntrinsicID() == Intrinsic::bpf_passthrough) { // of a relocated access
      followAddress(*Same);
    } else if (const auto *Passed = dyn_cast<CallBase>(I)) {
      const Helper *Taker = helperOf(*Passed);
      if (Taker && is_contained(TakesRecord, Taker->Name) && U.getOperandNo() == 0)
        Accesses.insert(I);
      IsClear &= Taker || isa<IntrinsicInst>(I); // a function, or an assembly, may ask
    } else if (const Value *Place = getLoadStorePointerOperand(I);
               Place ? Place == &Address && !(isa<StoreInst>(I) && U.getOperandNo() == 0)
                     : isa<AtomicRMWInst, AtomicCmpXchgInst>(I) && U.getOperandNo() == 0) {
      Accesses.insert(I);
    } else {
      IsClear = false; // it is kept in memory, chosen from others or counted with
    }
  }
}

/// Finds the edges of the control flow on which an answer is known.
void Result::followQuestion(const Value &Condition, Answers Known) {
  using namespace PatternMatch;
  if ((!Known.NotNullIf && !Known.NullIf) || !Seen.insert(&Condition).second)
    return;
  for (const User *U : Condition.users()) {
    if (const auto *Branch = dyn_cast<BranchInst>(U)) {
      auto EdgeIf = [&](bool B) { return Edge(Branch->getParent(), Branch->getSuccessor(B ? 0 : 1)); };
      if (Branch->getSuccessor(0) == Branch->getSuccessor(1))
        continue;
      if (Known.NotNullIf)
        NotNull.insert(EdgeIf(*Known.NotNullIf));
      if (Known.NullIf)
        IsNull.push_back(EdgeIf(*Known.NullIf));
    } else if (match(U, m_Not(m_Specific(&Condition)))) {
      followQuestion(*U, Known.negated());
    } else if (match(U, m_LogicalAnd())) {
      followQuestion(*U, Known.joined(/*IsAnd=*/true));
    } else if (match(U, m_LogicalOr())) {
      followQuestion(*U, Known.joined(/*IsAnd=*/false));
    } else if (!isa<AssumeInst>(U)) {
      IsClear = false;
    }
  }
}

/// True if, where an answer was that it is null, all ways lead to the access, none by a new call: the verifier takes
/// one of them. Ways that another condition may keep from it are the verifier's to judge, which knows values, not just
/// ways.
bool Result::isReachedWithNull(const Instruction &Access, const PostDominatorTree &After) const {
  return any_of(IsNull, [&](const Edge &E) {
    if (Access.getParent() == Call.getParent() || !After.dominates(Access.getParent(), E.second))
      return false;
    SmallSetVector<const BasicBlock *, 16> Reached;
    Reached.insert(E.second);
    for (size_t I = 0; I < Reached.size(); ++I)
      if (Reached[I] != Access.getParent())
        for (const BasicBlock *Next : successors(Reached[I]))
          if (!NotNull.contains({Reached[I], Next}))
            Reached.insert(Next);
    return Reached.contains(Access.getParent()) && !Reached.contains(Call.getParent());
  });
}

const Instruction *Result::unasked() const {
  if (!IsClear || Accesses.empty())
    return nullptr;
  std::optional<PostDominatorTree> After;
  for (const Instruction *Access : Accesses) {
    bool IsFirst = Access->getParent() == Call.getParent() && Call.comesBefore(Access);
    if (!IsAsked || IsFirst)
      return Access;
    if (!After)
      After.emplace(const_cast<Function &>(*Call.getFunction()));
    if (isReachedWithNull(*Access, *After))
      return Access;
  }
  return nullptr;
}

/// The type of the map that a helper is called with, by the debug information of its definition: that of the array that
/// the member type points to has so many elements. 0 if it is not known.
static uint64_t mapTypeOf(const CallInst &Call) {
  const auto *Map = Call.arg_size() ? dyn_cast<GlobalVariable>(Call.getArgOperand(0)) : nullptr;
  const DIGlobalVariable *V = Map ? descriptionOf(*Map) : nullptr;
  const auto *Definition = V ? dyn_cast_or_null<DICompositeType>(withoutNames(V->getType())) : nullptr;
  for (const DINode *Element : Definition ? Definition->getElements() : DINodeArray()) {
    const auto *Member = dyn_cast_or_null<DIDerivedType>(Element);
    const auto *Pointer = Member && Member->getName() == "type"
                              ? dyn_cast_or_null<DIDerivedType>(withoutNames(Member->getBaseType()))
                              : nullptr;
    const auto *Array = Pointer ? dyn_cast_or_null<DICompositeType>(Pointer->getBaseType()) : nullptr;
    const auto *Range =
        Array && Array->getElements().size() == 1 ? dyn_cast<DISubrange>(Array->getElements()[0]) : nullptr;
    const auto *Count = Range ? dyn_cast_or_null<ConstantInt *>(Range->getCount()) : nullptr;
    if (Count)
      return Count->getZExtValue();
  }
  return 0;
}

/// True if all that is written to a variable of the function, but by calls, are constants.
static bool isConstantKey(const Value *Key) {
  const auto *Variable = dyn_cast<AllocaInst>(Key);
  return Variable && all_of(Variable->users(), [&](const User *U) {
           const auto *Write = dyn_cast<StoreInst>(U);
           return !Write || (Write->getPointerOperand() == Variable && isa<ConstantInt>(Write->getValueOperand()));
         });
}

/// Since Linux 6.14, an array has an element for a constant key that is small enough (get_constant_map_key()).
static bool mayBeKnownElement(const CallInst &Call) {
  constexpr uint64_t Array = 2, PercpuArray = 6;
  return is_contained({Array, PercpuArray}, mapTypeOf(Call)) && isConstantKey(Call.getArgOperand(1));
}

static SourcePlace placeOf(const DILocation &Line) {
  SmallString<128> Path(Line.getFilename());
  if (!sys::path::is_absolute(Path))
    sys::path::append(Path = Line.getDirectory(), Line.getFilename());
  return {std::string(Path), Line.getLine(), Line.getColumn()};
}

std::vector<Diagnostic> findUnaskedNull(Module &M, KernelVersion Oldest) {
  constexpr KernelVersion KnowsElements{6, 14};
  std::vector<Diagnostic> Found;
  StringSet<> Said;
  for (const Function &F : M)
    for (const Instruction &I : instructions(F)) {
      const auto *Call = dyn_cast<CallInst>(&I);
      const Helper *Giver = Call ? helperOf(*Call) : nullptr;
      if (!Giver || !is_contained(MayReturnNull, Giver->Name))
        continue;
      const Instruction *Access = Result(*Call).unasked();
      const DILocation *Line = Access ? Access->getDebugLoc().get() : nullptr;
      if (Line && Line->getLine() == 0) // of several accesses made one
        Line = Call->getDebugLoc();
      bool MayBeKnown = mayBeKnownElement(*Call);
      if (!Line || (MayBeKnown && Oldest >= KnowsElements))
        continue;
      Diagnostic D;
      D.Check = "bpf-null";
      D.Symbol = F.getName();
      D.Place = placeOf(*Line);
      D.Message = formatv("what {0}() returned may be null here, and was not asked", Giver->Name);
      if (MayBeKnown)
        D.Note =
            formatv("Linux {0} and newer know that an array has an element for a constant key", KnowsElements.str());
      if (Said.insert(formatv("{0}:{1}:{2}", D.Place.File, D.Place.Line, D.Message).str()).second)
        Found.push_back(std::move(D));
    }
  return Found;
}

} // namespace bpfbuild
