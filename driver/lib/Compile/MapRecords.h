//===- MapRecords.h - records of ring buffers -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_MAPRECORDS_H
#define BPFBUILD_COMPILE_MAPRECORDS_H

#include "llvm/IR/Module.h"

namespace bpfbuild {

/// Lets `__type(value, struct event)` in the definition of a ring buffer or perf event array say what its records are.
/// Kernels and libbpf know no values of such maps: the member goes, or becomes the four bytes that they expect, and the
/// type moves to where nobody else looks, the elements of the array whose length is the map's type (see
/// MapDef::RecordType).
void moveRecordTypes(llvm::Module &M);

} // namespace bpfbuild

#endif
