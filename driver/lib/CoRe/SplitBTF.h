//===- SplitBTF.h - a module's BTF over another base ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A module's BTF continues that of one vmlinux, by numbers: built against another, it is rubbish. So kernels since 6.11
// have in a module beside .BTF a section .BTF.base with what the module's types refer to, and find it in the vmlinux
// that is there by names.
//
// Distilling records what is needed and decides nothing: integers, floats, forward declarations, enums by size, and
// structs and unions by name and size, always. Everything without a name, and what only refers to other types, goes
// into the module's BTF.
//
// Relocating decides, when both sides are known. What is embedded in one of the module's types must have the same size
// there, or its members would lie elsewhere; what is only pointed to may have changed. And a name can have several
// types. So of structs and unions
//
//   those that are embedded need the one type of that name and that size;
//   the others need the one type of that name or, where there are several, the one of that name and size;
//
// and anything else is an error, which names the type, and what there is. Whether a name had several types in the old
// base does not count: that is why sizes are recorded always, and not compared always.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_CORE_SPLITBTF_H
#define BPFBUILD_CORE_SPLITBTF_H

#include "BTF/BTF.h"

namespace bpfbuild::core {

/// The sections of a module whose BTF can be relocated.
struct DistilledBTF {
  std::string Split; ///< .BTF, which continues Base
  std::string Base;  ///< .BTF.base
};

/// Distills \p Module, which must be split BTF. An error names a type that cannot be in the base of one.
llvm::Expected<DistilledBTF> distill(const btf::BTF &Module, llvm::StringRef Name);

/// The BTF of \p Distilled, which is split over its distilled base, as one that continues \p NewBase. \p Name is the
/// file, for messages: one for each type of the base that has no place there.
llvm::Expected<std::string> relocate(const btf::BTF &Distilled, const btf::BTF &NewBase, llvm::StringRef Name);

} // namespace bpfbuild::core

#endif
