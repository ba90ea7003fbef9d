//===- BTFSlice.cpp - the types that a program reaches --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The strings are scanned for the program's names, in the order in which they lie; the types for those whose name was
// found. From these roots a worklist follows values, and pointers whose member the program accesses. The printer adds
// the rest: what a definition contains is defined before it, what it points to announced.
//===----------------------------------------------------------------------===//
#include "Vmlinux/BTFSlice.h"
#include "BTF/Walk.h"
#include "llvm/ADT/BitVector.h"

using namespace llvm;

namespace bpfbuild {

using btf::bitOf;
using btf::BTF;
using btf::Kind;
using btf::Type;

static constexpr StringLiteral Prologue = R"(#ifndef __VMLINUX_H__
#define __VMLINUX_H__

#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
#endif

#ifndef __ksym
#define __ksym __attribute__((section(".ksyms")))
#endif

#ifndef __weak
#define __weak __attribute__((weak))
#endif

#ifndef __bpf_fastcall
#if __has_attribute(bpf_fastcall)
#define __bpf_fastcall __attribute__((bpf_fastcall))
#else
#define __bpf_fastcall
#endif
#endif

)";

static constexpr StringLiteral KfuncsBegin = "#ifndef BPF_NO_KFUNC_PROTOTYPES\n";
static constexpr StringLiteral KfuncsEnd = "#endif\n\n";

static constexpr StringLiteral Epilogue = R"(#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute pop
#endif

#endif /* __VMLINUX_H__ */
)";

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

namespace {
/// Which string offsets have one of the program's names. Nearly all have none: those are told by one bit.
class NamedOffsets {
public:
  NamedOffsets(const BTF &Types, const StringMap<ProgramNames::Use> &Names)
      : Types(Types), Names(Names), Foreign(Types.stringsEnd()) {
    for (const auto &Entry : Names)
      if (!Entry.getKey().empty())
        Filter[hash(Entry.getKey().data(), Entry.getKey().size())] = true;
    for (const BTF *Part = &Types; Part; Part = Part->base())
      scan(*Part);
  }

  /// How the program uses the name at \p Offset; nothing if it does not.
  std::optional<ProgramNames::Use> find(uint32_t Offset) const {
    return Foreign[Offset] ? std::nullopt : lookup(Types.string(Offset));
  }

private:
  static unsigned hash(const char *Name, size_t Length) {
    return (uint8_t(Name[0]) * 33u ^ uint8_t(Name[Length - 1]) * 5u ^ Length * 131u) % 4096;
  }

  std::optional<ProgramNames::Use> lookup(StringRef Name) const {
    auto It = Names.find(Name);
    return It == Names.end() ? std::nullopt : std::optional(It->second);
  }

  void scan(const BTF &Part) {
    StringRef Strings = Part.strings();
    for (size_t At = 0; At < Strings.size();) {
      size_t Length = strlen(Strings.data() + At);
      uint32_t Offset = Part.firstString() + At;
      if (!Length || !Filter[hash(Strings.data() + At, Length)] || !lookup(Strings.substr(At, Length)))
        Foreign.set(Offset);
      At += Length + 1;
    }
  }

  const BTF &Types;
  const StringMap<ProgramNames::Use> &Names;
  bool Filter[4096] = {};
  BitVector
      Foreign; ///< strings begin here that the program does not name; not set within a string, which may be a name too
};

} // namespace

Kfuncs::Kfuncs(const BTF &Types) : Tagged(Types.size()), Fast(Types.size()) {
  for (uint32_t Id = 1; Id < Types.size(); ++Id) {
    if (btf::kindOf(Types.rawRecord(Id)) != Kind::DeclTag)
      continue;
    Type Tag = Types.type(Id);
    if (Tag.Component != -1 || Types.type(Tag.Ref).TypeKind != Kind::Func)
      continue;
    if (Tag.Name == "bpf_kfunc")
      Tagged.set(Tag.Ref);
    else if (Tag.Name == "bpf_fastcall")
      Fast.set(Tag.Ref);
  }
}

//===----------------------------------------------------------------------===//
// The closure
//===----------------------------------------------------------------------===//

namespace {
class Closure {
public:
  Closure(const BTF &Types, const Kfuncs &Functions, const ProgramNames &Names)
      : Types(Types), Names(Names), Reached(Types.size()), Mentioned(Types.size()), Walked(Types.size()),
        Unnamed(Types.size()), Functions(Functions) {}

  void run() {
    findRoots();
    addContainers();
    while (!Worklist.empty())
      walk(Worklist.pop_back_val());
  }

