//===- CPrinter.cpp - types as C ------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two recursions over the same types. need() goes ahead and prints, at file scope, whatever the coming text mentions:
// definitions of what it contains, announcements of what it points to. printBefore() and printAfter() then print the
// text itself, unnamed records and enums in place. need() remembers what it has been through, so it is linear; what is
// printed in place twice is printed twice, which is why the size of the text is limited.
//===----------------------------------------------------------------------===//
#include "BTF/CPrinter.h"
#include "Support/Error.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace llvm;

namespace bpfbuild::btf {

static constexpr StringLiteral VaList = "__builtin_va_list";

/// A kernel's text is two thirds of its BTF. What has many times its size is unnamed types within unnamed types,
/// doubling.
static constexpr size_t MaxExpansion = 64, MinText = 64 << 10;

/// In bits: what a kernel's structs are aligned to, a page, is filled as bpftool does.
static constexpr uint64_t MaxBitFieldPadding = 4096 * 8;

CPrinter::CPrinter(const BTF &Types, const NameTable &Names, StringRef Name)
    : Types(Types), Name(Name), Names(Names), Layouts(Types), States(Types.size(), 0),
      MaxText(MinText + MaxExpansion * Types.bytes()) {}

Error CPrinter::fail(uint32_t Id, const char *What) const {
  return makeError("'{0}': BTF: type [{1}] '{2}' {3}", Name, Id, Types.type(Id).Name, What);
}

Error CPrinter::define(uint32_t Id) {
  if (Error E = need(Id, /*IsThroughPointer=*/false))
    return E;
  return checkText(Id);
}

Error CPrinter::mention(uint32_t Id) {
  if (Error E = need(Id, /*IsThroughPointer=*/true))
    return E;
  return checkText(Id);
}

/// What was printed for \p Id must be complete.
Error CPrinter::checkText(uint32_t Id) const {
  return IsTooDeep ? fail(Id, "is nested too deep, or too large, to be printed as C") : Error::success();
}

//===----------------------------------------------------------------------===//
// What must be there before
//===----------------------------------------------------------------------===//

Error CPrinter::need(uint32_t Id, bool IsThroughPointer) {
  if (States[Id] & (IsThroughPointer ? NeededByPointer | Needed : Needed))
    return Error::success();
  bool SawCurrent = std::exchange(HasMetCurrent, false);
  if (Error E = needAnew(Id, IsThroughPointer))
    return E;
  if (!HasMetCurrent)
    States[Id] |= IsThroughPointer ? NeededByPointer : Needed;
  HasMetCurrent |= SawCurrent;
  return Error::success();
}

Error CPrinter::needAnew(uint32_t Id, bool IsThroughPointer) {
  for (unsigned Steps = 0; Id; ++Steps) {
    if (Steps > MaxRecursion || Recursion > MaxRecursion)
      return fail(Id, "is nested too deep to be printed as C");
    const char *Record = Types.rawRecord(Id);
    switch (kindOf(Record)) {
    case Kind::Ptr:
      IsThroughPointer = true;
      Id = word(Record, 2);
      continue;
    case Kind::Array: // C has no arrays of incomplete types, not even behind a pointer
      IsThroughPointer = false;
      Id = word(Record, 3);
      continue;
    case Kind::Volatile:
    case Kind::Const:
    case Kind::Restrict:
    case Kind::TypeTag:
      Id = word(Record, 2);
      continue;
    case Kind::Typedef:
      if (!(States[Id] & Defined))
        if (Error E = needTypedef(Id))
          return E;
      if (IsThroughPointer)
        return Error::success();
      Id = word(Record, 2);
      continue;
    case Kind::FuncProto:
      return needSignature(Types.type(Id));
    case Kind::Struct:
    case Kind::Union:
      return States[Id] & Defined ? Error::success() : needRecord(Id, IsThroughPointer);
    case Kind::Enum:
    case Kind::Enum64:
      needEnum(Id);
      return Error::success();
    case Kind::Fwd:
      announce(Id);
      return Error::success();
    default:
      return Error::success();
    }
  }
  return Error::success();
}

Error CPrinter::needMembers(const Type &T) {
  for (Member M : T.members())
    if (Error E = need(M.Type, false))
      return E;
  return Error::success();
}

/// C takes incomplete types in prototypes, as long as they were announced.
Error CPrinter::needSignature(const Type &T) {
  SaveAndRestore Deeper(Recursion, Recursion + 1);
  if (Error E = need(T.Ref, true))
    return E;
  for (Parameter P : T.parameters())
    if (Error E = need(P.Type, true))
      return E;
  return Error::success();
}

Error CPrinter::needRecord(uint32_t Id, bool IsThroughPointer) {
  Type T = Types.type(Id);
  bool IsNamed = T.NameOffset != 0;
  if (IsNamed && IsThroughPointer) {
    announce(Id);
    return Error::success();
  }
  if (States[Id] & InProgress)
    return fail(Id, "contains itself");
  States[Id] |= InProgress;
  {
    SaveAndRestore Deeper(Recursion, Recursion + 1);
    SaveAndRestore Inner(Current, IsNamed ? Id : Current);
    if (Error E = needMembers(T))
      return E;
  }
  States[Id] |= Defined;
  if (!IsNamed)
    return Error::success();
  printRecord(Id, T, 0);
  Text += ";\n\n";
  return Error::success();
}

/// Prints the typedef. What it stands for is complete only if something else needs that.
Error CPrinter::needTypedef(uint32_t Id) {
  Type T = Types.type(Id);
  if (States[Id] & InProgress)
    return fail(Id, "contains itself");
  States[Id] |= InProgress;
  SaveAndRestore Deeper(Recursion, Recursion + 1);
  SaveAndRestore Outer(Current, uint32_t(0));
  if (Error E = need(T.Ref, true))
    return E;
  States[Id] |= Defined;
  if (T.Name == VaList) // the compiler's own
    return Error::success();
  Text += "typedef ";
  printBefore(T.Ref, 0);
  Names.appendName(Text, Id, T);
  printAfter(T.Ref, 0);
  Text += ";\n\n";
  return Error::success();
}

void CPrinter::needEnum(uint32_t Id) {
  if (States[Id] & Defined || word(Types.rawRecord(Id)) == 0)
    return;
  States[Id] |= Defined;
  printEnum(Id, Types.type(Id), 0);
  Text += ";\n\n";
}

void CPrinter::announce(uint32_t Id) {
  if (States[Id] & (Announced | Defined))
    return;
  if (Id == Current) {
    HasMetCurrent = true;
    return;
  }
  States[Id] |= Announced;
  printTag(Id, Types.type(Id));
  Text += ";\n\n";
}

void CPrinter::defineUnnamedEnum(uint32_t Id) {
  if (States[Id] & Defined)
    return;
  printEnum(Id, Types.type(Id), 0);
  Text += ";\n\n";
}

Error CPrinter::declareFunction(uint32_t Id, StringRef Attributes) {
  Type T = Types.type(Id), Prototype = Types.type(T.Ref);
  if (Prototype.TypeKind != Kind::FuncProto)
    return fail(Id, "is a function without a prototype");
  if (Error E = needSignature(Prototype))
    return E;
  Text += "extern ";
  printBefore(Prototype.Ref, 0);
  Names.appendName(Text, Id, T);
  printParameters(Prototype, 0);
  printAfter(Prototype.Ref, 0);
  (Text += ' ') += Attributes;
  Text += ";\n";
  return checkText(Id);
}

//===----------------------------------------------------------------------===//
// Definitions
//===----------------------------------------------------------------------===//

Expected<std::string> CPrinter::declareVariable(uint32_t Id, StringRef VariableName, unsigned Indent) {
  size_t Begin = Text.size();
  SaveAndRestore Leave(LeavesOutQualifiers, true);
  printBefore(Id, Indent);
  Text += VariableName;
  printAfter(Id, Indent);
  std::string Result = Text.substr(Begin);
  Text.resize(Begin);
  if (Error E = checkText(Id))
    return std::move(E);
  return Result;
}

void CPrinter::printTag(uint32_t Id, const Type &T) {
  bool IsUnion = T.TypeKind == Kind::Union || (T.TypeKind == Kind::Fwd && T.KindFlag);
  Text += IsUnion ? "union" : T.isEnum() ? "enum" : "struct";
  if (T.NameOffset == 0)
    return;
  Text += ' ';
  Names.appendName(Text, Id, T);
}

/// Where a C compiler puts a member behind what ends at bit \p From.
uint64_t CPrinter::naturalOffset(uint64_t From, const Member &M, bool IsPacked) {
  if (!M.BitSize)
    return alignTo(From, IsPacked ? 8 : 8 * Layouts.alignOf(M.Type));
  uint64_t UnitBits = 8 * Types.sizeOf(M.Type).value_or(0);
  if (IsPacked || !UnitBits || From / UnitBits == (From + M.BitSize - 1) / UnitBits)
    return From;
  return alignTo(From, UnitBits);
}

/// Fills the bits from \p From to \p To with unnamed bit-fields, of the smallest types that hold them without crossing
/// a unit of that type; a large gap by an array.
void CPrinter::printPadding(uint64_t From, uint64_t To, unsigned Indent) {
  static constexpr struct {
    StringLiteral Type;
    unsigned Bits;
  } Units[] = {{"char: ", 8}, {"short: ", 16}, {"int: ", 32}, {"long: ", 64}};
  if (To > From + MaxBitFieldPadding) { // one member says it
    uint64_t Begin = alignTo(From, 8), Bytes = (To - Begin) / 8;
    printPadding(From, Begin, Indent);
    indent(Indent);
    Text += "char __gap";
    appendNumber(Text, Gaps++);
    Text += '[';
    appendNumber(Text, Bytes);
    Text += "];\n";
    From = Begin + 8 * Bytes;
  }
  while (From < To) {
    uint64_t End = std::min<uint64_t>(To, alignTo(From + 1, 64));
    const auto *Unit = find_if(Units, [&](const auto &U) { return From / U.Bits == (End - 1) / U.Bits; });
    indent(Indent);
    Text += Unit->Type;
    appendNumber(Text, End - From);
    Text += ";\n";
    From = End;
    if (Text.size() > MaxText) {
      IsTooDeep = true;
      return;
    }
  }
}

/// What gives a union without members its size.
void CPrinter::printFiller(uint32_t Bytes, unsigned Indent) {
  indent(Indent);
  Text += "char __filler[";
  appendNumber(Text, Bytes);
  Text += "];\n";
}

/// The array behind the compiler's own va_list, which has another size for BPF than for the kernel; otherwise \p Id.
uint32_t CPrinter::resolveVaList(uint32_t Id) const {
  for (uint32_t Next = Id; Next && kindOf(Types.rawRecord(Next)) == Kind::Typedef;) {
    const char *Record = Types.rawRecord(Next);
    Next = word(Record, 2);
    if (Types.string(word(Record)) == VaList)
      return Next;
  }
  return Id;
}

void CPrinter::printRecord(uint32_t Id, const Type &T, unsigned Indent) {
  SaveAndRestore Keep(LeavesOutQualifiers, false);
  bool IsPacked = Layouts.isPacked(Id), IsStruct = T.TypeKind == Kind::Struct;
  uint64_t End = 0;
  size_t Index = 0;
  printTag(Id, T);
  Text += " {\n";
  for (Member M : T.members()) {
    if (IsStruct && naturalOffset(End, M, IsPacked) != M.BitOffset)
      printPadding(End, M.BitOffset, Indent + 1);
    indent(Indent + 1);
    uint32_t Declared = resolveVaList(M.Type);
    printBefore(Declared, Indent + 1);
    if (M.Name.empty())
      Text.pop_back(); // the space before a name
    else
      appendIdentifier(Text, M.Name, Index);
    printAfter(Declared, Indent + 1);
    if (M.BitSize) {
      Text += ": ";
      appendNumber(Text, M.BitSize);
    }
    Text += ";\n";
    if (IsStruct)
      End = uint64_t(M.BitOffset) + (M.BitSize ? M.BitSize : 8 * Types.sizeOf(M.Type).value_or(0));
    ++Index;
    if (Text.size() > MaxText)
      IsTooDeep = true;
    if (IsTooDeep)
      return;
  }
  uint64_t Size = 8 * uint64_t(T.Size);
  if (IsStruct && alignTo(End, 8 * Layouts.alignOf(Id)) < Size)
    printPadding(End, Size, Indent + 1);
  else if (!IsStruct && T.members().empty() && Size)
    printFiller(T.Size, Indent + 1);
  indent(Indent);
  Text += IsPacked ? "} __attribute__((packed))" : "}";
}

void CPrinter::printEnumerator(const Type &T, const Enumerator &E) {
  int64_t Value = E.Value;
  bool IsWide = T.TypeKind == Kind::Enum64;
  Text += " = ";
  if (T.IsSigned && Value == INT64_MIN) {
    Text += "-9223372036854775807LL - 1";
    return;
  }
  if (T.IsSigned && Value < 0)
    Text += '-';
  appendNumber(Text, T.IsSigned && Value < 0 ? -Value : Value);
  if (IsWide)
    Text += T.IsSigned ? "LL" : "ULL";
}

void CPrinter::printEnum(uint32_t Id, const Type &T, unsigned Indent) {
  Text += "enum";
  if (T.NameOffset) {
    Text += ' ';
    Names.appendName(Text, Id, T);
  }
  if (T.enumerators().empty()) // it is only announced
    return;
  Text += " {\n";
  bool IsAgain = !T.NameOffset && States[Id] & Defined; // an unnamed enum that two types share
  EnumsAgain += IsAgain;
  States[Id] |= Defined;
  uint32_t Index = 0;
  for (Enumerator E : T.enumerators()) {
    indent(Indent + 1);
    Names.appendEnumerator(Text, Id, Index++, E);
    if (IsAgain) {
      Text += "___again_";
      appendNumber(Text, EnumsAgain);
    }
    printEnumerator(T, E);
    Text += ",\n";
  }
  indent(Indent);
  Text += T.Size == 1   ? "} __attribute__((mode(QI)))"
          : T.Size == 2 ? "} __attribute__((mode(HI)))"
          : T.Size == 8 ? "} __attribute__((mode(DI)))"
                        : "}";
}

//===----------------------------------------------------------------------===//
// Declarations
//===----------------------------------------------------------------------===//

static bool isInteger(StringRef Name) {
  static const StringSet<> Names = {"char",
                                    "signed char",
                                    "unsigned char",
                                    "short int",
                                    "short unsigned int",
                                    "short",
                                    "unsigned short",
                                    "int",
                                    "unsigned int",
                                    "unsigned",
                                    "long int",
                                    "long unsigned int",
                                    "long",
                                    "unsigned long",
                                    "long long int",
                                    "long long",
                                    "unsigned long long",
                                    "long long unsigned int",
                                    "_Bool",
                                    "__int128",
                                    "signed __int128",
                                    "unsigned __int128",
                                    "__int128 unsigned",
                                    "signed",
                                    "signed int"};
  return Names.contains(Name);
}

/// C's own name of the type; what is called otherwise, as in Rust, by its size.
void CPrinter::printInt(const Type &T) {
  bool IsFloat = T.TypeKind == Kind::Float;
  if (IsFloat ? is_contained({"float", "double", "long double", "_Float16", "__bf16"}, T.Name) : isInteger(T.Name)) {
    Text += T.Name;
    return;
  }
  Text += IsFloat ? "" : T.IsBool ? "_Bool" : T.IsSigned ? "" : "unsigned ";
  if (T.IsBool)
    return;
  switch (T.Size) {
  case 1:
    Text += T.IsSigned ? "signed char" : "char";
    return;
  case 2:
    Text += IsFloat ? "_Float16" : "short";
    return;
  case 4:
    Text += IsFloat ? "float" : "int";
    return;
  case 16:
    Text += IsFloat ? "long double" : "__int128";
    return;
  default:
    Text += IsFloat ? "double" : "long long";
  }
}

/// Tags are free text: what is not a plain word is left out.
void CPrinter::printTypeTag(const Type &T) {
  if (!isCIdentifier(T.Name))
    return;
  Text += "__attribute__((btf_type_tag(\"";
  Text += T.Name;
  Text += "\"))) ";
}

/// True if a pointer to \p Pointee is declared as (*name).
static bool needsParentheses(const BTF &Types, uint32_t Pointee) {
  constexpr uint32_t Postfix = bitOf(Kind::Array) | bitOf(Kind::FuncProto);
  while (Pointee) {
    const char *Record = Types.rawRecord(Pointee);
    if (!(QualifierKinds & bitOf(kindOf(Record))))
      return Postfix & bitOf(kindOf(Record));
    Pointee = word(Record, 2);
  }
  return false;
}

void CPrinter::printBefore(uint32_t Id, unsigned Indent) {
  SaveAndRestore Deeper(Recursion, Recursion + 1);
  if (Recursion > MaxRecursion || IsTooDeep || Text.size() > MaxText) {
    IsTooDeep = true;
    return;
  }
  if (Id && kindOf(Types.rawRecord(Id)) == Kind::Ptr) {
    uint32_t Pointee = word(Types.rawRecord(Id), 2);
    printBefore(Pointee, Indent);
    Text += needsParentheses(Types, Pointee) ? "(*" : "*";
    return;
  }
  Type T = Types.type(Id);
  switch (T.TypeKind) {
  case Kind::Const:
  case Kind::Volatile:
  case Kind::Restrict: {
    if (LeavesOutQualifiers)
      return printBefore(T.Ref, Indent);
    Type Qualified = Types.type(T.Ref);
    while (Qualified.TypeKind == Kind::Const || Qualified.TypeKind == Kind::Volatile ||
           Qualified.TypeKind == Kind::Restrict)
      Qualified = Types.type(Qualified.Ref);
    // A const array of const elements is const once.
    bool IsTwice = Qualified.TypeKind == Kind::Array && Types.type(Qualified.Ref).TypeKind == T.TypeKind;
    StringRef Qualifier = IsTwice                        ? ""
                          : T.TypeKind == Kind::Const    ? "const "
                          : T.TypeKind == Kind::Volatile ? "volatile "
                                                         : "restrict ";
    if (Qualified.TypeKind == Kind::Ptr) {
      printBefore(T.Ref, Indent);
      (Text += ' ') += Qualifier;
    } else {
      Text += T.TypeKind == Kind::Restrict ? "" : Qualifier;
      printBefore(T.Ref, Indent);
    }
    return;
  }
  case Kind::TypeTag:
    printBefore(T.Ref, Indent);
    if (!LeavesOutQualifiers)
      printTypeTag(T);
    return;
  case Kind::Array:
  case Kind::FuncProto:
    printBefore(T.Ref, Indent);
    return;
  case Kind::Struct:
  case Kind::Union:
    if (T.NameOffset)
      printTag(Id, T);
    else
      printRecord(Id, T, Indent);
    break;
  case Kind::Enum:
  case Kind::Enum64:
    if (T.NameOffset)
      printTag(Id, T);
    else
      printEnum(Id, T, Indent);
    break;
  case Kind::Fwd:
    printTag(Id, T);
    break;
  case Kind::Typedef:
    Names.appendName(Text, Id, T);
    break;
  case Kind::Int:
  case Kind::Float:
    printInt(T);
    break;
  default:
    Text += "void";
  }
  Text += ' ';
}

void CPrinter::printAfter(uint32_t Id, unsigned Indent) {
  for (unsigned Steps = 0; Id && Steps < MaxRecursion && !IsTooDeep; ++Steps) {
    const char *Record = Types.rawRecord(Id);
    switch (kindOf(Record)) {
    case Kind::Ptr:
      Text += needsParentheses(Types, word(Record, 2)) ? ")" : "";
      break;
    case Kind::Array: {
      Type T = Types.type(Id);
      Text += '[';
      appendNumber(Text, T.ElementCount);
      Text += ']';
      Id = T.Ref;
      continue;
    }
    case Kind::FuncProto:
      printParameters(Types.type(Id), Indent);
      break;
    case Kind::Const:
    case Kind::Volatile:
    case Kind::Restrict:
    case Kind::TypeTag:
      break;
    default:
      return;
    }
    Id = word(Record, 2);
  }
}

void CPrinter::printParameters(const Type &T, unsigned Indent) {
  SaveAndRestore Keep(LeavesOutQualifiers, false);
  SaveAndRestore Deeper(Recursion, Recursion + 1);
  if (T.parameters().empty()) {
    Text += "(void)";
    return;
  }
  Text += '(';
  size_t Index = 0, Count = T.parameters().size();
  for (Parameter P : T.parameters()) {
    if (IsTooDeep)
      return;
    if (Index++)
      Text += ", ";
    if (P.Type == 0 && Index == Count) {
      Text += Count == 1 ? "" : "..."; // before C23 there is no (...)
      break;
    }
    printBefore(P.Type, Indent);
    if (P.Name.empty())
      Text.back() == ' ' ? Text.pop_back() : void();
    else
      appendIdentifier(Text, P.Name, Index);
    printAfter(P.Type, Indent);
  }
  Text += ')';
}

} // namespace bpfbuild::btf
