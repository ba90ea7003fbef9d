//===- Attempts.cpp - what Clang is shown, and what next ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Attempts.h"

namespace bpfbuild {

bool Attempts::next(const AttemptResult &Result) {
  if (Result.IsDone)
    return false;
  if (Now.OwnHelpers.empty() && !Result.Clashes.empty()) {
    Now.OwnHelpers = Result.Clashes;
    return true;
  }
  if (!Now.IsSliced || !Result.HasSliced)
    return false;
  if (FirstMissing.empty() && !Result.Missing.empty())
    FirstMissing = Result.Missing.front();
  bool HasNew = false;
  for (const std::string &Name : Result.Missing)
    HasNew |= Now.Added.insert(Name).second;
  if (HasNew && Additions++ < MaxAdditions) {
    Fallback = Names;
  } else if (Result.IsCxx) {
    // The whole is C, which C++ does not take: there what the slice lacks cannot be had.
    if (Now.HasWholeLibrary)
      return false;
    Now.HasWholeLibrary = true;
    Fallback = Library;
  } else {
    Now.IsSliced = false;
    Fallback = Whole;
  }
  return true;
}

std::string Attempts::describeFallback() const {
  std::string Cause = FirstMissing.empty() ? "the slice of vmlinux.h did not suffice"
                                           : "the slice of vmlinux.h lacked '" + FirstMissing + "'";
  return Cause + (Fallback == Names     ? "; compiled again with it"
                  : Fallback == Library ? "; compiled again with all of bpf.hpp"
                                        : "; compiled again with the whole header");
}

} // namespace bpfbuild
