//===- DebugPlaces.cpp - where an object's variables stand ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Object/DebugPlaces.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/DebugInfo/DWARF/DWARFDie.h"
#include "llvm/Support/DataExtractor.h"
#include "llvm/Support/Path.h"

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

//===----------------------------------------------------------------------===//
// The files of a line table
//===----------------------------------------------------------------------===//

namespace {
/// Reads the list of files from the header of a line table, DWARF 2 to 5. LLVM's reader of these trusts their bytes too
/// far; this one stops at the first that is not as expected.
class LineTableFiles {
public:
  LineTableFiles(const BPFObject &Object, uint64_t Offset, StringRef CompileFolder)
      : Object(Object), Data(bytesOf(".debug_line"), Object.isLittleEndian(), 8), At(Offset),
        CompileFolder(CompileFolder) {}

  /// The files' paths by their number; none where the table is not understood.
  std::vector<std::string> read();

private:
  StringRef bytesOf(StringRef Name) const {
    const Section *S = Object.findSection(Name);
    return S ? S->Bytes : StringRef();
  }
  void readOldLists();
  void readLists();
  bool readList(function_ref<void(StringRef Name, uint64_t Folder)> Take);
  StringRef readText(uint64_t Form);
  uint64_t readNumber(uint64_t Form);
  void fail() { HasFailed = true; }
  std::string pathOf(StringRef Name, uint64_t Folder) const;

  const BPFObject &Object;
  DataExtractor Data;
  DataExtractor::Cursor At;
  StringRef CompileFolder;
  std::vector<std::string> Folders, Files;
  bool HasFailed = false;
};
} // namespace

std::string LineTableFiles::pathOf(StringRef Name, uint64_t Folder) const {
  SmallString<128> Path(Folder < Folders.size() ? StringRef(Folders[Folder]) : CompileFolder);
  if (!sys::path::is_absolute(Path))
    Path = (CompileFolder + "/" + Path).str();
  if (sys::path::is_absolute(Name))
    return Name.str();
  sys::path::append(Path, Name);
  return Path.str().str();
}

std::vector<std::string> LineTableFiles::read() {
  Data.getU32(At); // the length of the table; 64-bit DWARF has another form, whose version is none
  uint16_t Version = Data.getU16(At);
  if (Version < 2 || Version > 5)
    fail();
  if (Version == 5)
    Data.skip(At, 2); // sizes of addresses and segments
  Data.getU32(At);    // the length of the header
  Data.skip(At, Version >= 4 ? 5 : 4);
  uint8_t OpcodeBase = Data.getU8(At);
  Data.skip(At, OpcodeBase ? OpcodeBase - 1 : 0);
  if (!HasFailed)
    Version == 5 ? readLists() : readOldLists();
  bool IsComplete = !HasFailed && At;
  consumeError(At.takeError());
  return IsComplete ? std::move(Files) : std::vector<std::string>();
}

/// Up to DWARF 4: texts up to an empty one. Folder 0 is the compiler's, file 0 none.
void LineTableFiles::readOldLists() {
  Folders.push_back(CompileFolder.str());
  for (StringRef Folder = Data.getCStrRef(At); At && !Folder.empty(); Folder = Data.getCStrRef(At))
    Folders.push_back(Folder.str());
  Files.emplace_back();
  for (StringRef Name = Data.getCStrRef(At); At && !Name.empty(); Name = Data.getCStrRef(At)) {
    Files.push_back(pathOf(Name, Data.getULEB128(At)));
    Data.getULEB128(At); // time
    Data.getULEB128(At); // size
  }
}

/// DWARF 5: two lists, each with a description of its entries.
void LineTableFiles::readLists() {
  if (readList([&](StringRef Name, uint64_t) { Folders.push_back(Name.str()); }))
    readList([&](StringRef Name, uint64_t Folder) { Files.push_back(pathOf(Name, Folder)); });
}

