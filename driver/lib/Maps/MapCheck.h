//===- MapCheck.h - what is wrong with a map --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A definition that a loader reads, before the rules of a kernel (Kernel/MapRules.h). Each thing found is about one member, says what was found and what is expected, and
// has a fix where there is one.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MAPS_MAPCHECK_H
#define BPFBUILD_MAPS_MAPCHECK_H

#include "Kernel/Loaders.h"
#include "Kernel/MapRules.h"
#include "Maps/MapDef.h"

namespace bpfbuild {

/// What libbpf asks the kernel for when it creates \p Map (bpf_object__create_map): without BTF where it leaves that
/// out, and with what it fills in. \p Types are the object's.
MapRequest requestOf(const MapDef &Map, const btf::BTF *Types);

/// What maps are judged for.
struct MapTarget {
  Machine Oldest;
  bool IsNamed = false; ///< the user named its kernel: what our tables do not know is spoken of
  Loader LoadedBy = Loader::Libbpf;
};

/// Judges \p Map, of \p Object.
void checkMap(const MapDef &Map, const BPFObject &Object, const MapTarget &Target,
              std::vector<Diagnostic> &Diagnostics);

/// What a rule asks for, in words: "4 or 8" of a size, "a struct" of a type, a list of flags. Numbers as \p Text has
/// them.
using NumberText = llvm::function_ref<std::string(const Quantity &)>;
std::string describe(const MapRule &Rule, NumberText Text);

} // namespace bpfbuild

#endif
