//===- BTF.h - a checked view of BTF ----------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A BTF is a view: names and records are read where they lie, in the bytes that were parsed, which must outlive it.
// parse() goes over them once and checks that every record lies within the bytes, every name within the strings and
// every id within the types, so that everything behind it can follow ids freely; and, unless the reader does that
// itself, that by-value nesting is acyclic and at most MaxDepth deep, so that it can recurse.
//
// BTF of the other byte order is converted once, into a copy. Split BTF (a module's) is a view over its base: ids and
// string offsets continue the base's.
//
// Type ids count from 1; id 0 is void. Offsets and sizes are in bytes unless the name says bits.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_BTF_BTF_H
#define BPFBUILD_BTF_BTF_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/iterator.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdint>
#include <cstring>
#include <memory>
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

/// A name in the strings; its length is not known until someone asks.
class NameRef {
public:
  explicit NameRef(const char *Text = "") : Text(Text) {}
  llvm::StringRef ref() const { return Text; }
  operator llvm::StringRef() const { return Text; }
  std::string str() const { return Text; }
  const char *data() const { return Text; } ///< ends with a NUL
  bool empty() const { return !*Text; }
  bool operator==(llvm::StringRef Other) const { return Other == Text; }

private:
  const char *Text;
};

inline llvm::raw_ostream &operator<<(llvm::raw_ostream &OS, NameRef Name) {
  return OS << Name.ref();
}

struct Member {
  NameRef Name;
  uint32_t Type;
  uint32_t BitOffset; ///< from the start of the struct or union
  uint32_t BitSize;   ///< 0 unless it is a bit-field
};

struct Enumerator {
  NameRef Name;
  uint64_t Value;      ///< sign-extended where the enum is signed
  uint32_t NameOffset; ///< as Type::NameOffset
};

struct Parameter {
  NameRef Name;
  uint32_t Type;
};

struct SectionVariable {
  uint32_t Type; ///< a Var, or a Func for externs in .ksyms
  uint32_t Offset;
  uint32_t Size;
};

class BTF;

/// A list of records of one size, decoded as they are read.
template <typename T> class Records {
public:
  class iterator
      : public llvm::iterator_facade_base<iterator, std::random_access_iterator_tag, T, std::ptrdiff_t, const T *, T> {
  public:
    iterator(const Records *List, size_t Index) : List(*List), Index(Index) {}
    T operator*() const { return List[Index]; }
    iterator &operator+=(std::ptrdiff_t N) { return Index += N, *this; }
    iterator &operator-=(std::ptrdiff_t N) { return Index -= N, *this; }
    std::ptrdiff_t operator-(const iterator &Other) const { return Index - Other.Index; }
    bool operator==(const iterator &Other) const { return Index == Other.Index; }
    bool operator<(const iterator &Other) const { return Index < Other.Index; }

  private:
    Records List;
    size_t Index;
  };

  Records() = default;
  Records(const BTF &Owner, const char *First, uint32_t Count, bool Flag, bool IsWide = false)
      : Owner(&Owner), First(First), Count(Count), Flag(Flag), IsWide(IsWide) {}

  size_t size() const { return Count; }
  bool empty() const { return Count == 0; }
  T front() const { return (*this)[0]; }
  inline T operator[](size_t Index) const;
  iterator begin() const { return {this, 0}; }
  iterator end() const { return {this, Count}; }

private:
  const BTF *Owner = nullptr;
  const char *First = nullptr;
  uint32_t Count = 0;
  bool Flag =
      false; ///< the type's kind_flag: of a record, that members may be bit-fields; of an enum, that it is signed
  bool IsWide = false; ///< enumerators of 64 bits
};

/// One type, decoded. Which of the numbers and lists mean something depends on the kind. It refers to the BTF that it
/// is from.
struct Type {
  Kind TypeKind = Kind::Void;
  bool KindFlag = false;
  bool IsSigned = false; ///< Int, Enum, Enum64
  bool IsBool = false, IsChar = false;
  Linkage Link = Linkage::Static; ///< Var, Func
  uint32_t Size = 0;              ///< Int, Float, Struct, Union, Enum, Enum64, DataSec
  uint32_t Ref =
      0; ///< what a Ptr, Typedef, qualifier, Func, Var or tag refers to; an Array's element; FuncProto's return
  uint32_t ElementCount = 0; ///< Array
  uint32_t IntBits = 0;      ///< Int: the bits that count
  int32_t Component = -1;    ///< DeclTag: the member or parameter, -1 for the whole
  uint32_t NameOffset = 0;   ///< in the strings of BTF and base together; equal offsets are equal names
  NameRef Name;

  Records<Member> members() const { return {*Owner, Tail, isRecord() ? Count : 0, KindFlag}; }
  inline Records<Enumerator> enumerators() const;
  Records<Parameter> parameters() const { return {*Owner, Tail, TypeKind == Kind::FuncProto ? Count : 0, false}; }
  Records<SectionVariable> variables() const { return {*Owner, Tail, TypeKind == Kind::DataSec ? Count : 0, false}; }

