//===- Resolve.h - what becomes of a relocation in a kernel -----*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// libbpf's decisions when it loads an object (bpf_core_calc_relo_insn, bpf_core_patch_insn), without loading it. All
// candidates that match must give the same value. Where none matches, questions have the answer 0 and every other
// instruction is poisoned: it becomes a call that no verifier lets pass.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_CORE_RESOLVE_H
#define BPFBUILD_CORE_RESOLVE_H

#include "CoRe/Match.h"
#include "Kernel/Instruction.h"
#include "llvm/ADT/DenseMap.h"

namespace bpfbuild::core {

/// What a relocation stands for by one BTF.
struct FieldValue {
  uint64_t Value = 0;
  uint32_t Size = 0;        ///< bytes of the member that an instruction loads or stores; 0 where that does not matter
  uint32_t Type = 0;        ///< the member's type, where Size matters
  bool MustBeInCode = true; ///< the compiler wrote this value into the instruction
};

struct Resolution {
  Reason Why = Reason::None; ///< of a question that is answered with 0 too
  FieldValue Own, New;       ///< in the program and in the kernel
  bool IsPoisoned = false;
  bool CannotResize = false;            ///< a load or store would have to read another size, and cannot
  Spec OwnSpec, Found;                  ///< Found is empty where the kernel lacks it
  std::vector<Spec> Matching;           ///< of all candidates, the first of which is Found
  Stop Where;                           ///< of the candidate that went furthest, where none matches
  const btf::BTF *WhereTypes = nullptr; ///< what Where.Type is of

  bool refusesObject() const { return core::refusesObject(Why); }
  /// The kernel lacks what is asked for.
  bool isMissing() const { return Why != Reason::None && !refusesObject(); }
};

/// Resolves the relocations of one object in one kernel. A candidate that fails a relocation is no candidate any more
/// for those that follow and name the same type, unless all fail: the order counts, and must be that of
/// CoreRelocation::Order.
class Resolver {
public:
  /// All must outlive the result. \p Note is told what a bpf_core_type_matches() rests on.
  Resolver(
      const btf::BTF &Own, bool IsLittleEndian, const Candidates &All,
      NoteUse Note = [](const btf::BTF &, uint32_t, uint32_t, uint32_t) {})
      : Own(Own), IsLittleEndian(IsLittleEndian), All(All), Note(Note) {}

  Resolution resolve(const CoreRelocation &R);

private:
  void resolveAmong(const CoreRelocation &R, llvm::SmallVector<Candidate> &Of, Resolution &Result);
  Reason valueOf(const Spec &S, CoreKind K, unsigned PointerSize, FieldValue &V) const;
  Reason fieldValueOf(const Spec &S, CoreKind K, unsigned PointerSize, FieldValue &V) const;
  Reason valueOfMember(const Spec &S, CoreKind K, unsigned PointerSize, FieldValue &V) const;
  void compareSizes(Resolution &R, const Spec &Found) const;

  const btf::BTF &Own;
  bool IsLittleEndian;
  const Candidates &All;
  NoteUse Note;
  llvm::DenseMap<uint32_t, llvm::SmallVector<Candidate>> Remaining; ///< by the program's type
};

/// Changes the instruction \p I as \p R says; \p Second is what follows it, which belongs to it if it is wide. A reason
/// that refuses the object leaves both as they were; OtherSize poisons them.
Reason patch(Instruction &I, Instruction &Second, const Resolution &R);

} // namespace bpfbuild::core

#endif
