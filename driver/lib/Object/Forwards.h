//===- Forwards.h - forward declarations in one order -----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_OBJECT_FORWARDS_H
#define BPFBUILD_OBJECT_FORWARDS_H

#include <string>

namespace bpfbuild {

/// Orders by name the forward declarations that LLVM has put at the end of the BTF of \p Object, an ELF object in
/// memory, and their names with them. LLVM goes over them by their addresses (FixupDerivedTypes in BTFDebug.cpp), so
/// that the same source gave other bytes where something else was on the heap: a longer path, one more option. What
/// does not have LLVM's form stays as it is.
void sortForwards(std::string &Object);

} // namespace bpfbuild

#endif
