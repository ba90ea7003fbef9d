//===- Guards.cpp - code that runs only where a kernel allows it ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/Guards.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"
#include <bitset>

using namespace llvm;

namespace bpfbuild {

static constexpr unsigned StackPointer = 10;

namespace {
/// Where registers point into the frame, before an instruction.
struct FramePointers {
  static constexpr int None = INT_MIN, Lost = INT_MAX; ///< Lost: somewhere into it
  std::array<int, 11> Offsets;

  /// The lowest byte, from the end of the frame, that others can write to from now on; 1: none.
  int Lowest = 1;

  FramePointers() {
    Offsets.fill(None);
    Offsets[StackPointer] = 0;
  }
  bool operator==(const FramePointers &) const = default;

  void escape(int Offset) {
    constexpr int WholeFrame = -512;
    Lowest = std::min(Lowest, Offset == Lost ? WholeFrame : Offset);
  }

  /// What holds where two ways meet. A register that points to different places can be used from the lowest on.
  void join(const FramePointers &Other) {
    Lowest = std::min(Lowest, Other.Lowest);
    for (unsigned Register = 0; Register < StackPointer; ++Register) {
      int &Known = Offsets[Register], Theirs = Other.Offsets[Register];
      if (Known == Theirs || Known == Lost)
        continue;
      for (int Offset : {Known, Theirs})
        if (Offset != None && Offset != Lost)
          escape(Offset);
      Known = Lost;
    }
  }

  bool isPointer(unsigned Register) const { return Register < 11 && Offsets[Register] != None; }
};
} // namespace

/// What \p I makes of \p P. Others can write to the whole frame where a pointer is computed with, stored, or given to
/// another function, and to what lies behind it where it is given to a helper.
static void followFrame(const Instruction &I, FramePointers &P) {
  constexpr int WholeFrame = FramePointers::Lost;
  auto Escape = [&P](int Offset) { P.escape(Offset); };
  bool IsSource = I.usesRegister() && P.isPointer(I.Src);
  if (I.isAlu() && I.Dst < StackPointer) {
    bool IsCopy = I.instructionClass() == Instruction::Alu64 && I.Offset == 0;
    if (I.isMove() && (IsCopy || !IsSource)) {
      P.Offsets[I.Dst] = IsSource ? P.Offsets[I.Src] : FramePointers::None;
    } else if (I.Code == 0x07 && P.isPointer(I.Dst) && P.Offsets[I.Dst] != FramePointers::Lost) { // += imm
      P.Offsets[I.Dst] = std::clamp(P.Offsets[I.Dst] + std::clamp(I.Imm, -4096, 4096), -65536, 65536);
    } else if (IsSource || P.isPointer(I.Dst)) {
      Escape(WholeFrame);
      P.Offsets[I.Dst] = FramePointers::Lost;
    }
  } else if (I.isStore()) {
    if (I.instructionClass() == Instruction::Stx && P.isPointer(I.Src))
      Escape(WholeFrame);
    if (I.Dst != StackPointer && P.isPointer(I.Dst))
      Escape(P.Offsets[I.Dst] == FramePointers::Lost ? WholeFrame : P.Offsets[I.Dst] + I.Offset);
  } else if (I.isCall()) {
    for (unsigned Register = 0; Register <= 5; ++Register) {
      if (Register && P.isPointer(Register))
        Escape(I.isHelperCall() ? P.Offsets[Register] : WholeFrame);
      P.Offsets[Register] = FramePointers::None;
    }
  } else if ((I.isLoad() || I.isWide()) && I.Dst < StackPointer) {
    P.Offsets[I.Dst] = FramePointers::None;
  }
}

/// What registers and the stack hold.
struct Guards::Values {
  enum Kind : uint8_t {
    Data,
    Constant,
    Conditional, ///< a Constant that is set behind a guard
    Guard,       ///< it depends on the kernel or on the host's choice, and on nothing else
    Setting,     ///< it points into .rodata or .kconfig
  };
  struct Value {
    Kind What = Data;
    uint32_t Definition = 0;        ///< of a Constant or Conditional, the instruction that sets it
    std::optional<uint64_t> Number; ///< what it is, where that is one number; of Data what was computed from constants
    bool operator==(const Value &) const = default;
  };
  static constexpr unsigned StackBytes = 512;

