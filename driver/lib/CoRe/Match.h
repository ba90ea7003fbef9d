//===- Match.h - a program's spec in a kernel -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_CORE_MATCH_H
#define BPFBUILD_CORE_MATCH_H

#include "CoRe/Candidates.h"
#include "CoRe/Compatible.h"
#include "CoRe/Spec.h"

namespace bpfbuild::core {

/// Where a spec and a kernel part.
struct Stop {
  Reason Why = Reason::None;
  size_t Step = 0;   ///< which of the program's accessors the kernel cannot follow
  uint32_t Type = 0; ///< the kernel's type there
};

/// A match, or where it stopped. Found is empty where there is none.
struct MatchResult {
  Spec Found;
  Stop Where;
};

/// Follows \p Own, parsed from a relocation of kind \p K, through the candidate \p C (libbpf's bpf_core_spec_match).
/// \p Note is told which of the kernel's members and enumerators a bpf_core_type_matches() rests on.
MatchResult matchSpec(const Spec &Own, CoreKind K, const Candidate &C, unsigned PointerSize, NoteUse Note);

} // namespace bpfbuild::core

#endif
