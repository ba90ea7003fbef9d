//===- BPFObject.h - the checked view of a BPF ELF file ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What an object holds, as far as anyone after the compiler asks: sections, symbols, relocations and BTF. parse()
// checks the whole file; everything points into its bytes.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_OBJECT_BPFOBJECT_H
#define BPFBUILD_OBJECT_BPFOBJECT_H

#include "BTF/BTF.h"

namespace bpfbuild {

struct Section {
  llvm::StringRef Name;
  llvm::StringRef Bytes; ///< empty for .bss
  uint64_t Size;         ///< in bytes, of .bss too
  bool IsCode;           ///< SHF_EXECINSTR
  bool IsDebug;          ///< .debug_*: DWARF
  uint32_t Type;         ///< SHT_PROGBITS and others
  uint64_t Alignment;    ///< in bytes; 0 is 1
};

struct Symbol {
  enum class Binding { Local, Global, Weak };
  enum class Kind { None, Object, Function, Section, Other };

  llvm::StringRef Name;
  uint32_t Section; ///< index into sections(); 0 for undefined and absolute symbols
  uint64_t Value;   ///< offset in its section
  uint64_t Size;
  Binding Bind;
  Kind SymbolKind;

  bool isDefined() const { return Section != 0; }
};

struct Relocation {
  uint32_t Section; ///< the section that it changes, index into sections()
  uint64_t Offset;  ///< in that section
  uint32_t Symbol;  ///< index into symbols()
};

class BPFObject {
public:
  /// Checks \p Bytes, which must outlive the result. \p Name is the file, for messages: what is not an ELF file, not
  /// for BPF, not relocatable, truncated or inconsistent is an error that says so.
  static llvm::Expected<BPFObject> parse(llvm::StringRef Bytes, llvm::StringRef Name);

  llvm::StringRef name() const { return Name; }
  llvm::StringRef bytes() const { return Bytes; }
  bool isLittleEndian() const { return IsLittleEndian; }

  /// Sections and symbols with the file's indices; number 0 of each is the null one.
  llvm::ArrayRef<Section> sections() const { return Sections; }
  llvm::ArrayRef<Symbol> symbols() const { return Symbols; }
  llvm::ArrayRef<Relocation> relocations() const { return Relocations; }

  /// Null if there is no section of that name.
  const Section *findSection(llvm::StringRef SectionName) const;

  /// The object's types; null if it has no .BTF.
  const btf::BTF *types() const { return Types ? &*Types : nullptr; }

  /// The DATASEC of that name in the BTF; nothing if there is none.
  std::optional<btf::Type> findDataSection(llvm::StringRef SectionName) const;

  /// The symbol of the variable \p VariableName in \p SectionName; null if there is none.
  const Symbol *findVariable(llvm::StringRef VariableName, llvm::StringRef SectionName) const;

private:
  friend class ObjectReader;
  std::string Name;
  llvm::StringRef Bytes;
  bool IsLittleEndian = true;
  std::vector<Section> Sections;
  std::vector<Symbol> Symbols;
  std::vector<uint32_t> SymbolsByName; ///< indices into Symbols
  std::vector<Relocation> Relocations;
  std::optional<btf::BTF> Types;
};

} // namespace bpfbuild

#endif
