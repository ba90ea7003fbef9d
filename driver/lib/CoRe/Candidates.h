//===- Candidates.h - a kernel's types of the names asked for ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// libbpf goes over all types of a kernel for each type that a program relocates. Here one pass finds the types for all
// names at once. A kernel's name may have a flavour too, which does not count.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_CORE_CANDIDATES_H
#define BPFBUILD_CORE_CANDIDATES_H

#include "CoRe/KernelTypes.h"
#include "Object/BTFExt.h"
#include "llvm/ADT/StringMap.h"

namespace bpfbuild::core {

/// A type of a kernel.
struct Candidate {
  const btf::BTF *Types;
  uint32_t Id;
};

class Candidates {
public:
  /// Looks for the types that the relocations of \p Objects name in \p Kernel, which must outlive the result.
  Candidates(const KernelTypes &Kernel, llvm::ArrayRef<std::pair<const btf::BTF *, const BTFExt *>> Objects);

  /// The kernel's types that the type \p Id of a program can be: of the same name and kind, by their ids; those of
  /// modules only if vmlinux has none (bpf_core_find_cands).
  llvm::SmallVector<Candidate> find(const btf::BTF &Own, uint32_t Id) const;

  const KernelTypes &kernel() const { return Kernel; }

private:
  using ByName = llvm::StringMap<llvm::SmallVector<uint32_t, 2>>;
  /// Adds the types of \p Types whose names are in \p Found to it. \p Separators are where flavours are set off in its
  /// strings and its base's, ascending.
  void scan(const btf::BTF &Types, llvm::ArrayRef<uint32_t> Separators, ByName &Found) const;

  const KernelTypes &Kernel;
  bool NeedsAllKinds = false; ///< not only what BTF::definitions() lists
  ByName InVmlinux;
  std::vector<ByName> InModules;
};

} // namespace bpfbuild::core

#endif
