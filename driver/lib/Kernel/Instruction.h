//===- Instruction.h - BPF instructions -------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// struct bpf_insn, decoded, with the names that the kernel's documentation of the instruction set gives its parts.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_INSTRUCTION_H
#define BPFBUILD_KERNEL_INSTRUCTION_H

#include "Kernel/KernelVersion.h"
#include "llvm/Support/Endian.h"

namespace bpfbuild {

struct Instruction {
  static constexpr uint64_t Size = 8; ///< bytes; a wide one (ld_imm64) has twice as many

  enum Class : uint8_t { Ld, Ldx, St, Stx, Alu, Jmp, Jmp32, Alu64 };

  uint8_t Code = 0;
  uint8_t Dst = 0, Src = 0; ///< registers
  int16_t Offset = 0;       ///< of a jump: in instructions, from the next one
  int32_t Imm = 0;

  /// Decodes the eight bytes at \p Bytes.
  static Instruction decode(const char *Bytes, bool IsLittleEndian) {
    using namespace llvm::support::endian;
    auto Order = IsLittleEndian ? llvm::endianness::little : llvm::endianness::big;
    uint8_t Registers = Bytes[1], Low = Registers & 15, High = Registers >> 4;
    return {uint8_t(Bytes[0]), IsLittleEndian ? Low : High, IsLittleEndian ? High : Low,
            int16_t(read16(Bytes + 2, Order)), int32_t(read32(Bytes + 4, Order))};
  }

  /// Writes it as decode() reads it.
  void encode(char *Bytes, bool IsLittleEndian) const {
    using namespace llvm::support::endian;
    auto Order = IsLittleEndian ? llvm::endianness::little : llvm::endianness::big;
    Bytes[0] = static_cast<char>(Code);
    Bytes[1] = static_cast<char>(IsLittleEndian ? Src << 4 | Dst : Dst << 4 | Src);
    write16(Bytes + 2, static_cast<uint16_t>(Offset), Order);
    write32(Bytes + 4, static_cast<uint32_t>(Imm), Order);
  }

  Class instructionClass() const { return Class(Code & 7); }
  uint8_t operation() const { return Code & 0xf0; } ///< of ALU and jump classes
  uint8_t mode() const { return Code & 0xe0; }      ///< of load and store classes
  bool usesRegister() const { return Code & 8; }    ///< its second operand is Src, not Imm

  bool isWide() const { return Code == 0x18; }
  bool isAlu() const { return instructionClass() == Alu || instructionClass() == Alu64; }
  bool isMove() const { return isAlu() && operation() == 0xb0; }
  bool isJump() const { return (instructionClass() == Jmp || instructionClass() == Jmp32) && !isCall() && !isExit(); }
  bool isCall() const { return Code == 0x85 || Code == 0x8d; }
  bool isExit() const { return Code == 0x95; }
  bool isUnconditionalJump() const { return Code == 0x05 || Code == 0x06; }
  bool isTableJump() const { return Code == 0x0d; } ///< gotox
  bool isHelperCall() const { return Code == 0x85 && Src == 0; }
  bool isFunctionCall() const { return Code == 0x85 && Src == 1; }
  bool isLoad() const { return instructionClass() == Ldx; }
  bool isStore() const { return instructionClass() == St || instructionClass() == Stx; }
  bool isAtomic() const { return instructionClass() == Stx && mode() == 0xc0; }

  /// Bytes, by the two bits of the code of a load or store that say how many it reads or writes.
  static constexpr uint32_t Widths[] = {4, 2, 1, 8};
  uint32_t width() const { return Widths[Code >> 3 & 3]; } ///< of load and store classes

  /// The 64 bits that a wide one loads; \p Second is its other half.
  uint64_t wideImm(const Instruction &Second) const {
    return static_cast<uint32_t>(Imm) | static_cast<uint64_t>(static_cast<uint32_t>(Second.Imm)) << 32;
  }

  /// The bytes that a load or store reads or writes; 0 for every other instruction, and for loads that are no plain
  /// ones.
  unsigned accessBytes() const {
    constexpr uint8_t Mem = 0x60, MemSx = 0x80, Atomic = 0xc0;
    bool IsLoad = isLoad() && (mode() == Mem || mode() == MemSx);
    bool IsStore = (instructionClass() == St && mode() == Mem) ||
                   (instructionClass() == Stx && (mode() == Mem || mode() == Atomic));
    return IsLoad || IsStore ? width() : 0;
  }

  /// Where a jump leads, counted from itself in instructions.
  int64_t jumpDistance() const { return 1 + (Code == 0x06 ? int64_t(Imm) : int64_t(Offset)); }
};

/// Calls Visit(offset in bytes, instruction) for each instruction of \p Code, a section or a part of one; a wide one is
/// one.
template <typename Visitor> void forEachInstruction(llvm::StringRef Code, bool IsLittleEndian, Visitor &&Visit) {
  for (uint64_t At = 0; At + Instruction::Size <= Code.size(); At += Instruction::Size) {
    Instruction I = Instruction::decode(Code.data() + At, IsLittleEndian);
    Visit(At, I);
    if (I.isWide())
      At += Instruction::Size;
  }
}

/// Something that an instruction needs a kernel for.
struct InstructionFeature {
  llvm::StringLiteral Name; ///< as a message calls it
  KernelVersion Since;
  /// False where older verifiers refuse it even in code that is never run: they look at the opcodes of all
  /// instructions, and at all jumps, before they follow any.
  bool CanBeGuarded;
};

/// What \p I needs beyond the instruction set of Linux 4.4; null if nothing.
const InstructionFeature *featureOf(const Instruction &I);

/// What loading the address of a callback, or of a variable, needs; only relocations tell.
const InstructionFeature &functionAddress();
const InstructionFeature &globalData();

/// The newest -mcpu= whose instructions \p Kernel knows: "v1" to "v4".
llvm::StringRef cpuOf(KernelVersion Kernel);

} // namespace bpfbuild

#endif
