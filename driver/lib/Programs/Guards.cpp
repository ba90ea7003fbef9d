//===- Guards.cpp - code that runs only where a kernel allows it ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Programs/Guards.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace bpfbuild {

static constexpr unsigned StackPointer = 10;

/// What registers and stack slots may hold.
struct Guards::Values {
  uint16_t Guards = 0;   ///< registers with a value that depends on the kernel or on the host's choice
  uint16_t Settings = 0; ///< registers that point into .rodata or .kconfig
  uint64_t Slots = 0;    ///< stack slots with such a value; bit 0 is the one below the frame's end

  bool join(const Values &Other) {
    Values Old = *this;
    Guards |= Other.Guards;
    Settings |= Other.Settings;
    Slots |= Other.Slots;
    return Guards != Old.Guards || Settings != Old.Settings || Slots != Old.Slots;
  }

  void set(unsigned Register, bool IsGuard, bool IsSetting = false) {
    uint16_t Bit = 1u << Register;
    Guards = IsGuard ? Guards | Bit : Guards & ~Bit;
    Settings = IsSetting ? Settings | Bit : Settings & ~Bit;
  }
  bool isGuard(unsigned Register) const { return Guards >> Register & 1; }
  bool isSetting(unsigned Register) const { return Settings >> Register & 1; }
};

/// The bit of the slot at \p Offset from the frame's end; 0 if it is none.
static uint64_t slotBit(int16_t Offset) {
  int Slot = (-Offset - 1) / 8;
  return Offset < 0 && Slot < 64 ? uint64_t(1) << Slot : 0;
}

//===----------------------------------------------------------------------===//
// Functions and calls
//===----------------------------------------------------------------------===//

Guards::Guards(const BPFObject &Object, const BTFExt &Ext) : Object(Object) {
  for (const Relocation &R : Object.relocations())
    Relocations.try_emplace({R.Section, R.Offset}, R.Symbol);
  for (const CoreRelocation &R : Ext.Relocations)
    CoreRelocations.try_emplace({R.Section, R.Offset}, R.Kind);
  readFunctions();
  findCallers();
  for (Function &F : Functions)
    findPredecessors(F);
  // What a function returns is known to its callers in the next round.
  for (bool Changed = true; Changed && Steps < MaxSteps;) {
    Changed = false;
    for (Function &F : Functions) {
      Changed |= findGuards(F);
      Changed |= findGuardedConstants(F);
    }
  }
}

const Symbol *Guards::symbolAt(uint32_t Section, uint64_t Offset) const {
  auto It = Relocations.find({Section, Offset});
  return It == Relocations.end() ? nullptr : &Object.symbols()[It->second];
}

/// Functions do not overlap: of symbols that say so, the first counts.
void Guards::readFunctions() {
  for (const Symbol &S : Object.symbols())
    if (S.SymbolKind == Symbol::Kind::Function && S.isDefined() && Object.sections()[S.Section].IsCode)
      Symbols.push_back(&S);
  llvm::sort(Symbols, [](const Symbol *A, const Symbol *B) { // pointers into one list: its order
    return std::tuple(A->Section, A->Value, A) < std::tuple(B->Section, B->Value, B);
  });
  uint32_t Section = 0;
  uint64_t End = 0; // of the last function there
  erase_if(Symbols, [&](const Symbol *S) {
    StringRef Bytes = Object.sections()[S->Section].Bytes;
    if (std::exchange(Section, S->Section) != S->Section)
      End = 0;
    if (S->Value < End || S->Value > Bytes.size() || S->Size > Bytes.size() - S->Value || S->Value % Instruction::Size)
      return true;
    End = S->Value + S->Size;
    return false;
  });
  for (const Symbol *S : Symbols) {
    StringRef Bytes = Object.sections()[S->Section].Bytes;
    Function F{S->Section, S->Value, {}, {}, {}, {}, {}};
    F.IsProgram = Object.sections()[S->Section].Name != ".text";
    for (uint64_t At = 0; At + Instruction::Size <= S->Size; At += Instruction::Size)
      F.Code.push_back(Instruction::decode(Bytes.data() + S->Value + At, Object.isLittleEndian()));
    Functions.push_back(std::move(F));
  }
}

std::optional<uint32_t> Guards::functionAt(uint32_t Section, uint64_t Offset) const {
  auto It = partition_point(Functions, [&](const Function &F) {
    return std::pair<uint64_t, uint64_t>(F.Section, F.Begin) <= std::pair<uint64_t, uint64_t>(Section, Offset);
  });
  if (It == Functions.begin())
    return std::nullopt;
  const Function &F = *std::prev(It);
  bool IsWithin = F.Section == Section && Offset - F.Begin < F.Code.size() * Instruction::Size;
  return IsWithin ? std::optional(std::prev(It) - Functions.begin()) : std::nullopt;
}

