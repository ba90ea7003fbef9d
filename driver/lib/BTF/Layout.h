//===- Layout.h - what C makes of a type's alignment ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// BTF records sizes and offsets, but no alignment: it follows from the members, as btf__align_of() in libbpf derives
// it. A struct whose members lie where their alignment forbids, or whose size is no multiple of it, was declared
// packed.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_BTF_LAYOUT_H
#define BPFBUILD_BTF_LAYOUT_H

#include "BTF/BTF.h"

namespace bpfbuild::btf {

/// Answers for the types of one BTF, whose nesting must have been checked, or gone through by a CPrinter, and remembers
/// the answers.
class Layout {
public:
  explicit Layout(const BTF &Types) : Types(Types), Known(Types.size(), 0) {}

  /// The alignment in bytes, 1 to 16: 1 for packed records and what has no alignment.
  unsigned alignOf(uint32_t Id) { return (Known[Id] ? Known[Id] : findAlignment(Id)) & ~IsPacked; }

  /// True if the struct or union \p Id must be declared packed.
  bool isPacked(uint32_t Id) { return (Known[Id] ? Known[Id] : findAlignment(Id)) & IsPacked; }

private:
  static constexpr uint8_t IsPacked = 0x80;

  uint8_t findAlignment(uint32_t Id);
  uint8_t alignOfRecord(uint32_t Id, const Type &T);

  const BTF &Types;
  std::vector<uint8_t> Known; ///< the alignment; 0: not yet known; with IsPacked for a packed record
};

} // namespace bpfbuild::btf

#endif
