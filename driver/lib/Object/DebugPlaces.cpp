//===- DebugPlaces.cpp - where an object's variables stand ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Object/DebugPlaces.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/DebugInfo/DWARF/DWARFDie.h"

using namespace llvm;

namespace bpfbuild {

/// Typedefs and qualifiers between a variable and its struct; a hostile file may chain them in a circle.
static constexpr unsigned MaxAliases = 64;

/// Calls \p Visit for each child until it returns true. A unit without its last null entry has children that come round
/// again: there are never more than the unit has entries.
static void visitChildren(const DWARFDie &Die, function_ref<bool(const DWARFDie &)> Visit) {
  size_t Left = Die ? Die.getDwarfUnit()->getNumDIEs() : 0;
  for (DWARFDie Child = Die ? Die.getFirstChild() : DWARFDie(); Child && Left; Child = Child.getSibling(), --Left)
    if (Child.isNULL() || Visit(Child))
      return;
}

static SourcePlace placeOf(const DWARFDie &Die) {
  SourcePlace Place;
  Place.File = Die.getDeclFile(DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath);
  Place.Line = Place.File.empty() ? 0 : Die.getDeclLine();
  return Place;
}

static DWARFDie typeOf(const DWARFDie &Die) {
  return Die.getAttributeValueAsReferencedDie(dwarf::DW_AT_type);
}

/// The struct behind typedefs and qualifiers, and for values behind the array of pointers.
static DWARFDie recordOf(const DWARFDie &Die) {
  DWARFDie Type = typeOf(Die);
  for (unsigned Steps = 0; Type && Type.getTag() != dwarf::DW_TAG_structure_type; ++Steps) {
    if (Steps == MaxAliases)
      return {};
    Type = typeOf(Type);
  }
  return Type;
}

static DWARFDie findMember(const DWARFDie &Record, StringRef Name) {
  DWARFDie Result;
  visitChildren(Record, [&](const DWARFDie &Child) {
    if (Child.getTag() == dwarf::DW_TAG_member && Name == StringRef(Child.getShortName()))
      Result = Child;
    return Result.isValid();
  });
  return Result;
}

/// The member "key", or "values.key" of an inner definition, of the variable's struct; the variable where it is not
/// there.
static DWARFDie findPlace(const DWARFDie &Variable, StringRef Member) {
  auto [Name, InnerName] = Member.split('.');
  DWARFDie Outer = Name.empty() ? DWARFDie() : findMember(recordOf(Variable), Name);
  DWARFDie Inner = Outer && !InnerName.empty() ? findMember(recordOf(Outer), InnerName) : DWARFDie();
  return Inner ? Inner : Outer ? Outer : Variable;
}

/// The DWARF of \p Object. Its relocations are to section symbols, which are 0, by what is there already: bytes as they
/// are will do, and keep the file's relocation tables, which LLVM trusts, out of it.
static std::unique_ptr<DWARFContext> readDwarf(const BPFObject &Object) {
  StringMap<std::unique_ptr<MemoryBuffer>> Sections;
  for (const Section &S : Object.sections())
    if (S.IsDebug)
      Sections.try_emplace(S.Name.ltrim('.'), MemoryBuffer::getMemBuffer(S.Bytes, S.Name, false));
  auto Ignore = [](Error E) { consumeError(std::move(E)); };
  return DWARFContext::create(Sections, /*AddrSize=*/8, Object.isLittleEndian(), Ignore, Ignore);
}

void fillPlaces(const BPFObject &Object, std::vector<Diagnostic> &Diagnostics) {
  if (Diagnostics.empty() || !Object.findSection(".debug_info"))
    return;
  std::unique_ptr<DWARFContext> Context = readDwarf(Object);
  StringMap<DWARFDie> Declarations;
  for (const std::unique_ptr<DWARFUnit> &Unit : Context->compile_units())
    visitChildren(Unit->getUnitDIE(/*ExtractUnitDIEOnly=*/false), [&](const DWARFDie &Die) {
      const char *Name = Die.getShortName();
      if (Name && is_contained({dwarf::DW_TAG_variable, dwarf::DW_TAG_subprogram}, Die.getTag()))
        Declarations.try_emplace(Name, Die);
      return false;
    });
  for (Diagnostic &D : Diagnostics)
    if (auto It = Declarations.find(D.Symbol); It != Declarations.end() && !D.Place.Line)
      D.Place = placeOf(findPlace(It->second, D.Member));
}

} // namespace bpfbuild
