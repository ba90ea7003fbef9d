//===- Guards.h - code that runs only where a kernel allows it --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program that must run on old kernels asks before it uses what is newer: bpf_core_enum_value_exists(),
// bpf_core_type_exists(), bpf_core_field_exists(), bpf_ksym_exists(), LINUX_KERNEL_VERSION or another __kconfig extern,
// or a const volatile that the host sets. In the object these are values from a CO-RE relocation, an address of an
// extern, or loads from .rodata and .kconfig, and the verifier does not look at what stands behind a branch that such a
// constant decides. A constant that is set behind such a branch, as by has = exists ? 1 : 0, is as good as what it was
// decided by.
//
// So an instruction is guarded if some choice of the outcomes of all such branches keeps it from being reached,
// whatever the others do. That is asked per instruction: going backwards from it, another branch is on a way to it if
// one of its outcomes is, a guarding branch only if both are.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_PROGRAMS_GUARDS_H
#define BPFBUILD_PROGRAMS_GUARDS_H

#include "Kernel/Instruction.h"
#include "Object/BTFExt.h"
#include "llvm/ADT/DenseMap.h"

namespace bpfbuild {

class Guards {
public:
  /// \p Object and \p Ext must outlive the result.
  Guards(const BPFObject &Object, const BTFExt &Ext);

  /// True if no run of a program that libbpf loads by itself needs the instruction at \p Offset (bytes) of \p Section:
  /// it is behind a guard, or in a function that is only called from such places, or in a program with SEC("?…").
  bool isGuarded(uint32_t Section, uint64_t Offset);

  /// The functions of the object that do not overlap, by section and offset.
  llvm::ArrayRef<const Symbol *> functions() const { return Symbols; }

  /// The symbol that the instruction at \p Offset of \p Section is relocated with; null if it is not.
  const Symbol *symbolAt(uint32_t Section, uint64_t Offset) const;

private:
  struct CallSite {
    uint32_t Function, Index;
  };
  /// A function, its instructions and what was found out about them; indices count instructions from its first.
  struct Function {
    uint32_t Section;
    uint64_t Begin; ///< bytes
    std::vector<Instruction> Code;
    std::vector<bool> GuardingBranches;
    std::vector<bool> GuardedConstants; ///< moves of a constant into a register, behind a guarding branch
    std::vector<std::vector<uint32_t>> Predecessors;
    std::vector<CallSite> Callers;
    bool IsProgram = false;
    bool ReturnsGuard = false;
    bool IsGuarded = false; ///< every call of it is; known from findGuardedFunctions() on
  };
  struct Values;

  void readFunctions();
  void findCallers();
  void findPredecessors(Function &F);
  bool findGuards(Function &F);
  bool findGuardedConstants(Function &F);
  void run(const Function &F, uint32_t Index, Values &V) const;
  void runWide(const Function &F, uint32_t Index, Values &V) const;
  void runAlu(const Instruction &I, bool IsGuard, Values &V) const;
  void runStore(const Instruction &I, Values &V) const;
  bool isGuardRelocation(const Function &F, uint32_t Index) const;
  llvm::SmallVector<uint32_t, 2> successors(const Function &F, uint32_t Index) const;
  std::optional<uint32_t> calledFunction(const Function &F, uint32_t Index) const;
  std::optional<uint32_t> functionAt(uint32_t Section, uint64_t Offset) const;
  bool isGuardedWithin(const Function &F, uint32_t Index);
  void findGuardedFunctions();

  /// What is done for an object at most; when it is used up, everything counts as guarded.
  static constexpr uint64_t MaxSteps = uint64_t(1) << 27;

  const BPFObject &Object;
  uint64_t Steps = 0; ///< instructions that were looked at
  bool KnowsFunctions = false;
  std::vector<const Symbol *> Symbols;                                 ///< of Functions
  std::vector<Function> Functions;                                     ///< by section and Begin
  llvm::DenseMap<std::pair<uint32_t, uint64_t>, uint32_t> Relocations; ///< to symbols
  llvm::DenseMap<std::pair<uint32_t, uint64_t>, CoreKind> CoreRelocations;
};

} // namespace bpfbuild

#endif
