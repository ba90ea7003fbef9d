//===- SpecialFields.h - locks, timers and kptrs in values ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Fields of a map's value that the kernel itself looks after, found in its BTF as btf_find_field() does: structs by
// their name, pointers by their type tag. What is not exactly as the kernel expects it, is plain bytes to it, without
// a word; or all of the value's fields are: that is what FieldScan::Problem says.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_SPECIALFIELDS_H
#define BPFBUILD_KERNEL_SPECIALFIELDS_H

#include "BTF/BTF.h"
#include "Kernel/KernelVersion.h"
#include "Kernel/MapTypes.h"
#include "llvm/ADT/ArrayRef.h"

namespace bpfbuild {

struct SpecialField {
  llvm::StringLiteral Name; ///< of the struct, or of the type tag behind a pointer
  bool IsTag;
  uint8_t Size, Align; ///< bytes
  bool IsOnce;         ///< a struct may have one
  bool CanRepeat;      ///< an array of them is as many fields
  bool IsRoot;         ///< of a list or tree: it needs a contains tag, and a lock beside it
  MapTypeSet Types;    ///< the maps whose values may have it
  KernelVersion Since;
};

/// All that a map's value may have.
llvm::ArrayRef<SpecialField> specialFields();

/// The maps whose values may have \p Field on \p Kernel.
MapTypeSet typesWith(const SpecialField &Field, KernelVersion Kernel);

struct FoundField {
  const SpecialField *Field;
  uint64_t Offset; ///< bytes, from the start of the value
  uint32_t Target; ///< the type that a pointer leads to
};

struct FieldScan {
  std::vector<FoundField> Fields;
  std::string Member;         ///< of Problem: as "inner.lock"
  std::string Problem;        ///< why the kernel takes all of the value as plain bytes; empty if it does not
  bool HasUnknownTag = false; ///< the problem is a type tag that the kernel does not know
  int Errno = 0;              ///< of the kernel where that is an error
};

/// The special fields that a kernel sees in a value of type \p Id, whose nesting must be checked: none where there is a
/// problem, or no such type.
FieldScan scanSpecialFields(const btf::BTF &Types, uint32_t Id, KernelVersion Kernel);

/// The errno with which the kernel refuses to load the BTF because of a struct with special fields that are not as they
/// should be (btf_parse_struct_metas); 0 if it loads. \p Struct is that struct.
int checkSpecialStructs(const btf::BTF &Types, KernelVersion Kernel, uint32_t &Struct);

} // namespace bpfbuild

#endif
