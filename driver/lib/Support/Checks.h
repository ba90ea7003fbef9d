//===- Checks.h - the checks by their names ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every check that has a name is a row of one table: how serious what it finds is, and why. Nothing else decides about
// that, and docs/checks.md is printed from it.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_CHECKS_H
#define BPFBUILD_SUPPORT_CHECKS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace bpfbuild {

/// How serious a check is when no option and no pragma says otherwise.
enum class CheckClass {
  Error,   ///< the loader, or every kernel that the program is for, surely refuses it
  Warning, ///< it loads, or can be made to, but is a mistake nearly always
  Advice,  ///< code that works can have it: only said with -Wbpf, or by name
};

struct Check {
  llvm::StringLiteral Name; ///< "bpf-map-flags"
  CheckClass Class;
  llvm::StringLiteral Finds;  ///< what it reports
  llvm::StringLiteral Reason; ///< why it is of that class
};

/// All of them, by name.
llvm::ArrayRef<Check> checks();

/// The check of that name; null if there is none.
const Check *findCheck(llvm::StringRef Name);

/// The name that \p Name is most likely a misspelling of; empty if none is near.
llvm::StringRef nearestCheck(llvm::StringRef Name);

/// Prints docs/checks.md.
void printChecksPage(llvm::raw_ostream &OS);

} // namespace bpfbuild

#endif