/// The function that a call goes to, or whose address an instruction takes, as libbpf's record_relo_core() and
/// bpf_object__reloc_code() find it.
std::optional<uint32_t> Guards::calledFunction(const Function &F, uint32_t Index) const {
  const Instruction &I = F.Code[Index];
  if (!I.isFunctionCall() && !I.isWide())
    return std::nullopt;
  uint64_t Offset = F.Begin + Index * Instruction::Size;
  const Symbol *S = symbolAt(F.Section, Offset);
  if (!S)
    return I.isFunctionCall() ? functionAt(F.Section, Offset + (int64_t(I.Imm) + 1) * int64_t(Instruction::Size))
                              : std::nullopt;
  if (!S->isDefined() || !Object.sections()[S->Section].IsCode)
    return std::nullopt;
  if (S->SymbolKind == Symbol::Kind::Section)
    return functionAt(S->Section, I.isFunctionCall() ? (int64_t(I.Imm) + 1) * int64_t(Instruction::Size) : I.Imm);
  return functionAt(S->Section, S->Value);
}

void Guards::findCallers() {
  for (uint32_t Caller = 0; Caller < Functions.size(); ++Caller)
    for (uint32_t Index = 0; Index < Functions[Caller].Code.size(); ++Index)
      if (std::optional<uint32_t> Callee = calledFunction(Functions[Caller], Index))
        Functions[*Callee].Callers.push_back({Caller, Index});
}

//===----------------------------------------------------------------------===//
// The way of guards through a function
//===----------------------------------------------------------------------===//

SmallVector<uint32_t, 2> Guards::successors(const Function &F, uint32_t Index) const {
  const Instruction &I = F.Code[Index];
  SmallVector<uint32_t, 2> Result;
  auto Add = [&](int64_t Target) {
    if (Target >= 0 && Target < int64_t(F.Code.size()) && !is_contained(Result, uint32_t(Target)))
      Result.push_back(Target);
  };
  if (I.isJump())
    Add(Index + I.jumpDistance());
  if (!I.isExit() && !I.isUnconditionalJump())
    Add(int64_t(Index) + (I.isWide() ? 2 : 1));
  return Result;
}

void Guards::findPredecessors(Function &F) {
  F.Predecessors.resize(F.Code.size());
  F.GuardedConstants.resize(F.Code.size());
  for (uint32_t Index = 0; Index < F.Code.size(); ++Index)
    for (uint32_t Next : successors(F, Index))
      F.Predecessors[Next].push_back(Index);
}

/// True for relocations that tell kernels apart. Where a member lies does not.
bool Guards::isGuardRelocation(const Function &F, uint32_t Index) const {
  auto It = CoreRelocations.find({F.Section, F.Begin + Index * Instruction::Size});
  if (It == CoreRelocations.end())
    return false;
  switch (It->second) {
  case CoreKind::FieldByteSize:
  case CoreKind::FieldExists:
  case CoreKind::TypeExists:
  case CoreKind::TypeSize:
  case CoreKind::EnumValueExists:
  case CoreKind::EnumValue:
  case CoreKind::TypeMatches:
    return true;
  default:
    return false;
  }
}

void Guards::runWide(const Function &F, uint32_t Index, Values &V) const {
  const Symbol *S = symbolAt(F.Section, F.Begin + Index * Instruction::Size);
  bool IsExtern = S && !S->isDefined();
  bool IsSetting = IsExtern || (S && Object.sections()[S->Section].Name.starts_with(".rodata"));
  V.set(F.Code[Index].Dst, IsExtern || isGuardRelocation(F, Index), IsSetting);
}

void Guards::runAlu(const Instruction &I, bool IsGuard, Values &V) const {
  bool FromGuard = IsGuard || (I.usesRegister() && V.isGuard(I.Src));
  bool FromSetting = I.usesRegister() && V.isSetting(I.Src);
  if (I.isMove())
    V.set(I.Dst, FromGuard, FromSetting);
  else
    V.set(I.Dst, FromGuard || V.isGuard(I.Dst), V.isSetting(I.Dst) || FromSetting);
}

void Guards::runStore(const Instruction &I, Values &V) const {
  if (I.Dst != StackPointer || I.isAtomic())
    return;
  bool IsGuard = I.instructionClass() == Instruction::Stx && V.isGuard(I.Src);
  V.Slots = IsGuard ? V.Slots | slotBit(I.Offset) : V.Slots & ~slotBit(I.Offset);
}