  bool isRecord() const { return TypeKind == Kind::Struct || TypeKind == Kind::Union; }
  bool isEnum() const { return TypeKind == Kind::Enum || TypeKind == Kind::Enum64; }
  /// A qualifier, type tag or typedef: another name for, or a variant of, the type that it refers to.
  inline bool isAlias() const;

private:
  friend class BTF;
  const BTF *Owner = nullptr;
  const char *Tail = nullptr; ///< what follows the three words that every type has
  uint32_t Count = 0;         ///< vlen
};

class BTF {
public:
  static constexpr unsigned MaxDepth = 512;

  /// Whether types may contain themselves by value, or be nested without end. Nothing of a BTF with Unchecked nesting
  /// may be given to resolve() or sizeOf(), or followed by value, before a CPrinter has been through it.
  enum class Nesting : uint8_t { Checked, Unchecked };

  /// Reads \p Bytes, the content of a .BTF section in either byte order. \p Name is the file, for messages; \p Base is
  /// what split BTF continues, and must outlive the result. An error names the type id.
  static llvm::Expected<BTF> parse(llvm::StringRef Bytes, llvm::StringRef Name, const BTF *Base = nullptr,
                                   Nesting Values = Nesting::Checked);

  /// The number of ids, void and the base's types included.
  uint32_t size() const { return FirstId + Offsets.size(); }
  /// The first id that is not the base's; 1 without one.
  uint32_t firstId() const { return FirstId; }
  inline Type type(uint32_t Id) const;

  /// A type that C declares by itself, with or without a name: a struct, union, enum, announcement or typedef; or a
  /// declaration tag.
  struct Definition {
    uint32_t Id, NameOffset;
    Kind TypeKind;
  };

  /// The own definitions, by ascending id: one in seven of a kernel's types.
  const std::vector<Definition> &definitions() const { return Definitions; }

  /// Follows typedefs, qualifiers and type tags to the type that they stand for (libbpf's skip_mods_and_typedefs).
  uint32_t resolve(uint32_t Id) const;
  Type resolved(uint32_t Id) const { return type(resolve(Id)); }

  /// The size that a value of the type has, in bytes; nothing for void, functions, forward declarations and sizes over
  /// 32 bits (libbpf's btf__resolve_size). BTF does not say how large pointers are.
  std::optional<uint64_t> sizeOf(uint32_t Id, unsigned PointerSize = 8) const;

  /// The id of the type of kind \p K that has \p TypeName; 0 if there is none.
  uint32_t find(llvm::StringRef TypeName, Kind K) const;

  /// The name at \p Offset, which parse() has checked.
  NameRef string(uint32_t Offset) const {
    return Offset < FirstString ? Base->string(Offset) : NameRef(Strings.data() + (Offset - FirstString));
  }
  /// The bytes from \p Offset to the end of the string section that it is in.
  size_t stringBytesFrom(uint32_t Offset) const {
    return Offset < FirstString ? Base->stringBytesFrom(Offset) : Strings.size() - (Offset - FirstString);
  }
  /// The own string section; its first byte has the offset firstString().
  llvm::StringRef strings() const { return Strings; }
  uint32_t firstString() const { return FirstString; }
  const BTF *base() const { return Base; }
  /// That of the bytes that were parsed.
  llvm::endianness byteOrder() const {
    bool IsLittle = llvm::sys::IsLittleEndianHost == !Converted;
    return IsLittle ? llvm::endianness::little : llvm::endianness::big;
  }

  /// The words of a type as they lie in the bytes, in this machine's order: name, info, size or type, and what its kind
  /// adds. For loops over all types; \p Id must not be 0.
  const char *rawRecord(uint32_t Id) const { return Id < FirstId ? Base->rawRecord(Id) : record(Id); }

  /// The size of types and strings, the base's included.
  size_t bytes() const { return Types.size() + Strings.size() + (Base ? Base->bytes() : 0); }

  /// One past the largest string offset.
  uint32_t stringsEnd() const { return FirstString + Strings.size(); }

private:
  friend class Parser;
  const char *record(uint32_t Id) const { return Types.data() + Offsets[Id - FirstId]; }

  const BTF *Base = nullptr;
  uint32_t FirstId = 1, FirstString = 0;
  llvm::StringRef Types, Strings;
  std::vector<uint32_t> Offsets; ///< of each own type, in Types
  std::vector<Definition> Definitions;
  std::shared_ptr<char[]> Converted;
};

/// The 32-bit word number \p Index behind \p At, which need not be aligned.
inline uint32_t word(const char *At, size_t Index = 0) {
  uint32_t Word;
  std::memcpy(&Word, At + 4 * Index, sizeof(Word));
  return Word;
}

/// Sets of kinds, as bits.
constexpr uint32_t bitOf(Kind K) {
  return uint32_t(1) << static_cast<unsigned>(K);
}
/// What a declaration has before its type's name, and with typedefs what stands for another type.
inline constexpr uint32_t QualifierKinds =
    bitOf(Kind::Volatile) | bitOf(Kind::Const) | bitOf(Kind::Restrict) | bitOf(Kind::TypeTag);
