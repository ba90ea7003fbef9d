//===- TypeModel.h - BTF types as C++ types ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The user's types as the generated header declares them: plain data, in the order of declaration. Integers become the
// fixed-width types of <cstdint>, pointers std::uint64_t, typedefs what they stand for. Every gap between members
// becomes a member, so that T{} has no byte that is not zero: a key with a hole is still found.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SKELETON_TYPEMODEL_H
#define BPFBUILD_SKELETON_TYPEMODEL_H

#include "BTF/BTF.h"
#include "Skeleton/Names.h"
#include "llvm/ADT/StringSet.h"
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace bpfbuild {

/// A type as it is written around a name: "std::uint32_t NAME[4][2]".
struct CppType {
  std::string Name;
  std::vector<uint64_t> Dimensions;
  uint64_t Alignment = 1; ///< that the host's compiler gives the declared type, in bytes
  std::string Comment;    ///< what the C++ type cannot say: "struct task_struct *"
  std::string Keyword;    ///< "struct", "union" or "enum" of a declared type

  /// The name with its keyword, which means the type even where a member has the same name.
  std::string elaborated() const { return Keyword.empty() ? Name : Keyword + " " + Name; }
};

struct RecordModel;

struct FieldModel {
  std::string Name;
  CppType Type;
  uint64_t Offset = 0;   ///< in bytes; of a bit-field the byte of its first bit
  uint64_t Size = 0;     ///< in bytes
  unsigned BitWidth = 0; ///< 0 unless it is a bit-field
  bool IsPadding = false;
  bool IsFunction = false;             ///< of a struct_ops table
  std::string Symbol;                  ///< of a variable: its name in the object
  std::shared_ptr<RecordModel> Inline; ///< a record that is declared in place; its members are ours where Name is empty
};

struct RecordModel {
  std::string Name;
  bool IsUnion = false;
  bool IsPacked = false;
  uint64_t Size = 0;
  uint64_t Alignment = 1;
  std::vector<FieldModel> Fields;
  std::string Comment;   ///< on a flexible array member, or why the record is given as bytes
  bool IsShared = false; ///< the user's own header has it
};

struct EnumModel {
  std::string Name;       ///< empty for an anonymous one
  std::string Underlying; ///< "std::uint32_t"
  bool IsSigned = false;
  bool IsScoped = false; ///< enum class: another enum has an enumerator of the same name
  bool IsShared = false; ///< the user's own header has it
  uint64_t Size = 0;     ///< in bytes
  struct Enumerator {
    std::string Name;
    uint64_t Value;
  };
  std::vector<Enumerator> Enumerators;
};

/// One declaration: a record or an enum.
struct TypeDeclaration {
  std::shared_ptr<RecordModel> Record;
  std::shared_ptr<EnumModel> Enum;
};

/// Adds \p Bytes bytes, or if that is 0 \p Bits bits, of padding at the bit \p Bit of \p Record.
void addPadding(RecordModel &Record, NameScope &Members, uint64_t Bit, uint64_t Bytes, unsigned Bits);

/// Turns BTF types into declarations, each once and after those that it needs.
class TypeModelBuilder {
public:
  /// \p Scope holds the names that are taken in the class in which the types are declared, \p Shared those that a
  /// header of the user's defines.
  TypeModelBuilder(const btf::BTF &Types, NameScope &Scope, const llvm::StringSet<> &Shared)
      : Types(Types), Scope(Scope), Shared(Shared), FieldsLeft(MinFields + Types.bytes() / BytesPerField) {}

  /// The C++ type of \p Id, whose declaration and those that it needs are added. \p Hint names an anonymous record or
  /// enum.
  CppType typeOf(uint32_t Id, const std::string &Hint = "");

  /// A record of the variables of a data section, each at its offset. Those of a C++ namespace or class are in a record
  /// of its name, as far as they are neighbours.
  struct Variable {
    std::string Name;
    uint32_t Type;
    uint64_t Offset;
    std::vector<std::string> Scopes = {}; ///< outermost last
    std::string Symbol = Name;            ///< in the object: mangled, where there are scopes
  };
  RecordModel sectionOf(const std::vector<Variable> &Variables, uint64_t Size);

  std::vector<TypeDeclaration> takeDeclarations() { return std::move(Declarations); }

  /// True if more was declared than the BTF can mean: an unnamed record is written wherever it is used, and where each
  /// holds the one before it twice, that doubles with every one. What was declared is then not whole.
  bool isTooLarge() const { return FieldsLeft == 0; }

private:
  /// A member takes 12 bytes of BTF: so each may be declared three times, and small objects' more often.
  static constexpr size_t MinFields = 4096, BytesPerField = 4;

  struct Layout;

  FieldModel scopeOf(const std::vector<Variable> &Variables, uint64_t Begin, uint64_t Limit);
  CppType integerOf(const btf::Type &T) const;
  CppType recordOf(uint32_t Id, const std::string &Name);
  CppType enumOf(uint32_t Id, const std::string &Name);
  RecordModel declareRecord(uint32_t Id, std::string Name, NameScope &Members);
  RecordModel asBytes(uint32_t Id, std::string Name) const;
  bool addField(RecordModel &Record, NameScope &Members, Layout &At, const btf::Member &M);
  bool isPacked(const btf::Type &T);
  uint64_t alignmentOf(uint32_t Id);

  const btf::BTF &Types;
  NameScope &Scope;
  const llvm::StringSet<> &Shared;
  std::set<std::string> Enumerators;       ///< that are in Scope
  std::map<uint32_t, std::string> Names;   ///< of records and enums that are declared
  std::map<uint32_t, uint64_t> Alignments; ///< of records, as we declare them
  std::vector<TypeDeclaration> Declarations;
  size_t FieldsLeft; ///< that may still be declared
};

} // namespace bpfbuild

#endif
