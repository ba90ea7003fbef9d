//===- Instruction.cpp - what instructions need ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The releases are those in which the verifier began to take an instruction (bpf_opcode_in_insntable() and the checks
// of do_check()).
//===----------------------------------------------------------------------===//
#include "Kernel/Instruction.h"

using namespace llvm;

namespace bpfbuild {

// Of the fields of an instruction, those that tell features apart.
enum : uint8_t { Ja = 0x00, Jlt = 0xa0, Jle = 0xb0, Jslt = 0xc0, Jsle = 0xd0, Jcond = 0xe0 };
enum : uint8_t { Div = 0x30, Mod = 0x90, End = 0xd0 };
enum : uint8_t { ModeMemSx = 0x80 };
enum : int32_t { AtomicAdd = 0x00, LoadAcquire = 0x100, StoreRelease = 0x110 };
enum : int16_t { AddressSpaceCast = 1 };

static constexpr InstructionFeature Loop{"a loop", {5, 3}, false};
static constexpr InstructionFeature Less{"a jump if less", {4, 14}, false};
static constexpr InstructionFeature MayGoto{"may_goto", {6, 9}, false};
static constexpr InstructionFeature Jump32{"a jump that compares 32 bits", {5, 1}, false};
static constexpr InstructionFeature LongJump{"gotol", {6, 6}, false};
static constexpr InstructionFeature TableJump{"gotox, a jump by a table", {6, 19}, false};
static constexpr InstructionFeature FunctionCall{"a call of another BPF function", {4, 16}, false};
static constexpr InstructionFeature SignedDivision{"signed division", {6, 6}, true};
static constexpr InstructionFeature SignExtendingMove{"a sign-extending move", {6, 6}, true};
static constexpr InstructionFeature ByteSwap{"bswap", {6, 6}, false};
static constexpr InstructionFeature CastAddressSpace{"a cast between address spaces", {6, 9}, true};
static constexpr InstructionFeature SignExtendingLoad{"a sign-extending load", {6, 6}, false};
static constexpr InstructionFeature Atomic{"an atomic operation other than add without its result", {5, 12}, false};
static constexpr InstructionFeature AcquireRelease{"an atomic load or store", {6, 15}, true};

static constexpr InstructionFeature FunctionAddress{"the address of a BPF function", {5, 13}, false};
static constexpr InstructionFeature GlobalData{"global data", {5, 2}, false};

const InstructionFeature &functionAddress() {
  return FunctionAddress;
}

const InstructionFeature &globalData() {
  return GlobalData;
}

static const InstructionFeature *featureOfJump(const Instruction &I) {
  if (I.operation() == Jcond)
    return &MayGoto;
  if (I.instructionClass() == Instruction::Jmp32)
    return I.operation() == Ja ? &LongJump : &Jump32;
  if (I.isTableJump())
    return &TableJump;
  if (I.jumpDistance() <= 0)
    return &Loop;
  bool IsLess = I.operation() == Jlt || I.operation() == Jle || I.operation() == Jslt || I.operation() == Jsle;
  return IsLess ? &Less : nullptr;
}

static const InstructionFeature *featureOfAlu(const Instruction &I) {
  if ((I.operation() == Div || I.operation() == Mod) && I.Offset == 1)
    return &SignedDivision;
  if (I.isMove() && I.usesRegister() && I.Offset != 0)
    return I.Offset == AddressSpaceCast ? &CastAddressSpace : &SignExtendingMove;
  if (I.operation() == End && I.instructionClass() == Instruction::Alu64)
    return &ByteSwap;
  return nullptr;
}

const InstructionFeature *featureOf(const Instruction &I) {
  if (I.isJump())
    return featureOfJump(I);
  if (I.isAlu())
    return featureOfAlu(I);
  if (I.isFunctionCall())
    return &FunctionCall;
  if (I.isLoad())
    return I.mode() == ModeMemSx ? &SignExtendingLoad : nullptr;
  if (!I.isAtomic() || I.Imm == AtomicAdd)
    return nullptr;
  return I.Imm == LoadAcquire || I.Imm == StoreRelease ? &AcquireRelease : &Atomic;
}

StringRef cpuOf(KernelVersion Kernel) {
  constexpr KernelVersion Signed{6, 6}, Compares32{5, 1}, ComparesLess{4, 14};
  return Kernel >= Signed ? "v4" : Kernel >= Compares32 ? "v3" : Kernel >= ComparesLess ? "v2" : "v1";
}

} // namespace bpfbuild
