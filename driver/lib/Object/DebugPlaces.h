//===- DebugPlaces.h - where an object's variables stand --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_OBJECT_DEBUGPLACES_H
#define BPFBUILD_OBJECT_DEBUGPLACES_H

#include "Object/BPFObject.h"
#include "Support/Diagnostic.h"

namespace bpfbuild {

/// Gives each of \p Diagnostics its line, of the map, member or program that it is about, where \p Object still has
/// DWARF. What that does not say, or says wrongly, stays without a line.
void fillPlaces(const BPFObject &Object, std::vector<Diagnostic> &Diagnostics);

} // namespace bpfbuild

#endif
