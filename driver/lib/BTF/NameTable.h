//===- NameTable.h - the names that types have in C -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// BTF of a whole kernel has types that share a name, from different source files. C has one space of names for tags
// (struct, union, enum) and one for typedefs and enumerators; in each the type with the lowest id keeps the name, and
// the others get the suffix ___2, ___3, …, which CO-RE ignores when it looks for candidates. So a name does not depend
// on what else is printed. A forward declaration takes the name of the type that it announces.
//
// A name that is not a C identifier (Rust's, C++'s) is made one, and gets its id as a suffix.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_BTF_NAMETABLE_H
#define BPFBUILD_BTF_NAMETABLE_H

#include "BTF/BTF.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"

namespace bpfbuild::btf {

class NameTable {
public:
  explicit NameTable(const BTF &Types);

  /// Names as they are, for text that only mentions types.
  static NameTable plain(const BTF &Types) {
    NameTable Result;
    Result.HasSuffix.resize(Types.size());
    return Result;
  }

  /// Appends the name of the struct, union, enum, forward declaration, typedef or function \p Id, which must have one.
  void appendName(std::string &Text, uint32_t Id, const Type &T) const;

  /// Appends the name of enumerator number \p Index of \p Id.
  void appendEnumerator(std::string &Text, uint32_t Id, uint32_t Index, const Enumerator &E) const;

private:
  NameTable() = default;
  static uint64_t key(uint32_t Id, uint32_t Index) { return uint64_t(Id) << 32 | Index; }

  llvm::BitVector HasSuffix; ///< the types that are in Suffixes, or have an enumerator there
  /// The suffix number, 2 and more, of a type (index WholeType) or enumerator that does not keep its name.
  llvm::DenseMap<uint64_t, uint32_t> Suffixes;
};

/// True for what C takes as an identifier in ASCII.
bool isCIdentifier(llvm::StringRef Name);

/// Appends \p Name, or what comes nearest to it as a C identifier, made unique by \p Number.
void appendIdentifier(std::string &Text, NameRef Name, uint64_t Number);

/// Appends \p Number in decimal.
void appendNumber(std::string &Text, uint64_t Number);

} // namespace bpfbuild::btf

#endif
