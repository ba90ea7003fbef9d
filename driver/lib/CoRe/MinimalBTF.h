//===- MinimalBTF.h - what programs use of a kernel's BTF -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A kernel without BTF of its own can be given one by libbpf's btf_custom_path, and of that libbpf reads only what the
// relocations of the loaded object name: of hundreds of kernels that is a few KB each.
//
// What is kept is each type in which a relocation was resolved, with the members and enumerators on its path; the size
// and kind of what a path ends in; and of names what is compared. Typedefs and qualifiers, which matching steps over,
// are left out, but for one that the program names itself. The order of types stays, and with it the order of
// candidates; a candidate that no relocation matches is dropped, as it changes nothing.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_CORE_MINIMALBTF_H
#define BPFBUILD_CORE_MINIMALBTF_H

#include "CoRe/Record.h"

namespace bpfbuild::core {

/// The BTF of \p Kernel, in its byte order, reduced to what \p Objects use. libbpf patches each of them with it as with
/// the whole, but that bpf_core_type_id_kernel() gives the number of another BTF's type. Types of modules are in it as
/// those of the kernel are.
std::string minimizeBTF(const KernelTypes &Kernel, llvm::ArrayRef<ObjectToResolve> Objects);

/// A hash for each thing that \p Objects ask kernels for, ascending: the kind of relocation and what it names.
std::vector<uint64_t> hashUses(llvm::ArrayRef<ObjectToResolve> Objects);

} // namespace bpfbuild::core

#endif
