//===- Guards.h - code that runs only where a kernel allows it --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program that must run on old kernels asks before it uses what is newer: bpf_core_enum_value_exists(),
// bpf_core_type_exists(), bpf_core_field_exists(), bpf_ksym_exists(), LINUX_KERNEL_VERSION or another __kconfig extern,
// or a const volatile that the host sets. In the object these are values from a CO-RE relocation, an address of an
// extern, or loads from .rodata and .kconfig, and the verifier does not look at what stands behind a branch that such a
// constant decides. A constant that is set behind such a branch, as by has = exists ? 1 : 0, is as good as what it was
// decided by. What is computed with other data, or compared with it, is data: if (target_pid != pid) asks no kernel.
// Guards are followed through registers, the stack, arguments and results of functions, not through other memory.
//
// What such a relocation gives is known where the kernel is: then its value is followed, as the verifier follows it,
// and only what the kernel's configuration or the host decides remains open.
//
// So an instruction is guarded if some choice of the outcomes of all such branches keeps it from being reached,
// whatever the others do. That is asked per instruction: going backwards from it, another branch is on a way to it if
// one of its outcomes is, a guarding branch only if both are.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_CORE_GUARDS_H
#define BPFBUILD_CORE_GUARDS_H

#include "Kernel/Instruction.h"
#include "Object/BTFExt.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"
#include <map>

namespace bpfbuild {

/// What the relocated instructions of an object hold once libbpf has patched them for one kernel, by section and offset
/// (bytes). Nothing for an instruction that is poisoned.
using PatchedValues = llvm::DenseMap<std::pair<uint32_t, uint64_t>, std::optional<uint64_t>>;

class Guards {
public:
  /// \p Object and \p Ext must outlive the result. \p ChecksGlobals says that the kernel verifies every global function
  /// by itself, whoever calls it. With \p Patched, which must outlive the result too, the kernel is known; \p Kernel is
  /// its version, as far as that is.
  Guards(const BPFObject &Object, const BTFExt &Ext, bool ChecksGlobals, const PatchedValues *Patched = nullptr,
         std::optional<KernelVersion> Kernel = {});

  /// True if no run of a program that libbpf loads by itself needs the instruction at \p Offset (bytes) of \p Section:
  /// it is behind a guard, or in a function that is only called from such places, or in a program with SEC("?…").
  bool isGuarded(uint32_t Section, uint64_t Offset);

  /// True if only programs with SEC("?…") have the instruction at all.
  bool isOptional(uint32_t Section, uint64_t Offset);

  /// The function whose address the instruction at \p Offset of \p Section takes or which it calls, in this object.
  bool refersToFunction(uint32_t Section, uint64_t Offset) const;

  /// True for a kfunc or variable of the kernel: an extern in .ksyms.
  bool isOfKernel(const Symbol &S) const { return KernelSymbols.contains(S.Name); }

  /// The functions of the object that do not overlap, by section and offset.
  llvm::ArrayRef<const Symbol *> functions() const { return Symbols; }

  /// The symbol that the instruction at \p Offset of \p Section is relocated with; null if it is not.
  const Symbol *symbolAt(uint32_t Section, uint64_t Offset) const;

private:
  using Numbers = std::array<std::optional<uint64_t>, 6>; ///< by register, r0 unused
  struct CallSite {
    uint32_t Function, Index;
    uint8_t Arguments = 0; ///< bits of r1 to r5 that are guards there
    Numbers Constants;     ///< what r1 to r5 are there
  };
  /// A function, its instructions and what was found out about them; indices count instructions from its first.
  struct Function {
    uint32_t Section;
    uint64_t Begin; ///< bytes
    std::vector<Instruction> Code;
    std::vector<bool> GuardingBranches;
    std::vector<bool> GuardedConstants;       ///< moves of a constant into a register, behind a guarding branch
    std::vector<bool> IsReached;              ///< by some way that constants leave open
    std::vector<std::optional<bool>> Decided; ///< of branches that constants decide, whether they are taken
    std::vector<std::vector<uint32_t>> Predecessors;
    std::vector<CallSite> Callers;
    llvm::SmallVector<CallSite> UnguardedCallers; ///< known from findGuardedFunctions() on
    bool IsProgram = false;
    bool ReturnsGuard = false;
    std::optional<uint64_t> Returned; ///< the constant that it returns
    Numbers ArgumentConstants;        ///< what r1 to r5 are at each call
    uint8_t ArgumentGuards = 0;       ///< bits of r1 to r5 that are guards at each call
    bool IsGuarded = false;           ///< every call of it is; known from findGuardedFunctions() on
    bool IsOptional = false;          ///< every call of it is from an optional program
    bool IsGlobal = false;
  };
  struct Values;

  void readFunctions();
  void findCallers();
  void findPredecessors(Function &F);
  bool findGuards(Function &F);
  bool findGuardedConstants(Function &F);
  bool passGuards(Function &Callee);
  void run(const Function &F, uint32_t Index, Values &V) const;
  void noteCall(const Function &F, uint32_t Index, const Values &V);
  void runWide(const Function &F, uint32_t Index, Values &V) const;
  void runAlu(const Function &F, uint32_t Index, Values &V) const;
  void runLoad(const Instruction &I, Values &V) const;
  void runStore(const Function &F, const Instruction &I, Values &V) const;
  void runAtomic(const Function &F, const Instruction &I, Values &V) const;
  bool tracksSpill(const Instruction &I, int Width, uint64_t Number) const;
  void runCall(const Function &F, uint32_t Index, Values &V) const;
  bool isGuardRelocation(const Function &F, uint32_t Index) const;
  std::optional<uint64_t> constantOf(const Function &F, uint32_t Index) const;
  void judgeBranch(Function &F, uint32_t Index, const Values &V) const;
  bool leadsTo(const Function &F, uint32_t From, uint32_t To) const;
  llvm::SmallVector<uint32_t, 2> successors(const Function &F, uint32_t Index) const;
  std::optional<uint32_t> calledFunction(const Function &F, uint32_t Index) const;
  std::optional<uint32_t> functionAt(uint32_t Section, uint64_t Offset) const;
  bool isGuardedWithin(const Function &F, uint32_t Index);
  void findGuardedFunctions();

  /// What is done for an object at most; when it is used up, everything counts as guarded, and where the kernel is
  /// known as reached.
  static constexpr uint64_t MaxSteps = uint64_t(1) << 27;

  const BPFObject &Object;
  bool ChecksGlobals;
  const PatchedValues *Patched;
  std::optional<KernelVersion> Kernel;
  llvm::StringSet<> KernelSymbols, Settings; ///< externs in .ksyms and in .kconfig
  uint64_t Steps = 0;                        ///< instructions that were looked at
  bool KnowsFunctions = false;
  std::vector<const Symbol *> Symbols; ///< of Functions
  std::vector<Function> Functions;     ///< by section and Begin
  std::map<std::pair<uint32_t, uint32_t>, size_t>
      CallSites; ///< by function and instruction: which of the callee's Callers
  llvm::DenseMap<std::pair<uint32_t, uint64_t>, uint32_t> Relocations; ///< to symbols
  llvm::DenseMap<std::pair<uint32_t, uint64_t>, CoreKind> CoreRelocations;
};

} // namespace bpfbuild

#endif
