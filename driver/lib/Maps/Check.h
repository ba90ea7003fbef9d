//===- Check.h - what is wrong with an object -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MAPS_CHECK_H
#define BPFBUILD_MAPS_CHECK_H

#include "Object/BPFObject.h"
#include "Support/Diagnostic.h"

namespace bpfbuild {

/// Everything that can be told of one object before it is linked: map definitions that libbpf would refuse
/// (bpf-map-definition) and program sections that it does not know (bpf-section-name).
std::vector<Diagnostic> checkObject(const BPFObject &Object);

} // namespace bpfbuild

#endif
