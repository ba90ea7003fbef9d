//===- Check.h - what is wrong with an object -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MAPS_CHECK_H
#define BPFBUILD_MAPS_CHECK_H

#include "Kernel/MapRules.h"
#include "Object/BPFObject.h"
#include "Support/Diagnostic.h"

namespace bpfbuild {

/// Everything that can be told of one object before it is linked: map definitions that libbpf would refuse
/// (bpf-map-definition), maps that a kernel would (bpf-map-…, see MapCheck.h), and program sections that libbpf does
/// not know (bpf-section-name). \p Oldest is what the maps are judged for.
std::vector<Diagnostic> checkObject(const BPFObject &Object, const Machine &Oldest);

} // namespace bpfbuild

#endif