  std::array<Value, 11> Registers;
  std::bitset<StackBytes> Stack; ///< bytes of guards, by their distance from the frame's end
  /// A constant on the stack.
  struct Spill {
    int16_t Offset; ///< from the frame's end
    uint8_t Width;  ///< bytes
    uint64_t Number;
    bool operator==(const Spill &) const = default;
  };
  SmallVector<Spill, 2> Spilled;
  FramePointers Frame;

  /// Forgets what others can write to.
  void forgetEscaped() {
    for (int At = std::max(-Frame.Lowest, 0); At > 0; --At)
      if (At <= int(StackBytes))
        Stack[At - 1] = false;
    erase_if(Spilled, [&](const Spill &S) { return S.Offset + S.Width > Frame.Lowest; });
  }

  /// What a register holds where two ways meet. Of two constants, it is a guard that chose between them if one of them
  /// is only set behind a guard.
  static Value joined(Value A, Value B) {
    if (A == B)
      return A;
    if (A.Number && A.Number == B.Number)
      return {A.What == B.What ? A.What : Data, A.What == B.What ? A.Definition : 0, A.Number};
    bool HasGuard = A.What == Guard || B.What == Guard || A.What == Conditional || B.What == Conditional;
    auto IsKnown = [](Value V) { return V.What == Guard || V.What == Constant || V.What == Conditional; };
    return HasGuard && IsKnown(A) && IsKnown(B) ? Value{Guard, 0, {}} : Value{};
  }

  bool join(const Values &Other) {
    Values Old = *this;
    for (unsigned R = 0; R < Registers.size(); ++R)
      Registers[R] = joined(Registers[R], Other.Registers[R]);
    Stack &= Other.Stack;
    erase_if(Spilled, [&](const auto &Slot) { return !is_contained(Other.Spilled, Slot); });
    Frame.join(Other.Frame);
    forgetEscaped();
    return Registers != Old.Registers || Stack != Old.Stack || Spilled != Old.Spilled || Frame != Old.Frame;
  }

