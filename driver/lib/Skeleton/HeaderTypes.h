//===- HeaderTypes.h - types of a header that both sides share --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SKELETON_HEADERTYPES_H
#define BPFBUILD_SKELETON_HEADERTYPES_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"

namespace bpfbuild {

/// The structs, unions and enums that \p Text, a C header, defines at file scope, also under the names of typedefs;
/// not those of headers that it includes. Conditions are not evaluated: what stands in either branch counts.
llvm::StringSet<> definedTypes(llvm::StringRef Text);

} // namespace bpfbuild

#endif
