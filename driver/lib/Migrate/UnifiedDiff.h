//===- UnifiedDiff.h - edits for people and patch(1) ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MIGRATE_UNIFIEDDIFF_H
#define BPFBUILD_MIGRATE_UNIFIEDDIFF_H

#include "Compile/Migrate/Migration.h"

namespace bpfbuild {

/// The edits of \p File, which is called \p Name, as diff -u writes them: three lines of context, "a/" and "b/" in
/// front of names that are relative, so that `patch -p1` and `git apply` take it. Empty without edits.
std::string unifiedDiff(const std::string &Name, const EditedFile &File);

} // namespace bpfbuild

#endif
