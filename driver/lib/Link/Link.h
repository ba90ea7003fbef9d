//===- Link.h - several BPF objects into one --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_LINK_LINK_H
#define BPFBUILD_LINK_LINK_H

#include "Object/BPFObject.h"

namespace bpfbuild {

/// Links \p Objects by libbpf's static linker and returns the bytes of the one object: symbols resolved, BTF merged and
/// deduplicated, DWARF dropped. A single object only loses its DWARF: libbpf's linker would drop what is newer than
/// itself. Errors: what two objects both define, by name and with both files; what an object
/// declares extern and none defines; everything that libbpf's linker refuses, with its own words.
llvm::Expected<std::string> linkObjects(llvm::ArrayRef<BPFObject> Objects);

} // namespace bpfbuild

#endif