/// What \p V is behind the instruction.
void Guards::run(const Function &F, uint32_t Index, Values &V) const {
  const Instruction &I = F.Code[Index];
  if (I.isWide())
    return runWide(F, Index, V);
  if (I.isAlu())
    return runAlu(I, F.GuardedConstants[Index] || isGuardRelocation(F, Index), V);
  if (I.isLoad())
    return V.set(I.Dst, I.Src == StackPointer ? V.Slots & slotBit(I.Offset) : V.isSetting(I.Src));
  if (I.instructionClass() == Instruction::St || I.instructionClass() == Instruction::Stx)
    return runStore(I, V);
  if (I.isCall()) {
    std::optional<uint32_t> Callee = calledFunction(F, Index);
    for (unsigned Register = 0; Register <= 5; ++Register)
      V.set(Register, Register == 0 && Callee && Functions[*Callee].ReturnsGuard);
  }
}

/// Follows values from the entry to all instructions; true if it was news that \p F returns a guard.
bool Guards::findGuards(Function &F) {
  std::vector<std::optional<Values>> Before(F.Code.size());
  F.GuardingBranches.assign(F.Code.size(), false);
  bool ReturnsGuard = false;
  SmallVector<uint32_t> Worklist;
  if (!F.Code.empty()) {
    Before[0].emplace();
    Worklist.push_back(0);
  }
  for (; !Worklist.empty() && Steps < MaxSteps; ++Steps) {
    uint32_t Index = Worklist.pop_back_val();
    const Instruction &I = F.Code[Index];
    Values V = *Before[Index];
    if (I.isJump() && !I.isUnconditionalJump())
      F.GuardingBranches[Index] = V.isGuard(I.Dst) || (I.usesRegister() && V.isGuard(I.Src));
    ReturnsGuard |= I.isExit() && V.isGuard(0);
    run(F, Index, V);
    for (uint32_t Next : successors(F, Index)) {
      bool IsNew = !Before[Next];
      if (IsNew)
        Before[Next].emplace();
      if (Before[Next]->join(V) || IsNew)
        Worklist.push_back(Next);
    }
  }
  return !std::exchange(F.ReturnsGuard, ReturnsGuard) && ReturnsGuard;
}

/// True if there are more than before.
bool Guards::findGuardedConstants(Function &F) {
  bool IsNew = false;
  if (!is_contained(F.GuardingBranches, true))
    return false;
  for (uint32_t Index = 0; Index < F.Code.size() && Steps < MaxSteps; ++Index) {
    const Instruction &I = F.Code[Index];
    if (!I.isMove() || I.usesRegister() || F.GuardedConstants[Index] || !isGuardedWithin(F, Index))
      continue;
    F.GuardedConstants[Index] = true;
    IsNew = true;
  }
  return IsNew;
}

//===----------------------------------------------------------------------===//
// Guarded instructions
//===----------------------------------------------------------------------===//

bool Guards::isGuardedWithin(const Function &F, uint32_t Target) {
  std::vector<uint8_t> Ways(F.Code.size(), 0); // outcomes that lead to the target
  std::vector<bool> Leads(F.Code.size(), false);
  SmallVector<uint32_t> Worklist = {Target};
  Leads[Target] = true;
  for (; !Worklist.empty() && Steps < MaxSteps; ++Steps) {
    uint32_t Index = Worklist.pop_back_val();
    for (uint32_t From : F.Predecessors[Index]) {
      unsigned Needed = F.GuardingBranches[From] ? successors(F, From).size() : 1;
      if (Leads[From] || ++Ways[From] < Needed)
        continue;
      Leads[From] = true;
      Worklist.push_back(From);
    }
  }
  return !Leads[0];
}

/// A function is guarded until a call of it is found that is not, in a function that is not either.
void Guards::findGuardedFunctions() {
  for (Function &F : Functions) {
    bool IsOptional = Object.sections()[F.Section].Name.starts_with("?");
    F.IsGuarded = F.IsProgram ? IsOptional : !F.Callers.empty();
    erase_if(F.Callers, [&](const CallSite &C) { return isGuardedWithin(Functions[C.Function], C.Index); });
  }
  for (bool Changed = true; Changed && Steps < MaxSteps;) {
    Changed = false;
    Steps += Functions.size();
    for (Function &F : Functions)
      if (F.IsGuarded && !F.IsProgram &&
          any_of(F.Callers, [&](const CallSite &C) { return !Functions[C.Function].IsGuarded; })) {
        F.IsGuarded = false;
        Changed = true;
      }
  }
}

bool Guards::isGuarded(uint32_t Section, uint64_t Offset) {
  std::optional<uint32_t> Index = functionAt(Section, Offset);
  if (!Index)
    return false;
  const Function &F = Functions[*Index];
  if (isGuardedWithin(F, (Offset - F.Begin) / Instruction::Size))
    return true;
  if (!std::exchange(KnowsFunctions, true))
    findGuardedFunctions();
  return F.IsGuarded;
}

} // namespace bpfbuild
