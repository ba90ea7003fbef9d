//===- Modernise.cpp - what changes instructions, on demand ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Migrate/Migrator.h"

namespace bpfbuild {

void Migrator::modernise() {}

} // namespace bpfbuild
