//===- BTFSlice.cpp - the types that a program reaches --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The definitions are scanned for those that have one of the program's names. From these roots a worklist follows
// values, and pointers whose member the program accesses. The printer adds the rest: what a definition contains is
// defined before it, what it points to announced.
//===----------------------------------------------------------------------===//
#include "Vmlinux/BTFSlice.h"
#include "BTF/NameFinder.h"
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
// The closure
//===----------------------------------------------------------------------===//

Kfuncs::Kfuncs(const BTF &Types) : Tagged(Types.size()), Fast(Types.size()) {
  btf::forEachDefinition(Types, [&](const BTF::Definition &D) {
    if (D.TypeKind != Kind::DeclTag)
      return;
    Type Tag = Types.type(D.Id);
    if (Tag.Component != -1 || Types.type(Tag.Ref).TypeKind != Kind::Func)
      return;
    if (Tag.Name == "bpf_kfunc")
      Tagged.set(Tag.Ref);
    else if (Tag.Name == "bpf_fastcall")
      Fast.set(Tag.Ref);
  });
}

namespace {
class Closure {
public:
  Closure(const BTF &Types, const Kfuncs &Functions, const ProgramNames &Names)
      : Types(Types), Names(Names), Reached(Types.size()), Mentioned(Types.size()), Unnamed(Types.size()),
        Functions(Functions) {}

  /// What the program names itself.
  void findRoots();

  /// And what that leads to.
  void run() {
    findRoots();
    while (!Worklist.empty())
      walk(Worklist.pop_back_val());
  }

  const BitVector &reached() const { return Reached; }
  const BitVector &mentioned() const { return Mentioned; }
  const BitVector &unnamedEnums() const { return Unnamed; }

private:
  void reach(uint32_t Id);
  void walk(uint32_t Id);
  void walkMembers(const Type &T);
  void follow(uint32_t Id, bool ThroughPointers);
  void followSignature(uint32_t Prototype);

  const BTF &Types;
  const ProgramNames &Names;
  BitVector Reached;   ///< types and functions; those with a name are to be printed
  BitVector Mentioned; ///< types that must be declared, no more
  BitVector Unnamed;   ///< enums without a name that have an enumerator which the program names
  const Kfuncs &Functions;
  SmallVector<uint32_t> Worklist;
};
} // namespace

void Closure::findRoots() {
  btf::NameFinder Finder(Types, Names.Names);
  btf::forEachDefinition(Types, [&](const BTF::Definition &D) {
    switch (D.TypeKind) {
    case Kind::Struct:
    case Kind::Union:
    case Kind::Fwd:
    case Kind::Typedef:
      if (const auto *Entry = Finder.find(D.NameOffset))
        Entry->second == ProgramNames::Named ? reach(D.Id) : void(Mentioned.set(D.Id));
      break;
    case Kind::Enum:
    case Kind::Enum64: {
      const char *Record = Types.rawRecord(D.Id);
      bool IsNamed = Finder.find(D.NameOffset);
      for (uint32_t Index = 0, Count = btf::countOf(Record); Index < Count && !IsNamed; ++Index)
        IsNamed = Finder.find(btf::enumeratorName(Record, Index));
      if (IsNamed)
        D.NameOffset ? reach(D.Id) : void(Unnamed.set(D.Id));
      break;
    }
    default:
      break;
    }
  });
  for (uint32_t Id : Functions.Tagged.set_bits())
    if (uint32_t Name = btf::word(Types.rawRecord(Id));
        Finder.find(Name) && !Names.Declared.contains(Types.string(Name)))
      reach(Id);
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
      reach(Id);
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

/// True for types that are printed at file scope.
static bool isPrinted(const char *Record) {
  return btf::DefinitionKinds & ~bitOf(Kind::DeclTag) & bitOf(btf::kindOf(Record)) && btf::word(Record) != 0;
}

/// At the end, when it is known which of them stand in another type.
static void printUnnamedEnums(btf::CPrinter &Printer, const BitVector &Enums) {
  for (uint32_t Id : Enums.set_bits())
    Printer.defineUnnamedEnum(Id);
}

/// Leaves out what the program defines itself. An enum is that if one of its enumerators is.
static void skipDefined(const BTF &Types, const ProgramNames &Program, btf::CPrinter &Printer) {
  if (Program.DefinedTags.empty() && Program.DefinedNames.empty())
    return;
  btf::NameFinder Tags(Types, Program.DefinedTags), Ordinary(Types, Program.DefinedNames);
  btf::forEachDefinition(Types, [&](const BTF::Definition &D) {
    bool IsEnum = bitOf(D.TypeKind) & (bitOf(Kind::Enum) | bitOf(Kind::Enum64));
    bool IsRecord = bitOf(D.TypeKind) & (bitOf(Kind::Struct) | bitOf(Kind::Union));
    bool IsDefined = (IsEnum || IsRecord) && D.NameOffset != 0 && Tags.find(D.NameOffset);
    if (IsEnum && !IsDefined) {
      const char *Record = Types.rawRecord(D.Id);
      for (uint32_t I = 0; I < btf::countOf(Record) && !IsDefined; ++I)
        IsDefined = Ordinary.find(btf::enumeratorName(Record, I));
    }
    if (D.TypeKind == Kind::Typedef && D.NameOffset != 0)
      IsDefined = Ordinary.find(D.NameOffset);
    if (IsDefined)
      Printer.assumeDefined(D.Id);
  });
}

Expected<std::string> BTFSlicer::slice(const ProgramNames &Program) const {
  Closure Slice(Types, Functions, Program);
  Slice.run();
  btf::CPrinter Printer(Types, Names, Path);
  skipDefined(Types, Program, Printer);
  Printer.append(Prologue);
  for (uint32_t Id : Slice.mentioned().set_bits())
    if (Error E = Printer.mention(Id))
      return std::move(E);
  for (uint32_t Id : Slice.reached().set_bits())
    if (isPrinted(Types.rawRecord(Id)))
      if (Error E = Printer.define(Id))
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
  Slice.findRoots();
  return Slice.reached().any() || Slice.unnamedEnums().any();
}

Expected<std::string> BTFSlicer::whole(const ProgramNames &Program) const {
  btf::CPrinter Printer(Types, Names, Path);
  skipDefined(Types, Program, Printer);
  Printer.reserve(32 * size_t(Types.size() - Types.firstId())); // a kernel's takes 22 bytes a type
  Printer.append(Prologue);
  BitVector Unnamed(Types.size());
  for (const BTF::Definition &D : Types.definitions()) {
    if (D.NameOffset == 0 && bitOf(D.TypeKind) & (bitOf(Kind::Enum) | bitOf(Kind::Enum64)))
      Unnamed.set(D.Id);
    if (D.NameOffset != 0 && D.TypeKind != Kind::DeclTag)
      if (Error E = Printer.define(D.Id))
        return std::move(E);
  }
  printUnnamedEnums(Printer, Unnamed);
  auto IsWanted = [&](uint32_t Id) { return Id >= Types.firstId() && !Program.Declared.contains(Types.type(Id).Name); };
  if (Error E = printFunctions(Printer, IsWanted))
    return std::move(E);
  Printer.append(Epilogue);
  return Printer.take();
}

std::string directivesOfBTF() {
  return (Prologue + KfuncsBegin + KfuncsEnd + Epilogue).str();
}

} // namespace bpfbuild
