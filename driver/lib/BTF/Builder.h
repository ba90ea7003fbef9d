//===- Builder.h - writing BTF ----------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types get their ids in the order in which they are added; an id may be used before its type is there, so that types
// can refer to each other. Equal strings are stored once. Nothing is checked here: BTF::parse() of the result does
// that.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_BTF_BUILDER_H
#define BPFBUILD_BTF_BUILDER_H

#include "BTF/BTF.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Endian.h"

namespace bpfbuild::btf {

class Builder {
public:
  /// A member, enumerator or parameter that is to be written.
  struct NewMember {
    llvm::StringRef Name;
    uint32_t Type, BitOffset, BitSize = 0;
  };
  struct NewEnumerator {
    llvm::StringRef Name;
    uint64_t Value;
  };
  struct NewParameter {
    llvm::StringRef Name;
    uint32_t Type;
  };

  /// \p Base is what the types continue (split BTF); it must outlive the builder.
  explicit Builder(llvm::endianness Order = llvm::endianness::native, const BTF *Base = nullptr);

  /// The id that the next type gets.
  uint32_t nextId() const { return NextId; }

  /// \p Encoding is of BTF_INT_SIGNED, BTF_INT_CHAR and BTF_INT_BOOL: 1, 2, 4. Sizes are in bytes. \p Bits is how many
  /// of them count; 0: all.
  uint32_t addInt(llvm::StringRef Name, uint32_t Size, uint32_t Encoding = 0, uint32_t Bits = 0);
  uint32_t addFloat(llvm::StringRef Name, uint32_t Size);
  /// A Ptr, Typedef, qualifier or TypeTag; \p Name is empty for kinds that have none.
  uint32_t addReference(Kind K, uint32_t Ref, llvm::StringRef Name = "");
  uint32_t addArray(uint32_t Element, uint32_t IndexType, uint32_t Count);
  /// A Struct or Union. Bit-fields set the type's kind_flag.
  uint32_t addRecord(Kind K, llvm::StringRef Name, uint32_t Size, llvm::ArrayRef<NewMember> Members);
  /// An Enum or Enum64.
  uint32_t addEnum(Kind K, llvm::StringRef Name, uint32_t Size, llvm::ArrayRef<NewEnumerator> Enumerators,
                   bool IsSigned = false);
  uint32_t addForward(llvm::StringRef Name, bool IsUnion = false);
  /// \p Return 0 is void; a last parameter of type 0 without a name is "...".
  uint32_t addPrototype(uint32_t Return, llvm::ArrayRef<NewParameter> Parameters);
  uint32_t addFunction(llvm::StringRef Name, uint32_t Prototype, Linkage Link = Linkage::Static);
  uint32_t addVariable(llvm::StringRef Name, uint32_t Ref, Linkage Link = Linkage::Global);
  uint32_t addSection(llvm::StringRef Name, uint32_t Size, llvm::ArrayRef<SectionVariable> Variables);
  /// \p Component is a member or parameter of \p Ref, or -1 for all of it.
  uint32_t addTag(llvm::StringRef Name, uint32_t Ref, int32_t Component = -1);

  /// The type \p Id of \p From as it is, but that \p NewId gives for each type that it refers to, an array's index
  /// among them, the number here; 0 is void.
  uint32_t addCopy(const BTF &From, uint32_t Id, llvm::function_ref<uint32_t(uint32_t)> NewId);

  /// The bytes of the section .BTF.
  std::string finish() const;

private:
  uint32_t string(llvm::StringRef Text);
  void word(uint32_t W) { Words.push_back(W); }
  uint32_t begin(Kind K, llvm::StringRef Name, uint32_t SizeOrRef, size_t Count = 0, bool Flag = false);

  llvm::endianness Order;
  std::vector<uint32_t> Words; ///< the type section
  std::string Strings;
  llvm::StringMap<uint32_t> Offsets; ///< of strings, the base's included
  uint32_t FirstString = 0, NextId = 1;
};

} // namespace bpfbuild::btf

#endif
