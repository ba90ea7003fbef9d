//===- Diff.h - what changed between two kernels ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Structs, unions, enums and functions are compared by their names; a name that has several types in one of the kernels
// is left out, as nothing says which of them became which. Members without a name of their own are looked through: what
// is in them counts as the struct's. Types are compared as C spells them.
//
// A member that went and one that came are one that was renamed, if they have the same type, and the same place or the
// same member before them; or if the one name is the other with more
// before or behind it, as __state is for state.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_CORE_DIFF_H
#define BPFBUILD_CORE_DIFF_H

#include "CoRe/Record.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"

namespace bpfbuild::core {

enum class Change { Added, Removed, Renamed, Moved, Retyped };

llvm::StringRef toString(Change C);

/// What became of a member or enumerator.
struct MemberChange {
  Change What;
  std::string Name, OldName; ///< OldName of one that was renamed
  std::string Old, New;      ///< "'long state' at 16"; of an enumerator its value; empty where it is not there
};

/// What became of a struct, union, enum or function.
struct TypeChange {
  Change What;      ///< Added, Removed, or Retyped: something in it changed
  std::string Name; ///< "struct task_struct"
  bool IsKfunc = false;
  std::string Old, New; ///< of a type its size, of a function its prototype; empty where it is not there
  std::vector<MemberChange> Members;
};

/// What an object uses: the only things that are compared, if there is one.
struct Uses {
  llvm::StringMap<llvm::StringSet<>> Members; ///< by the name of the type; empty for one of which all counts
  llvm::StringSet<> Functions;
};

/// What the relocations, sections and externs of \p Input name.
Uses usesOf(const ObjectToResolve &Input);

/// What changed from \p Old to \p New, by name; of what is in \p Only, unless that is null.
std::vector<TypeChange> compareKernels(const KernelTypes &Old, const KernelTypes &New, const Uses *Only);

/// As text, a type a paragraph; or as a JSON array with an object a type.
void printText(llvm::raw_ostream &OS, llvm::ArrayRef<TypeChange> Changes);
void printJSON(llvm::raw_ostream &OS, llvm::ArrayRef<TypeChange> Changes);

} // namespace bpfbuild::core

#endif
