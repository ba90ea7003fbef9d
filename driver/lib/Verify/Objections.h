//===- Objections.h - what the verifier's messages mean ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_VERIFY_OBJECTIONS_H
#define BPFBUILD_VERIFY_OBJECTIONS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace bpfbuild {

/// A message of the verifier, and what to do about it.
struct Objection {
  llvm::StringLiteral Pattern; ///< parts of the message in their order, between '*'
  llvm::StringLiteral Advice;  ///< what it means, and what to do
};

llvm::ArrayRef<Objection> objections();

/// The first objection whose pattern \p Message has; null if the message is not known.
const Objection *findObjection(llvm::StringRef Message);

} // namespace bpfbuild

#endif
