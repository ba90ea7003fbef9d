//===- NullChecks.cpp - what may be null is asked -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/NullChecks.h"
#include "Kernel/Helpers.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
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

/// The helper that is called; null for any other call.
static const Helper *helperOf(const CallBase &Call) {
  const auto *Callee = dyn_cast<ConstantExpr>(Call.getCalledOperand()->stripPointerCasts());
  const auto *Number =
      Callee && Callee->getOpcode() == Instruction::IntToPtr ? dyn_cast<ConstantInt>(Callee->getOperand(0)) : nullptr;
  return Number ? findHelper(Number->getLimitedValue(UINT32_MAX)) : nullptr;
}

namespace {
/// What a function does with one result that may be null.
class Result {
public:
  explicit Result(const CallInst &Call) : Call(Call) { followAddress(Call); }

  /// The accesses that no question comes before.
  SmallVector<const Instruction *> unasked() const;

private:
  void followAddress(const Value &Address);
  void followQuestion(const Value &Condition, bool NotNullIf);

  const CallInst &Call;
  SmallSetVector<const Instruction *, 8> Accesses;
  DenseSet<std::pair<const BasicBlock *, const BasicBlock *>> Safe; ///< edges on which it is not null
  SmallPtrSet<const Value *, 8> Seen;
  bool IsClear = true; ///< every question is a branch's
};
} // namespace

/// Collects accesses through an address that is the result, or a number of bytes behind it, and questions.
void Result::followAddress(const Value &Address) {
  for (const User *U : Address.users()) {
    if (const auto *Compare = dyn_cast<ICmpInst>(U)) {
      bool IsWithNull = Compare->isEquality() && (isa<ConstantPointerNull>(Compare->getOperand(0)) ||
                                                  isa<ConstantPointerNull>(Compare->getOperand(1)));
      IsClear &= IsWithNull;
      followQuestion(*Compare, Compare->getPredicate() == ICmpInst::ICMP_NE);
    } else if (const auto *Step = dyn_cast<GetElementPtrInst>(U); Step && Step->getPointerOperand() == &Address) {
      followAddress(*Step);
    } else if (const auto *I = dyn_cast<Instruction>(U)) {
      const Value *Pointer = getLoadStorePointerOperand(I);
      if (const auto *Exchange = dyn_cast<AtomicCmpXchgInst>(I))
        Pointer = Exchange->getPointerOperand();
      else if (const auto *Atomic = dyn_cast<AtomicRMWInst>(I))
        Pointer = Atomic->getPointerOperand();
      bool IsMemory = isa<MemIntrinsic>(I);
      const auto *Passed = dyn_cast<CallBase>(I);
      const Helper *Taker =
          Passed && Passed->arg_size() != 0 && Passed->getArgOperand(0) == &Address ? helperOf(*Passed) : nullptr;
      if (Pointer == &Address || IsMemory || (Taker && is_contained(TakesRecord, Taker->Name)))
        Accesses.insert(I);
      IsClear &= !isa<PtrToIntInst>(I); // compared as a number
    }
  }
}

/// Finds the edges of the control flow that are taken only where the result is not null: if \p Condition is \p
/// NotNullIf.
void Result::followQuestion(const Value &Condition, bool NotNullIf) {
  using namespace PatternMatch;
  if (!Seen.insert(&Condition).second)
    return;
  for (const User *U : Condition.users()) {
    if (const auto *Branch = dyn_cast<BranchInst>(U)) {
      if (Branch->getSuccessor(0) != Branch->getSuccessor(1))
        Safe.insert({Branch->getParent(), Branch->getSuccessor(NotNullIf ? 0 : 1)});
    } else if (match(U, m_Not(m_Specific(&Condition)))) {
      followQuestion(*U, !NotNullIf);
    } else if (match(U, m_LogicalAnd())) {
      NotNullIf ? followQuestion(*U, true) : void();
    } else if (match(U, m_LogicalOr())) {
      NotNullIf ? void() : followQuestion(*U, false);
    } else if (!isa<AssumeInst>(U)) {
      IsClear = false;
    }
  }
}

SmallVector<const Instruction *> Result::unasked() const {
  SmallVector<const Instruction *> Unasked;
  if (!IsClear || Accesses.empty())
    return Unasked;
  SmallSetVector<const BasicBlock *, 16> Reached; // where it may be null, from the beginning of the block on
  auto ReachFrom = [&](const BasicBlock *Block) {
    for (const BasicBlock *Next : successors(Block))
      if (Next != Call.getParent() && !Safe.contains({Block, Next}))
        Reached.insert(Next);
  };
  ReachFrom(Call.getParent());
  for (size_t I = 0; I < Reached.size(); ++I)
    ReachFrom(Reached[I]);
  for (const Instruction *Access : Accesses)
    if (Access->getParent() == Call.getParent() ? Call.comesBefore(Access) : Reached.contains(Access->getParent()))
      Unasked.push_back(Access);
  return Unasked;
}

static SourcePlace placeOf(const DILocation &Line) {
  SmallString<128> Path(Line.getFilename());
  if (!sys::path::is_absolute(Path))
    sys::path::append(Path = Line.getDirectory(), Line.getFilename());
  return {std::string(Path), Line.getLine(), Line.getColumn()};
}

std::vector<Diagnostic> findUnaskedNull(Module &M, Severity Level) {
  std::vector<Diagnostic> Found;
  for (const Function &F : M)
    for (const Instruction &I : instructions(F)) {
      const auto *Call = dyn_cast<CallInst>(&I);
      const Helper *Giver = Call ? helperOf(*Call) : nullptr;
      if (!Giver || !is_contained(MayReturnNull, Giver->Name))
        continue;
      for (const Instruction *Access : Result(*Call).unasked()) {
        const DILocation *Line = Access->getDebugLoc();
        if (!Line)
          continue;
        Diagnostic D;
        D.Level = Level;
        D.Check = "bpf-null";
        D.Symbol = F.getName();
        D.Place = placeOf(*Line);
        D.Message = formatv("what {0}() returned may be null here, and was not asked", Giver->Name);
        bool IsSaid = any_of(Found, [&](const Diagnostic &Other) {
          return Other.Place.File == D.Place.File && Other.Place.Line == D.Place.Line && Other.Message == D.Message;
        });
        if (!IsSaid)
          Found.push_back(std::move(D));
        break; // the first is enough
      }
    }
  return Found;
}

} // namespace bpfbuild