  bool isGuard(unsigned Register) const { return Register < 11 && Registers[Register].What == Guard; }
  bool isKnown(unsigned Register) const { return Register < 11 && Registers[Register].What != Data; }
  void set(unsigned Register, Kind What, uint32_t Definition = 0, std::optional<uint64_t> Number = {}) {
    bool IsConstant = What == Constant || What == Conditional;
    if (Register < 11)
      Registers[Register] = {What, IsConstant ? Definition : 0, Number};
  }
  std::optional<uint64_t> numberOf(unsigned Register) const {
    return Register < 11 ? Registers[Register].Number : std::nullopt;
  }
};

//===----------------------------------------------------------------------===//
// Functions and calls
//===----------------------------------------------------------------------===//

Guards::Guards(const BPFObject &Object, const BTFExt &Ext, bool ChecksGlobals, const PatchedValues *Patched,
               std::optional<KernelVersion> Kernel)
    : Object(Object), ChecksGlobals(ChecksGlobals), Patched(Patched), Kernel(Kernel) {
  for (auto &[Section, Names] : {std::pair(StringRef(".ksyms"), &KernelSymbols), {".kconfig", &Settings}})
    if (std::optional<btf::Type> Data = Object.findDataSection(Section))
      for (btf::SectionVariable V : Data->variables())
        Names->insert(Object.types()->type(V.Type).Name);
  for (const Relocation &R : Object.relocations())
    Relocations.try_emplace({R.Section, R.Offset}, R.Symbol);
  for (const CoreRelocation &R : Ext.Relocations)
    CoreRelocations.try_emplace({R.Section, R.Offset}, R.Kind);
  readFunctions();
  findCallers();
  for (Function &F : Functions)
    findPredecessors(F);
  // What a function returns is known to its callers in the next round.
  constexpr unsigned MaxRounds = 64; // each is right by what the one before it found
  bool Changed = true;
  for (unsigned Round = 0; Changed && Round < MaxRounds && Steps < MaxSteps; ++Round) {
    Changed = false;
    for (Function &F : Functions) {
      Changed |= findGuards(F);
      Changed |= findGuardedConstants(F);
    }
    for (Function &F : Functions)
      Changed |= passGuards(F);
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
    Function F;
    F.Section = S->Section;
    F.Begin = S->Value;
    F.IsProgram = Object.sections()[S->Section].Name != ".text";
    F.IsGlobal = S->Bind != Symbol::Binding::Local;
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
      if (std::optional<uint32_t> Callee = calledFunction(Functions[Caller], Index)) {
        CallSites[{Caller, Index}] = Functions[*Callee].Callers.size();
        Functions[*Callee].Callers.push_back({Caller, Index, 0, {}});
      }
}

//===----------------------------------------------------------------------===//
// The way of guards through a function
//===----------------------------------------------------------------------===//

SmallVector<uint32_t, 2> Guards::successors(const Function &F, uint32_t Index) const {
  const Instruction &I = F.Code[Index];
  SmallVector<uint32_t, 2> Result;
  if (I.isTableJump()) // to a place that data name
    return to_vector<2>(seq<uint32_t>(0, F.Code.size()));
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

/// True for relocations that tell kernels apart, while it is not known which kernel it is. Where a member lies does
/// not.
bool Guards::isGuardRelocation(const Function &F, uint32_t Index) const {
  auto It = CoreRelocations.find({F.Section, F.Begin + Index * Instruction::Size});
  if (It == CoreRelocations.end() || Patched)
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

/// The constant that a move has in the kernel; nothing where that is not known.
std::optional<uint64_t> Guards::constantOf(const Function &F, uint32_t Index) const {
  const Instruction &I = F.Code[Index];
  std::pair<uint32_t, uint64_t> Place(F.Section, F.Begin + Index * Instruction::Size);
  std::optional<uint64_t> Value = uint64_t(int64_t(I.Imm));
  if (I.isWide())
    Value = Index + 1 < F.Code.size() ? std::optional(I.wideImm(F.Code[Index + 1])) : std::nullopt;
  if (CoreRelocations.contains(Place)) {
    auto It = Patched ? Patched->find(Place) : PatchedValues::const_iterator();
    Value = Patched && It != Patched->end() ? It->second : std::nullopt;
  }
  return Value && I.instructionClass() == Instruction::Alu ? std::optional(*Value & UINT32_MAX) : Value;
}

void Guards::runWide(const Function &F, uint32_t Index, Values &V) const {
  const Symbol *S = symbolAt(F.Section, F.Begin + Index * Instruction::Size);
  bool IsKernels = S && !S->isDefined() && isOfKernel(*S);
  // What another file defines may be read-only data: that is known only of the linked object.
  bool IsOfOthers = S && !S->isDefined() && Patched && !IsKernels;
  bool IsSetting = S && (S->isDefined() ? Object.sections()[S->Section].Name.starts_with(".rodata")
                                        : IsOfOthers || Settings.contains(S->Name));
  V.set(F.Code[Index].Dst,
        IsKernels || isGuardRelocation(F, Index) ? Values::Guard
        : IsSetting                              ? Values::Setting
        : S                                      ? Values::Data
                                                 : Values::Constant,
        Index, S ? std::nullopt : constantOf(F, Index));
}

/// What \p I makes of two constants; nothing for operations that the verifiers of some kernels do not follow: they know
/// nothing of what is divided or negated.
static std::optional<uint64_t> compute(const Instruction &I, uint64_t A, uint64_t B) {
  bool Is32 = I.instructionClass() == Instruction::Alu;
  unsigned Shift = B & (Is32 ? 31 : 63);
  if (Is32) {
    A &= UINT32_MAX;
    B &= UINT32_MAX;
  }
  std::optional<uint64_t> Result;
  switch (I.operation()) {
  case 0x00:
    Result = A + B;
    break;
  case 0x10:
    Result = A - B;
    break;
  case 0x20:
    Result = A * B;
    break;
  case 0x40:
    Result = A | B;
    break;
  case 0x50:
    Result = A & B;
    break;
  case 0x60:
    Result = A << Shift;
    break;
  case 0x70:
    Result = A >> Shift;
    break;
  case 0xa0:
    Result = A ^ B;
    break;
  case 0xb0: // sign-extended from the offset's number of bits
    Result = I.Offset == 8    ? uint64_t(int64_t(int8_t(B)))
             : I.Offset == 16 ? uint64_t(int64_t(int16_t(B)))
             : I.Offset == 32 ? uint64_t(int64_t(int32_t(B)))
                              : B;
    break;
  case 0xc0:
    Result = Is32 ? uint64_t(int64_t(int32_t(A) >> Shift)) : uint64_t(int64_t(A) >> Shift);
    break;
  default:
    return std::nullopt;
  }
  return Result && Is32 ? std::optional(*Result & UINT32_MAX) : Result;
}

void Guards::runAlu(const Function &F, uint32_t Index, Values &V) const {
  const Instruction &I = F.Code[Index];
  unsigned Src = std::min<unsigned>(I.Src, StackPointer);
  if (F.GuardedConstants[Index])
    return V.set(I.Dst, Values::Conditional, Index, constantOf(F, Index));
  if (isGuardRelocation(F, Index))
    return V.set(I.Dst, Values::Guard);
  std::optional<uint64_t> A = I.isMove() ? 0 : V.numberOf(I.Dst);
  std::optional<uint64_t> B = I.usesRegister() ? V.numberOf(Src) : constantOf(F, Index);
  std::optional<uint64_t> Number = A && B ? compute(I, *A, *B) : std::nullopt;
  if (I.isMove())
    return I.usesRegister() ? V.set(I.Dst, V.Registers[Src].What, V.Registers[Src].Definition, Number)
                            : V.set(I.Dst, Values::Constant, Index, Number);
  if (I.Dst <= StackPointer && V.Registers[I.Dst].What == Values::Setting && !I.usesRegister())
    return; // a member of it
  bool HasGuard = V.isGuard(I.Dst) || (I.usesRegister() && V.isGuard(Src));
  bool IsKnown = V.isKnown(I.Dst) && (!I.usesRegister() || V.isKnown(Src));
  V.set(I.Dst, HasGuard && IsKnown ? Values::Guard : Values::Data, 0, Number);
}

/// True if the verifier knows what it reads back of such a store: constants of eight bytes always, zeros too, and
/// others since it remembers shorter ones, and immediate values.
bool Guards::tracksSpill(const Instruction &I, int Width, uint64_t Number) const {
  constexpr KernelVersion TracksShort = {5, 16}, TracksImmediate = {6, 3};
  if (!Patched || Number == 0)
    return true;
  bool IsImmediate = I.instructionClass() == Instruction::St;
  return (Width == 8 || (Kernel && *Kernel >= TracksShort)) && (!IsImmediate || (Kernel && *Kernel >= TracksImmediate));
}

void Guards::runStore(const Function &F, const Instruction &I, Values &V) const {
  if (I.Dst != StackPointer)
    return;
  bool IsGuard = !I.isAtomic() && I.instructionClass() == Instruction::Stx && V.isGuard(I.Src);
  int Width = int(I.width());
  bool IsOwn = I.Offset + Width <= V.Frame.Lowest; // nobody else writes there
  for (int Byte = 0; Byte < Width; ++Byte)
    if (int At = -(I.Offset + Byte); At > 0 && At <= int(Values::StackBytes))
      V.Stack[At - 1] = IsGuard && IsOwn;
  erase_if(V.Spilled, [&](const auto &S) { return S.Offset < I.Offset + Width && I.Offset < S.Offset + S.Width; });
  std::optional<uint64_t> Number =
      I.instructionClass() == Instruction::St ? uint64_t(int64_t(I.Imm)) : V.numberOf(I.Src);
  if (Number && !I.isAtomic() && IsOwn && tracksSpill(I, Width, *Number))
    V.Spilled.push_back({I.Offset, uint8_t(Width), *Number & maskTrailingOnes<uint64_t>(8 * unsigned(Width))});
}

static bool isStackGuard(const Instruction &I, const std::bitset<512> &Stack) {
  for (unsigned Byte = 0; Byte < I.width(); ++Byte)
    if (int At = -(I.Offset + int(Byte)); At <= 0 || At > 512 || !Stack[At - 1])
      return false;
  return true;
}

void Guards::runLoad(const Instruction &I, Values &V) const {
  const auto *Slot = find_if(V.Spilled, [&](const auto &S) { return S.Offset == I.Offset && S.Width == I.width(); });
  constexpr uint8_t Mem = 0x60; // not sign-extended
  if (I.Src == StackPointer && I.mode() == Mem && Slot != V.Spilled.end())
    return V.set(I.Dst, Values::Data, 0, Slot->Number);
  bool IsGuard =
      I.Src == StackPointer ? isStackGuard(I, V.Stack) : I.Src < 11 && V.Registers[I.Src].What == Values::Setting;
  V.set(I.Dst, IsGuard ? Values::Guard : Values::Data);
}

/// What is read is data, and so is what a store was exchanged for.
void Guards::runAtomic(const Function &F, const Instruction &I, Values &V) const {
  constexpr int32_t Fetch = 0x01, CompareExchange = 0xf1, LoadAcquire = 0x100;
  runStore(F, I, V);
  if (I.Imm == CompareExchange)
    V.set(0, Values::Data);
  else if (I.Imm == LoadAcquire)
    V.set(I.Dst, Values::Data);
  else if (I.Imm & Fetch)
    V.set(I.Src, Values::Data);
}

static void forgetCallerSaved(auto &V) {
  for (unsigned Register = 0; Register <= 5; ++Register)
    V.set(Register, std::remove_reference_t<decltype(V)>::Data);
}

void Guards::runCall(const Function &F, uint32_t Index, Values &V) const {
  std::optional<uint32_t> Callee = calledFunction(F, Index);
  forgetCallerSaved(V);
  if (!Callee || (Patched && Functions[*Callee].IsGlobal))
    return; // of a global function the verifier knows no more than what type its result has
  const Function &Called = Functions[*Callee];
  V.set(0, Called.ReturnsGuard ? Values::Guard : Values::Data, 0, Called.Returned);
}

/// What \p V is behind the instruction.
void Guards::run(const Function &F, uint32_t Index, Values &V) const {
  const Instruction &I = F.Code[Index];
  int Lowest = V.Frame.Lowest;
  followFrame(I, V.Frame);
  if (V.Frame.Lowest != Lowest)
    V.forgetEscaped();
  if (I.isWide())
    runWide(F, Index, V);
  else if (I.isAlu())
    runAlu(F, Index, V);
  else if (I.isLoad())
    runLoad(I, V);
  else if (I.isAtomic())
    runAtomic(F, I, V);
  else if (I.isStore())
    runStore(F, I, V);
  else if (I.instructionClass() == Instruction::Ld) // of a packet: by the rules of a call
    forgetCallerSaved(V);
  else if (I.isCall())
    runCall(F, Index, V);
}

/// Writes down which arguments of a call are guards, and which are constants.
void Guards::noteCall(const Function &F, uint32_t Index, const Values &V) {
  std::optional<uint32_t> Callee = calledFunction(F, Index);
  if (!Callee)
    return;
  CallSite &C = Functions[*Callee].Callers[CallSites.at({uint32_t(&F - Functions.data()), Index})];
  C.Arguments = 0;
  for (unsigned Register = 1; Register <= 5; ++Register) {
    C.Arguments |= V.isGuard(Register) << Register;
    C.Constants[Register] = V.numberOf(Register);
  }
}

/// An argument is a guard if it is one at each call that is reached, and a constant if it is the same at each. True if
/// there are more than before.
bool Guards::passGuards(Function &Callee) {
  if (Callee.IsProgram || Callee.IsGlobal || Callee.Callers.empty())
    return false;
  uint8_t Arguments = ~0;
  std::optional<Numbers> Constants;
  for (const CallSite &C : Callee.Callers) {
    const Function &Caller = Functions[C.Function];
    if (!Caller.IsReached[C.Index])
      continue;
    bool IsCall = Caller.Code[C.Index].isFunctionCall(); // otherwise its address is taken
    Arguments &= IsCall ? C.Arguments : 0;
    if (!Constants)
      Constants = C.Constants;
    for (unsigned Register = 1; Register <= 5; ++Register)
      if (!IsCall || (*Constants)[Register] != C.Constants[Register])
        (*Constants)[Register].reset();
  }
  Numbers Known = Constants.value_or(Numbers());
  bool IsNew = Callee.ArgumentGuards != Arguments || Callee.ArgumentConstants != Known;
  Callee.ArgumentGuards = Arguments;
  Callee.ArgumentConstants = Known;
  return IsNew;
}

/// Whether a conditional jump is taken that compares \p A with \p B; nothing for those that are not followed.
static std::optional<bool> isTaken(const Instruction &I, uint64_t A, uint64_t B) {
  if (I.instructionClass() == Instruction::Jmp32) {
    A = uint64_t(int64_t(int32_t(A)));
    B = uint64_t(int64_t(int32_t(B))); // sign-extended, they compare as the 32 bits do
  }
  auto SignedA = int64_t(A), SignedB = int64_t(B);
  switch (I.operation()) {
  case 0x10:
    return A == B;
  case 0x20:
    return A > B;
  case 0x30:
    return A >= B;
  case 0x40:
    return (A & B) != 0;
  case 0x50:
    return A != B;
  case 0x60:
    return SignedA > SignedB;
  case 0x70:
    return SignedA >= SignedB;
  case 0xa0:
    return A < B;
  case 0xb0:
    return A <= B;
  case 0xc0:
    return SignedA < SignedB;
  case 0xd0:
    return SignedA <= SignedB;
  default:
    return std::nullopt;
  }
}

/// What is known of the branch \p Index: whether it is a guard, or which way constants lead.
void Guards::judgeBranch(Function &F, uint32_t Index, const Values &V) const {
  const Instruction &I = F.Code[Index];
  F.GuardingBranches[Index] = I.usesRegister()
                                  ? (V.isGuard(I.Dst) || V.isGuard(I.Src)) && V.isKnown(I.Dst) && V.isKnown(I.Src)
                                  : V.isGuard(I.Dst);
  std::optional<uint64_t> A = V.numberOf(I.Dst);
  std::optional<uint64_t> B = I.usesRegister() ? V.numberOf(I.Src) : std::optional(uint64_t(int64_t(I.Imm)));
  F.Decided[Index] = A && B ? isTaken(I, *A, *B) : std::nullopt;
}

/// False for a way that is not taken.
bool Guards::leadsTo(const Function &F, uint32_t From, uint32_t To) const {
  if (!F.IsReached[From])
    return false;
  std::optional<bool> Taken = F.Decided[From];
  return !Taken || int64_t(To) == int64_t(From) + (*Taken ? F.Code[From].jumpDistance() : 1);
}

/// Follows values from the entry to all instructions; true if it was news what \p F returns.
bool Guards::findGuards(Function &F) {
  std::vector<std::optional<Values>> Before(F.Code.size());
  F.GuardingBranches.assign(F.Code.size(), false);
  F.IsReached.assign(F.Code.size(), false);
  F.Decided.assign(F.Code.size(), std::nullopt);
  std::optional<Values::Value> Returns;
  SmallVector<uint32_t> Worklist;
  if (!F.Code.empty()) {
    Before[0].emplace();
    for (unsigned Register = 1; Register <= 5; ++Register)
      if (F.ArgumentGuards >> Register & 1)
        Before[0]->set(Register, Values::Guard);
      else if (F.ArgumentConstants[Register])
        Before[0]->set(Register, Values::Data, 0, F.ArgumentConstants[Register]);
    Worklist.push_back(0);
  }
  for (; !Worklist.empty() && Steps < MaxSteps; ++Steps) {
    uint32_t Index = Worklist.pop_back_val();
    const Instruction &I = F.Code[Index];
    Values V = *Before[Index];
    F.IsReached[Index] = true;
    if (I.isJump() && !I.isUnconditionalJump())
      judgeBranch(F, Index, V);
    if (I.isExit())
      Returns = Returns ? Values::joined(*Returns, V.Registers[0]) : V.Registers[0];
    if (I.isFunctionCall())
      noteCall(F, Index, V);
    run(F, Index, V);
    for (uint32_t Next : successors(F, Index)) {
      if (!leadsTo(F, Index, Next))
        continue;
      if (!Before[Next])
        Before[Next] = V;
      else if (!Before[Next]->join(V))
        continue;
      Worklist.push_back(Next);
    }
  }
  std::optional<uint64_t> Returned = Returns ? Returns->Number : std::nullopt;
  bool ReturnsGuard = Returns && Returns->What == Values::Guard;
  bool IsNew = std::exchange(F.Returned, Returned) != Returned;
  return (!std::exchange(F.ReturnsGuard, ReturnsGuard) && ReturnsGuard) || IsNew;
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
  if (Steps >= MaxSteps)
    return !Patched;
  if (!F.IsReached[Target])
    return true;
  std::vector<uint8_t> Ways(F.Code.size(), 0); // outcomes that lead to the target
  std::vector<bool> Leads(F.Code.size(), false);
  SmallVector<uint32_t> Worklist = {Target};
  Leads[Target] = true;
  for (; !Worklist.empty() && Steps < MaxSteps; ++Steps) {
    uint32_t Index = Worklist.pop_back_val();
    for (uint32_t From : F.Predecessors[Index]) {
      if (!leadsTo(F, From, Index))
        continue;
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
    // libbpf loads a function only with a program that calls it.
    F.IsOptional = F.IsProgram ? IsOptional : Patched || !F.Callers.empty();
    F.IsGuarded = F.IsOptional && !(F.IsGlobal && !F.IsProgram && ChecksGlobals && !F.Callers.empty());
  }
  for (Function &F : Functions)
    F.UnguardedCallers = to_vector(make_filter_range(
        F.Callers, [&](const CallSite &C) { return !isGuardedWithin(Functions[C.Function], C.Index); }));
  for (bool Changed = true; Changed && Steps < MaxSteps;) {
    Changed = false;
    Steps += Functions.size();
    for (Function &F : Functions) {
      if (F.IsProgram)
        continue;
      auto IsGuarded = [&](const CallSite &C) { return Functions[C.Function].IsGuarded; };
      auto IsOptional = [&](const CallSite &C) { return Functions[C.Function].IsOptional; };
      if (F.IsGuarded && !all_of(F.UnguardedCallers, IsGuarded))
        F.IsGuarded = false, Changed = true;
      if (F.IsOptional && !all_of(F.Callers, IsOptional))
        F.IsOptional = false, Changed = true;
    }
  }
}

bool Guards::isOptional(uint32_t Section, uint64_t Offset) {
  std::optional<uint32_t> Index = functionAt(Section, Offset);
  if (!std::exchange(KnowsFunctions, true))
    findGuardedFunctions();
  return Index && Functions[*Index].IsOptional;
}

bool Guards::refersToFunction(uint32_t Section, uint64_t Offset) const {
  std::optional<uint32_t> Index = functionAt(Section, Offset);
  return Index && calledFunction(Functions[*Index], (Offset - Functions[*Index].Begin) / Instruction::Size);
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
