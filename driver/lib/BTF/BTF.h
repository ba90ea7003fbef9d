//===- BTF.h - a checked model of BTF ---------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// parse() decodes BTF of either byte order and checks it once, so that everything behind it can follow ids and recurse
// freely: every name lies in the string table, every type id exists, every type that contains others by value is
// acyclic and at most MaxDepth deep. Strings point into the bytes that were parsed, which must outlive the model.
//
// Type ids index types(); id 0 is void. Offsets and sizes are in bytes unless the name says bits.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_BTF_BTF_H
#define BPFBUILD_BTF_BTF_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bpfbuild::btf {

/// BTF_KIND_*, with the kernel's numbers (include/uapi/linux/btf.h).
enum class Kind : uint8_t {
  Void = 0,
  Int = 1,
  Ptr = 2,
  Array = 3,
  Struct = 4,
  Union = 5,
  Enum = 6,
  Fwd = 7,
  Typedef = 8,
  Volatile = 9,
  Const = 10,
  Restrict = 11,
  Func = 12,
  FuncProto = 13,
  Var = 14,
  DataSec = 15,
  Float = 16,
  DeclTag = 17,
  TypeTag = 18,
  Enum64 = 19,
};

llvm::StringRef toString(Kind K);

/// The linkage of variables and functions (BTF_VAR_*, BTF_FUNC_*).
enum class Linkage : uint32_t { Static = 0, Global = 1, Extern = 2 };

struct Member {
  llvm::StringRef Name;
  uint32_t Type;
  uint32_t BitOffset; ///< from the start of the struct or union
  uint32_t BitSize;   ///< 0 unless it is a bit-field
};

struct Enumerator {
  llvm::StringRef Name;
  uint64_t Value; ///< sign-extended where the enum is signed
};

struct Parameter {
  llvm::StringRef Name;
  uint32_t Type;
};

struct SectionVariable {
  uint32_t Type; ///< a Var, or a Func for externs in .ksyms
  uint32_t Offset;
  uint32_t Size;
};

/// One type. Which of the lists and numbers mean something depends on the kind.
struct Type {
  Kind TypeKind = Kind::Void;
  llvm::StringRef Name;
  bool KindFlag = false;
  uint32_t Size = 0; ///< Int, Float, Struct, Union, Enum, Enum64, DataSec
  uint32_t Ref =
      0; ///< what a Ptr, Typedef, qualifier, Func, Var or tag refers to; an Array's element; FuncProto's return
  uint32_t ElementCount = 0; ///< Array
  uint32_t IntBits = 0;      ///< Int: the bits that count
  bool IsSigned = false;     ///< Int, Enum, Enum64
  bool IsBool = false, IsChar = false;
  Linkage Link = Linkage::Static; ///< Var, Func
  int32_t Component = -1;         ///< DeclTag: the member or parameter, -1 for the whole
  std::vector<Member> Members;
  std::vector<Enumerator> Enumerators;
  std::vector<Parameter> Parameters;
  std::vector<SectionVariable> Variables;

  bool isRecord() const { return TypeKind == Kind::Struct || TypeKind == Kind::Union; }
  bool isEnum() const { return TypeKind == Kind::Enum || TypeKind == Kind::Enum64; }
};

class BTF {
public:
  static constexpr unsigned MaxDepth = 64;

  /// Decodes and checks \p Bytes, the content of a .BTF section. \p Name is the file, for messages. An error names the
  /// type id.
  static llvm::Expected<BTF> parse(llvm::StringRef Bytes, llvm::StringRef Name);

  llvm::ArrayRef<Type> types() const { return Types; }
  const Type &type(uint32_t Id) const { return Types[Id]; }

  /// Follows typedefs, qualifiers and type tags to the type that they stand for (libbpf's skip_mods_and_typedefs).
  uint32_t resolve(uint32_t Id) const;
  const Type &resolved(uint32_t Id) const { return Types[resolve(Id)]; }

  /// The size that a value of the type has, in bytes; nothing for void, functions, forward declarations and sizes over
  /// 32 bits (libbpf's btf__resolve_size).
  std::optional<uint64_t> sizeOf(uint32_t Id) const;

  /// The id of the type of kind \p K that has \p TypeName; 0 if there is none.
  uint32_t find(llvm::StringRef TypeName, Kind K) const;

private:
  std::vector<Type> Types;
};

} // namespace bpfbuild::btf

#endif