bool LineTableFiles::readList(function_ref<void(StringRef Name, uint64_t Folder)> Take) {
  SmallVector<std::pair<uint64_t, uint64_t>> Formats; // what it is, and its form
  for (uint8_t Left = Data.getU8(At); At && Left; --Left) {
    uint64_t Content = Data.getULEB128(At);
    Formats.push_back({Content, Data.getULEB128(At)});
  }
  uint64_t Count = Data.getULEB128(At);
  if (Formats.empty() && Count)
    fail();
  for (; At && !HasFailed && Count; --Count) {
    StringRef Name;
    uint64_t Folder = 0;
    for (auto [Content, Form] : Formats)
      if (Content == dwarf::DW_LNCT_path)
        Name = readText(Form);
      else if (uint64_t Number = readNumber(Form); Content == dwarf::DW_LNCT_directory_index)
        Folder = Number;
    if (At && !HasFailed)
      Take(Name, Folder);
  }
  return At && !HasFailed;
}

StringRef LineTableFiles::readText(uint64_t Form) {
  if (Form == dwarf::DW_FORM_string)
    return Data.getCStrRef(At);
  if (Form != dwarf::DW_FORM_line_strp && Form != dwarf::DW_FORM_strp)
    return fail(), "";
  StringRef Texts = bytesOf(Form == dwarf::DW_FORM_strp ? ".debug_str" : ".debug_line_str");
  return Texts.drop_front(std::min<uint64_t>(Data.getU32(At), Texts.size())).split('\0').first;
}

uint64_t LineTableFiles::readNumber(uint64_t Form) {
  switch (Form) {
  case dwarf::DW_FORM_udata:
    return Data.getULEB128(At);
  case dwarf::DW_FORM_data1:
    return Data.getU8(At);
  case dwarf::DW_FORM_data2:
    return Data.getU16(At);
  case dwarf::DW_FORM_data4:
    return Data.getU32(At);
  case dwarf::DW_FORM_data8:
    return Data.getU64(At);
  case dwarf::DW_FORM_data16: // a checksum
    Data.skip(At, 16);
    return 0;
  case dwarf::DW_FORM_line_strp: // the source itself
  case dwarf::DW_FORM_strp:
    return Data.getU32(At);
  default:
    return fail(), 0;
  }
}

//===----------------------------------------------------------------------===//
// From a map or program to its place
//===----------------------------------------------------------------------===//

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

namespace {
/// Where the variables and functions of one compile unit stand.
struct Unit {
  DWARFUnit *Entries;
  std::optional<std::vector<std::string>> Files; ///< read when they are asked for
};
} // namespace

static SourcePlace placeOf(const DWARFDie &Die, Unit &In, const BPFObject &Object) {
  if (!In.Files) {
    DWARFDie Top = In.Entries->getUnitDIE();
    std::optional<uint64_t> Table = dwarf::toSectionOffset(Top.find(dwarf::DW_AT_stmt_list));
    StringRef Folder = dwarf::toStringRef(Top.find(dwarf::DW_AT_comp_dir));
    In.Files = Table ? LineTableFiles(Object, *Table, Folder).read() : std::vector<std::string>();
  }
  std::optional<uint64_t> File = dwarf::toUnsigned(Die.find(dwarf::DW_AT_decl_file));
  SourcePlace Place;
  if (File && *File < In.Files->size() && !(*In.Files)[*File].empty()) {
    Place.File = (*In.Files)[*File];
    Place.Line = dwarf::toUnsigned(Die.find(dwarf::DW_AT_decl_line), 0);
  }
  return Place;
}

void fillPlaces(const BPFObject &Object, std::vector<Diagnostic> &Diagnostics) {
  if (Diagnostics.empty() || !Object.findSection(".debug_info"))
    return;
  std::unique_ptr<DWARFContext> Context = readDwarf(Object);
  std::vector<Unit> Units;
  StringMap<std::pair<DWARFDie, size_t>> Declarations; // and the unit's index
  for (const std::unique_ptr<DWARFUnit> &Entries : Context->compile_units()) {
    visitChildren(Entries->getUnitDIE(/*ExtractUnitDIEOnly=*/false), [&](const DWARFDie &Die) {
      const char *Name = Die.getShortName();
      if (Name && is_contained({dwarf::DW_TAG_variable, dwarf::DW_TAG_subprogram}, Die.getTag()))
        Declarations.try_emplace(Name, Die, Units.size());
      return false;
    });
    Units.push_back({Entries.get(), std::nullopt});
  }
  for (Diagnostic &D : Diagnostics)
    if (auto It = Declarations.find(D.Symbol); It != Declarations.end() && !D.Place.Line) {
      auto [Die, Index] = It->second;
      D.Place = placeOf(findPlace(Die, D.Member), Units[Index], Object);
    }
}

} // namespace bpfbuild