  const BitVector &reached() const { return Reached; }
  const BitVector &mentioned() const { return Mentioned; }
  const BitVector &unnamedEnums() const { return Unnamed; }

private:
  void findRoots();
  void addContainers();
  void reach(uint32_t Id);
  void walk(uint32_t Id);
  void walkMembers(const Type &T);
  void follow(uint32_t Id, bool ThroughPointers);
  void followSignature(uint32_t Prototype);

  const BTF &Types;
  const ProgramNames &Names;
  BitVector Reached;   ///< named types and functions to be printed
  BitVector Mentioned; ///< types that must be declared, no more
  BitVector Walked;    ///< records without a name that were looked into
  BitVector Unnamed;   ///< enums without a name that have an enumerator which the program names
  const Kfuncs &Functions;
  SmallVector<uint32_t> Worklist;
};
} // namespace

void Closure::findRoots() {
  NamedOffsets Offsets(Types, Names.Names);
  for (uint32_t Id = 1; Id < Types.size(); ++Id) {
    const char *Record = Types.rawRecord(Id);
    uint32_t NameOffset = btf::word(Record);
    switch (btf::kindOf(Record)) {
    case Kind::Struct:
    case Kind::Union:
    case Kind::Fwd:
    case Kind::Typedef:
      if (std::optional<ProgramNames::Use> Use = Offsets.find(NameOffset))
        *Use == ProgramNames::Named ? reach(Id) : void(Mentioned.set(Id));
      break;
    case Kind::Func:
      if (Functions.Tagged[Id] && Offsets.find(NameOffset) && !Names.Declared.contains(Types.string(NameOffset)))
        reach(Id);
      break;
    case Kind::Enum:
    case Kind::Enum64: {
      bool IsNamed = Offsets.find(NameOffset).has_value();
      for (uint32_t Index = 0, Count = btf::countOf(Record); Index < Count && !IsNamed; ++Index)
        IsNamed = Offsets.find(btf::enumeratorName(Record, Index)).has_value();
      if (IsNamed)
        NameOffset ? reach(Id) : void(Unnamed.set(Id));
      break;
    }
    default:
      break;
    }
  }
}

/// An enum without a name is printed where it is used: in a record, a typedef, a prototype. Its user, if it has no name
/// either, in its user, and so on.
void Closure::addContainers() {
  constexpr uint32_t Ends = bitOf(Kind::Func) | bitOf(Kind::Var) | bitOf(Kind::DeclTag) | bitOf(Kind::DataSec);
  BitVector Seen(Types.size());
  for (BitVector Sought = Unnamed; Sought.any();) {
    BitVector Next(Types.size());
    for (uint32_t Id = 1; Id < Types.size(); ++Id) {
      const char *Record = Types.rawRecord(Id);
      bool Uses = false;
      btf::forEachReference(Record, [&](uint32_t Ref) { Uses |= Sought[Ref]; });
      if (!Uses || Ends & bitOf(btf::kindOf(Record)))
        continue;
      if (btf::word(Record)) {
        reach(Id);
      } else if (!Seen[Id]) {
        Seen.set(Id);
        Next.set(Id);
      }
    }
    Sought = std::move(Next);
  }
}

void Closure::reach(uint32_t Id) {
  if (!Reached.test(Id)) {
    Reached.set(Id);
    Worklist.push_back(Id);
  }
}

void Closure::walk(uint32_t Id) {
  Type T = Types.type(Id);
  if (T.isRecord())
    walkMembers(T);
  else if (T.TypeKind == Kind::Typedef)
    follow(T.Ref, /*ThroughPointers=*/true);
  else if (T.TypeKind == Kind::Func)
    followSignature(T.Ref);
}

void Closure::walkMembers(const Type &T) {
  for (btf::Member M : T.members())
    follow(M.Type, !M.Name.empty() && Names.Accessed.contains(M.Name));
}

void Closure::followSignature(uint32_t Prototype) {
  Type T = Types.type(Prototype);
  if (T.TypeKind != Kind::FuncProto)
    return;
  follow(T.Ref, true);
  for (btf::Parameter P : T.parameters())
    follow(P.Type, true);
}

