//===- MapPage.h - the rules of maps, to read -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MAPS_MAPPAGE_H
#define BPFBUILD_MAPS_MAPPAGE_H

#include "llvm/Support/raw_ostream.h"

namespace bpfbuild {

/// Prints docs/maps.md: for every map type a definition to begin with, and what kernels take, from the table in
/// Kernel/MapRules.cpp.
void printMapPage(llvm::raw_ostream &OS);

} // namespace bpfbuild

#endif