inline constexpr uint32_t AliasKinds = QualifierKinds | bitOf(Kind::Typedef);
/// Whose values have values of other types in them, or are such.
inline constexpr uint32_t ContainerKinds =
    AliasKinds | bitOf(Kind::Struct) | bitOf(Kind::Union) | bitOf(Kind::Array) | bitOf(Kind::Var);
/// What BTF::definitions() lists.
inline constexpr uint32_t DefinitionKinds = bitOf(Kind::Struct) | bitOf(Kind::Union) | bitOf(Kind::Enum) |
                                            bitOf(Kind::Enum64) | bitOf(Kind::Fwd) | bitOf(Kind::Typedef) |
                                            bitOf(Kind::DeclTag);
/// Whose third word is a type id, not a size; and who has items.
inline constexpr uint32_t KindsWithRef = AliasKinds | bitOf(Kind::Ptr) | bitOf(Kind::Func) | bitOf(Kind::FuncProto) |
                                         bitOf(Kind::Var) | bitOf(Kind::DeclTag);
inline constexpr uint32_t KindsWithItems = bitOf(Kind::Struct) | bitOf(Kind::Union) | bitOf(Kind::Enum) |
                                           bitOf(Kind::Enum64) | bitOf(Kind::FuncProto) | bitOf(Kind::DataSec);

/// The kind and the number of items of a raw record.
inline Kind kindOf(const char *Record) {
  return static_cast<Kind>(word(Record, 1) >> 24 & 0x1f);
}
inline uint32_t countOf(const char *Record) {
  return KindsWithItems & bitOf(kindOf(Record)) ? word(Record, 1) & 0xffff : 0; // a Func's linkage is there too
}
/// The name of enumerator number \p Index of a raw record.
inline uint32_t enumeratorName(const char *Record, uint32_t Index) {
  return word(Record, 3 + (kindOf(Record) == Kind::Enum64 ? 3 : 2) * Index);
}

inline bool Type::isAlias() const {
  return AliasKinds & bitOf(TypeKind);
}

inline Records<Enumerator> Type::enumerators() const {
  return {*Owner, Tail, isEnum() ? Count : 0, KindFlag, TypeKind == Kind::Enum64};
}

inline Type BTF::type(uint32_t Id) const {
  Type T;
  T.Owner = this;
  if (Id == 0)
    return T;
  const char *Record = rawRecord(Id);
  uint32_t Info = word(Record, 1), SizeOrRef = word(Record, 2);
  T.TypeKind = kindOf(Record);
  T.KindFlag = Info >> 31;
  T.NameOffset = word(Record);
  T.Name = string(T.NameOffset);
  T.Tail = Record + 12;
  T.Count = countOf(Record);
  (KindsWithRef & bitOf(T.TypeKind) ? T.Ref : T.Size) = SizeOrRef;
  switch (T.TypeKind) {
  case Kind::Int: {
    uint32_t Encoding = word(T.Tail);
    T.IntBits = Encoding & 0xff;
    T.IsSigned = Encoding & (1u << 24);
    T.IsChar = Encoding & (2u << 24);
    T.IsBool = Encoding & (4u << 24);
    break;
  }
  case Kind::Array:
    T.Size = 0;
    T.Ref = word(T.Tail); // the index type says nothing to anyone
    T.ElementCount = word(T.Tail, 2);
    break;
  case Kind::Enum:
  case Kind::Enum64:
    T.IsSigned = T.KindFlag;
    break;
  case Kind::Func:
    T.Link = static_cast<Linkage>(Info & 0xffff);
    break;
  case Kind::Var:
    T.Link = static_cast<Linkage>(word(T.Tail));
    break;
  case Kind::DeclTag:
    T.Component = static_cast<int32_t>(word(T.Tail));
    break;
  default:
    break;
  }
  return T;
}

template <> inline Member Records<Member>::operator[](size_t Index) const {
  const char *At = First + 12 * Index;
  uint32_t Offset = word(At, 2);
  return {Owner->string(word(At)), word(At, 1), Flag ? Offset & 0xffffff : Offset, Flag ? Offset >> 24 : 0};
}

template <> inline Enumerator Records<Enumerator>::operator[](size_t Index) const {
  const char *At = First + (IsWide ? 12 : 8) * Index;
  uint32_t Low = word(At, 1);
  uint64_t Value = IsWide ? Low | uint64_t(word(At, 2)) << 32 : Flag ? uint64_t(int64_t(int32_t(Low))) : Low;
  return {Owner->string(word(At)), Value, word(At)};
}

template <> inline Parameter Records<Parameter>::operator[](size_t Index) const {
  return {Owner->string(word(First + 8 * Index)), word(First + 8 * Index, 1)};
}

template <> inline SectionVariable Records<SectionVariable>::operator[](size_t Index) const {
  const char *At = First + 12 * Index;
  return {word(At), word(At, 1), word(At, 2)};
}

} // namespace bpfbuild::btf

#endif
