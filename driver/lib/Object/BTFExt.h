//===- BTFExt.h - lines and CO-RE relocations of an object ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The section .BTF.ext: for each section of code, which line of source an instruction is from, and which instructions
// have a CO-RE relocation (struct btf_ext_info_sec, bpf_line_info, bpf_core_relo).
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_OBJECT_BTFEXT_H
#define BPFBUILD_OBJECT_BTFEXT_H

#include "Object/BPFObject.h"

namespace bpfbuild {

/// Where code is from, up to the next entry of the same section.
struct LineInfo {
  uint32_t Section; ///< index into the object's sections()
  uint32_t Offset;  ///< of the instruction, in bytes
  llvm::StringRef File;
  uint32_t Line, Column; ///< from 1 on; 0 is unknown
  llvm::StringRef Text;  ///< of the source's line; empty if it is not known
};

/// enum bpf_core_relo_kind.
enum class CoreKind : uint32_t {
  FieldByteOffset,
  FieldByteSize,
  FieldExists,
  FieldSigned,
  FieldLeftShift,
  FieldRightShift,
  TypeIdLocal,
  TypeIdTarget,
  TypeExists,
  TypeSize,
  EnumValueExists,
  EnumValue,
  TypeMatches,
};

struct CoreRelocation {
  uint32_t Section; ///< index into the object's sections()
  uint32_t Offset;  ///< of the instruction, in bytes
  uint32_t Type;    ///< id in the object's BTF
  llvm::StringRef Access;
  CoreKind Kind;
  uint32_t Number; ///< among the records of its section, as libbpf's messages count them
  uint32_t Order;  ///< among all records of the object: the order in which libbpf resolves them
};

struct BTFExt {
  std::vector<LineInfo> Lines;             ///< by section and offset
  std::vector<CoreRelocation> Relocations; ///< by section and offset

  /// Reads the .BTF.ext of \p Object; without one the result is empty. Errors name the file and what is wrong.
  static llvm::Expected<BTFExt> read(const BPFObject &Object);

  /// The line of the instruction at \p Offset of \p Section; null if none is known.
  const LineInfo *findLine(uint32_t Section, uint64_t Offset) const;
};

} // namespace bpfbuild

#endif