/// From a member's, typedef's or parameter's type to the records in it.
void Closure::follow(uint32_t Id, bool ThroughPointers) {
  for (unsigned Steps = 0; Steps < 4 * BTF::MaxDepth; ++Steps) {
    Type T = Types.type(Id);
    switch (T.TypeKind) {
    case Kind::Ptr:
      if (!ThroughPointers)
        return;
      break;
    case Kind::Typedef:
      if (ThroughPointers)
        reach(Id);
      break;
    case Kind::Array:
    case Kind::Volatile:
    case Kind::Const:
    case Kind::Restrict:
    case Kind::TypeTag:
      break;
    case Kind::FuncProto: // calling it gives what it returns
      break;
    case Kind::Struct:
    case Kind::Union:
      if (T.NameOffset) {
        reach(Id);
      } else if (!Walked[Id]) {
        Walked.set(Id);
        walkMembers(T);
      }
      return;
    default:
      return;
    }
    Id = T.Ref;
  }
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

BTFSlicer::BTFSlicer(const BTF &Types, StringRef Path)
    : Types(Types), Path(Path.str()), Names(Types), Functions(Types) {}

Error BTFSlicer::printFunctions(btf::CPrinter &Printer, function_ref<bool(uint32_t Id)> IsWanted) const {
  Printer.append(KfuncsBegin);
  for (uint32_t Id : Functions.Tagged.set_bits())
    if (IsWanted(Id))
      if (Error E = Printer.declareFunction(Id, Functions.Fast[Id] ? "__weak __ksym __bpf_fastcall" : "__weak __ksym"))
        return E;
  Printer.append(KfuncsEnd);
  return Error::success();
}

static bool isUnnamedEnum(const char *Record) {
  return bitOf(btf::kindOf(Record)) & (bitOf(Kind::Enum) | bitOf(Kind::Enum64)) && btf::word(Record) == 0;
}

static Error printType(btf::CPrinter &Printer, const BTF &Types, uint32_t Id) {
  constexpr uint32_t HaveDefinitions = bitOf(Kind::Struct) | bitOf(Kind::Union) | bitOf(Kind::Fwd) |
                                       bitOf(Kind::Typedef) | bitOf(Kind::Enum) | bitOf(Kind::Enum64);
  const char *Record = Types.rawRecord(Id);
  bool HasDefinition = HaveDefinitions & bitOf(btf::kindOf(Record)) && btf::word(Record) != 0;
  return HasDefinition ? Printer.define(Id) : Error::success();
}

/// At the end, when it is known which of them stand in another type.
static void printUnnamedEnums(btf::CPrinter &Printer, const BitVector &Enums) {
  for (uint32_t Id : Enums.set_bits())
    Printer.defineUnnamedEnum(Id);
}

Expected<std::string> BTFSlicer::slice(const ProgramNames &Program) const {
  Closure Slice(Types, Functions, Program);
  Slice.run();
  btf::CPrinter Printer(Types, Names, Path);
  Printer.append(Prologue);
  for (uint32_t Id : Slice.mentioned().set_bits())
    if (Error E = Printer.mention(Id))
      return std::move(E);
  for (uint32_t Id : Slice.reached().set_bits())
    if (Error E = printType(Printer, Types, Id))
      return std::move(E);
  printUnnamedEnums(Printer, Slice.unnamedEnums());
  if (Error E = printFunctions(Printer, [&](uint32_t Id) { return Slice.reached()[Id]; }))
    return std::move(E);
  Printer.append(Epilogue);
  return Printer.take();
}

bool BTFSlicer::canName(StringRef Name) const {
  ProgramNames Program;
  Program.Names[Name] = ProgramNames::Named;
  Closure Slice(Types, Functions, Program);
  Slice.run();
  return Slice.reached().any() || Slice.unnamedEnums().any();
}

Expected<std::string> BTFSlicer::whole(const StringSet<> &Declared) const {
  btf::CPrinter Printer(Types, Names, Path);
  Printer.reserve(32 * size_t(Types.size() - Types.firstId())); // a kernel's takes 22 bytes a type
  Printer.append(Prologue);
  BitVector Unnamed(Types.size());
  for (uint32_t Id = Types.firstId(); Id < Types.size(); ++Id)
    if (isUnnamedEnum(Types.rawRecord(Id)))
      Unnamed.set(Id);
    else if (Error E = printType(Printer, Types, Id))
      return std::move(E);
  printUnnamedEnums(Printer, Unnamed);
  auto IsWanted = [&](uint32_t Id) { return Id >= Types.firstId() && !Declared.contains(Types.type(Id).Name); };
  if (Error E = printFunctions(Printer, IsWanted))
    return std::move(E);
  Printer.append(Epilogue);
  return Printer.take();
}

std::string directivesOfBTF() {
  return (Prologue + KfuncsBegin + KfuncsEnd + Epilogue).str();
}

} // namespace bpfbuild
