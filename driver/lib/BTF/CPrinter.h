//===- CPrinter.h - types as C ----------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Prints definitions so that a C compiler lays every type out as the BTF says: gaps are filled by unnamed bit-fields,
// and records that need it are packed. Whatever a definition needs is printed before it: types that it contains are
// defined, types that it points to are announced.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_BTF_CPRINTER_H
#define BPFBUILD_BTF_CPRINTER_H

#include "BTF/BTF.h"
#include "BTF/Layout.h"
#include "BTF/NameTable.h"
#include "llvm/ADT/SmallVector.h"

namespace bpfbuild::btf {

class CPrinter {
public:
  /// \p Types and their \p Names must outlive the printer; \p Name is its file, for messages.
  CPrinter(const BTF &Types, const NameTable &Names, llvm::StringRef Name);

  /// Prints the definition of \p Id and of all that it needs, unless they are there already. Types that have no
  /// definition of their own (pointers, functions, …) print nothing. Errors: a type that contains itself, that is
  /// nested too deep, or whose text is many times the size of the BTF.
  llvm::Error define(uint32_t Id);

  /// Somebody else defines the struct, union or enum \p Id, before or behind.
  void assumeDefined(uint32_t Id) { States[Id] |= Defined; }

  /// Prints what a text needs before it that mentions \p Id behind a pointer: announcements, typedefs and enums.
  llvm::Error mention(uint32_t Id);

  /// Prints an enum without a name, for its enumerators, unless a type that has been printed has it in place.
  void defineUnnamedEnum(uint32_t Id);

  /// Prints what the prototype of the function \p Id needs, then "extern PROTOTYPE ATTRIBUTES;".
  llvm::Error declareFunction(uint32_t Id, llvm::StringRef Attributes);

  /// The declaration of \p Name, a C identifier, with the type \p Id: types with names are mentioned, those without are
  /// defined in place, with their members \p Indent + 1 deep. Outside of them, qualifiers are left out, as a variable
  /// is declared for somebody who may write to it. Errors as define()'s.
  llvm::Expected<std::string> declareVariable(uint32_t Id, llvm::StringRef Name, unsigned Indent);

  /// Text that is printed before the next definition.
  void append(llvm::StringRef Verbatim) { Text += Verbatim; }

  /// Makes room for a text of \p Size bytes.
  void reserve(size_t Size) { Text.reserve(Size); }

  std::string take() { return std::move(Text); }

private:
  static constexpr unsigned MaxRecursion = 512;
  enum State : uint8_t { Announced = 1, InProgress = 2, Defined = 4, Needed = 8, NeededByPointer = 16 };

  // Prints what a text that names a type needs before it; need() only once for each type, of whichever kind.
  llvm::Error need(uint32_t Id, bool IsThroughPointer);
  llvm::Error needAnew(uint32_t Id, bool IsThroughPointer);
  llvm::Error needMembers(const Type &T);
  llvm::Error needSignature(const Type &T);
  llvm::Error needRecord(uint32_t Id, bool IsThroughPointer);
  llvm::Error needTypedef(uint32_t Id);
  void needEnum(uint32_t Id);
  llvm::Error fail(uint32_t Id, const char *What) const;
  llvm::Error checkText(uint32_t Id) const;

  void announce(uint32_t Id);
  void printRecord(uint32_t Id, const Type &T, unsigned Indent);
  void printFiller(uint32_t Bytes, unsigned Indent);
  uint32_t resolveVaList(uint32_t Id) const;
  void printEnum(uint32_t Id, const Type &T, unsigned Indent);
  void printEnumerator(const Type &T, const Enumerator &E);
  void printPadding(uint64_t From, uint64_t To, unsigned Indent);
  uint64_t naturalOffset(uint64_t From, const Member &M, bool IsPacked);

  // A declaration is printed around its name: "int (*" name ")[4]".
  void printBefore(uint32_t Id, unsigned Indent);
  void printAfter(uint32_t Id, unsigned Indent);
  void printParameters(const Type &T, unsigned Indent);
  void printTag(uint32_t Id, const Type &T);
  void printInt(const Type &T);
  void printTypeTag(const Type &T);
  void indent(unsigned Indent) { Text.append(Indent, '\t'); }

  const BTF &Types;
  llvm::StringRef Name;
  const NameTable &Names;
  Layout Layouts;
  std::vector<uint8_t> States;
  uint32_t Current = 0;       ///< the record whose needs are being printed: it need not be announced to itself
  bool HasMetCurrent = false; ///< and so was not, which others may need
  unsigned Recursion = 0;     ///< how deep need() and printBefore() are in themselves
  unsigned EnumsAgain = 0;
  unsigned Gaps = 0; ///< members that fill large ones
  size_t MaxText;    ///< bytes
  bool LeavesOutQualifiers = false;
  bool IsTooDeep = false; ///< printing met something nested too deep, or the text is too large
  std::string Text;
};

} // namespace bpfbuild::btf

#endif
