//===- DebugInfo.h - questions to debug information -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_DEBUGINFO_H
#define BPFBUILD_COMPILE_DEBUGINFO_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/GlobalVariable.h"

namespace bpfbuild {

/// What is said of a variable: its name in the source, type and line; null if nothing is.
inline const llvm::DIGlobalVariable *descriptionOf(const llvm::GlobalVariable &Variable) {
  llvm::SmallVector<llvm::DIGlobalVariableExpression *> Debug;
  Variable.getDebugInfo(Debug);
  return Debug.empty() ? nullptr : Debug.front()->getVariable();
}

/// The type without typedefs and qualifiers; null is void.
inline llvm::DIType *withoutNames(llvm::DIType *T) {
  using namespace llvm::dwarf;
  while (auto *Derived = llvm::dyn_cast_or_null<llvm::DIDerivedType>(T)) {
    if (!llvm::is_contained({DW_TAG_typedef, DW_TAG_const_type, DW_TAG_volatile_type}, Derived->getTag()))
      break;
    T = Derived->getBaseType();
  }
  return T;
}

} // namespace bpfbuild

#endif
