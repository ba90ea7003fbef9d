//===- SkeletonModel.cpp - what a skeleton holds --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Skeleton/SkeletonModel.h"
#include "Kernel/SectionNames.h"
#include "Maps/LegacyMaps.h"
#include "Skeleton/HeaderTypes.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace bpfbuild {

using btf::Kind;

/// What the class declares itself, and the namespaces that it names: neither it nor a type in it may be called so.
static const std::initializer_list<std::string> ReservedNames = {"opened",          "open",        "load",
                                                                 "attach",          "detach",      "maps",
                                                                 "programs",        "native",      "description",
                                                                 "map_configs",     "map_handles", "program_configs",
                                                                 "program_handles", "object_",     "maps_",
                                                                 "programs_",       "object",      "std",
                                                                 "bpfbuild",        "struct_ops",  "struct_ops_tables"};

static bool isReserved(StringRef Name) {
  return is_contained(ReservedNames, Name);
}

Expected<std::string> defaultSkeletonName(StringRef Stem) {
  if (isKeyword(Stem))
    return makeError("'{0}' is a C++ keyword and cannot name the skeleton's class; pass --name=", Stem);
  std::string Name = toIdentifier(Stem.str());
  return isReserved(Name) ? Name + "_skeleton" : Name;
}

/// \p Name must be good for the class or a namespace around it; \p Option is where it came from.
static Error checkName(StringRef Option, StringRef Name) {
  if (isKeyword(Name))
    return makeError("{0}: '{1}' is a C++ keyword", Option, Name);
  if (!isIdentifier(Name))
    return makeError("{0}: '{1}' is not a C++ identifier", Option, Name);
  if (isReserved(Name) || toIdentifier(Name) != Name)
    return makeError("{0}: '{1}' has a meaning of its own in the header", Option, Name);
  return Error::success();
}

namespace {

class ModelBuilder {
public:
  ModelBuilder(const BPFObject &Object, SkeletonModel &Model, const SharedTypes &Shared)
      : Object(Object), Model(Model), Scope(ReservedNames), Types(*Object.types(), Scope, Shared.Names) {
    Scope.add(Model.Class);
    TableNames.add(Model.Class);
  }

  Error build();

private:
  Error addMaps();
  Error addSections();
  void addSection(const btf::Type &DataSection);
  void addPrograms();
  std::vector<btf::Type> structOpsSections() const;
  void addStructOps(const btf::Type &DataSection);
  void addTable(size_t Map);
  Error findArena();
  std::string handleOf(const MapDef &Map);
  std::string innerArguments(const MapDef *Inner);
  std::string mapArgument(uint32_t Type, uint64_t Size, const std::string &Hint);
  std::vector<TypeModelBuilder::Variable> variablesOf(const btf::Type &DataSection) const;

  const BPFObject &Object;
  SkeletonModel &Model;
  NameScope Scope;
  TypeModelBuilder Types;
  NameScope MapNames;
  /// The names of all maps, and of a subskeleton's functions: a type that is called so is written with its keyword.
  std::set<std::string> MapVariables{std::begin(SubskeletonNames), std::end(SubskeletonNames)};
  NameScope TableNames{"object_", "struct_ops_tables"};
};

} // namespace

/// A key or value type as a template argument: arrays as values<T, N>, what has only a size as bytes<N>.
std::string ModelBuilder::mapArgument(uint32_t Type, uint64_t Size, const std::string &Hint) {
  if (!Type)
    return formatv("bpfbuild::bytes<{0}>", Size);
  CppType T = Types.typeOf(Type, Hint);
  std::string Result = MapVariables.count(T.Name) ? T.elaborated() : T.Name;
  for (uint64_t Dimension : reverse(T.Dimensions))
    Result = formatv("bpfbuild::values<{0}, {1}>", Result, Dimension);
  return Result;
}

/// What a map of maps holds, as template arguments: the class, and the definition, which libbpf forgets once it is
/// used.
std::string ModelBuilder::innerArguments(const MapDef *Inner) {
  if (!Inner)
    return "bpfbuild::map";
  return formatv("bpfbuild::{0}, bpfbuild::inner_definition<{1}, {2}, {3}, {4}, {5}>", handleOf(*Inner),
                 unsigned(Inner->Type), Inner->KeySize, Inner->ValueSize, Inner->MaxEntries, Inner->Flags);
}

/// The runtime's class for a map, with its types.
std::string ModelBuilder::handleOf(const MapDef &Map) {
  HandleClass Class = handleClass(Map.Type);
  switch (Class.Arguments) {
  case HandleClass::None:
    Model.HasRingBuffer |= Map.Type == MapType::UserRingbuf;
    return Class.Name.str();
  case HandleClass::Record:
    (Map.Type == MapType::Ringbuf ? Model.HasRingBuffer : Model.HasPerfBuffer) = true;
    return formatv("{0}<{1}>", Class.Name, Map.RecordType ? Types.typeOf(Map.RecordType).Name : "");
  case HandleClass::Value:
    if (!Map.ValueSize)
      return "map";
    return formatv("{0}<{1}>", Class.Name, mapArgument(Map.ValueType, Map.ValueSize, Map.Name + "_value"));
  case HandleClass::KeyAndValue:
  case HandleClass::KeyAndInner:
    break;
  }
  bool HoldsMaps = Class.Arguments == HandleClass::KeyAndInner;
  if (!Map.KeySize || (!HoldsMaps && !Map.ValueSize))
    return "map";
  std::string Key = mapArgument(Map.KeyType, Map.KeySize, Map.Name + "_key"); // its types come first
  std::string Value =
      HoldsMaps ? innerArguments(Map.Inner.get()) : mapArgument(Map.ValueType, Map.ValueSize, Map.Name + "_value");
  return formatv("{0}<{1}, {2}>", Class.Name, Key, Value);
}

static std::string describe(const MapDef &Map) {
  StringRef Name = mapTypeName(Map.Type);
  std::string Text = Name.empty() ? formatv("map type {0}", unsigned(Map.Type)).str() : Name.str();
  if (Map.MaxEntries)
    Text += formatv(Map.Type == MapType::Ringbuf ? ", {0} bytes"
                    : Map.MaxEntries == 1        ? ", {0} entry"
                                                 : ", {0} entries",
                    Map.MaxEntries);
  if (Map.IsPinnedByName)
    Text += ", pinned by name";
  return Text;
}

std::vector<btf::Type> ModelBuilder::structOpsSections() const {
  std::vector<btf::Type> Sections;
  for (uint32_t Id = 1; Id < Object.types()->size(); ++Id)
    if (btf::Type T = Object.types()->type(Id); T.TypeKind == Kind::DataSec)
      if (StringRef Name = T.Name.ref().ltrim('?'); Name == ".struct_ops" || Name == ".struct_ops.link")
        Sections.push_back(T);
  return Sections;
}

Error ModelBuilder::addMaps() {
  std::vector<Diagnostic> Diagnostics;
  std::vector<MapDef> Maps = readMapDefs(Object, Diagnostics);
  readLegacyMaps(Object, Diagnostics);
  for (const MapDef &Map : Maps)
    MapVariables.insert(toIdentifier(Map.Name));
  for (const btf::Type &Section : structOpsSections())
    for (const TypeModelBuilder::Variable &V : variablesOf(Section))
      MapVariables.insert(toIdentifier(V.Name));
  for (const MapDef &Map : Maps) {
    MapModel M;
    M.Name = Map.Name;
    M.Identifier = MapNames.add(Map.Name);
    M.Handle = handleOf(Map);
    M.Comment = describe(Map);
    M.KeySize = Map.KeySize;
    M.ValueSize = Map.ValueSize;
    Model.Maps.push_back(std::move(M));
  }
  return Diagnostics.empty() ? Error::success() : makeError("{0}: {1}", Object.name(), Diagnostics.front().Message);
}

/// struct_ops tables are maps too, one for each variable.
void ModelBuilder::addStructOps(const btf::Type &DataSection) {
  for (const TypeModelBuilder::Variable &V : variablesOf(DataSection)) {
    Model.Maps.push_back({.Identifier = MapNames.add(V.Name),
                          .Name = V.Symbol,
                          .Handle = "struct_ops_map",
                          .Comment = "struct_ops",
                          .StructOps = Object.types()->resolve(V.Type)});
    addTable(Model.Maps.size() - 1);
  }
}

/// A number, or an array of them, which a table may hold as it is.
static bool isPlain(const btf::BTF &Types, uint32_t Id) {
  btf::Type T = Types.type(Types.resolve(Id));
  return T.TypeKind == Kind::Int || T.isEnum() || (T.TypeKind == Kind::Array && isPlain(Types, T.Ref));
}

/// A table's functions as programs and numbers as they are; what else there is, such as lists of the kernel's, is none
/// of the user's.
void ModelBuilder::addTable(size_t Map) {
  const btf::BTF &BTF = *Object.types();
  btf::Type Table = BTF.type(Model.Maps[Map].StructOps);
  RecordModel Record;
  Record.Name = Scope.add(Model.Maps[Map].Identifier + "_table");
  Record.Size = Table.Size;
  NameScope Members;
  uint64_t End = 0;
  auto FillTo = [&](uint64_t Offset) {
    if (Offset > End)
      addPadding(Record, Members, 8 * End, Offset - End, 0);
  };
  for (btf::Member M : Table.members()) {
    uint64_t Offset = M.BitOffset / 8, Size = BTF.sizeOf(M.Type).value_or(0);
    btf::Type T = BTF.type(BTF.resolve(M.Type));
    bool IsFunction = T.TypeKind == Kind::Ptr && BTF.type(BTF.resolve(T.Ref)).TypeKind == Kind::FuncProto;
    if (M.BitSize || M.Name.empty() || !Size || Offset < End || !(IsFunction || isPlain(BTF, M.Type)))
      continue;
    FillTo(Offset);
    FieldModel F;
    F.Name = Members.add(M.Name.str());
    F.IsFunction = IsFunction;
    if (IsFunction)
      F.Type.Name = "bpfbuild::struct_ops_function";
    else
      F.Type = Types.typeOf(M.Type);
    F.Offset = Offset;
    F.Size = Size;
    Record.Fields.push_back(std::move(F));
    End = Offset + Size;
  }
  FillTo(Table.Size);
  if (all_of(Record.Fields, [](const FieldModel &F) { return !F.IsFunction || F.Offset % 8 == 0; }) &&
      Table.Size % 8 == 0) // else it is packed, and no such table is known
    Model.Tables.push_back({TableNames.add(Model.Maps[Map].Identifier), Map, std::move(Record)});
}

/// Variables of the address space 1 are the memory of the arena, of which an object has one.
Error ModelBuilder::findArena() {
  auto Last = find_if(Model.Sections, [](const SectionModel &S) { return S.isArena(); });
  if (Last != Model.Sections.end())
    std::rotate(Last, Last + 1, Model.Sections.end());
  for (auto [I, S] : enumerate(Model.Sections))
    S.Map = Model.Maps.size() + I;
  if (Model.Sections.empty() || !Model.Sections.back().isArena())
    return Error::success();
  auto Arena = find_if(Model.Maps, [](const MapModel &M) { return M.Handle == "arena_map"; });
  if (Arena == Model.Maps.end())
    return makeError("'{0}': variables of the address space 1 and no map of the type arena, which holds them",
                     Object.name());
  Model.Sections.back().Map = Arena - Model.Maps.begin();
  return Error::success();
}

/// .kconfig is laid out by the loader: by alignment, largest first, then size, then name (libbpf's cmp_externs).
static uint64_t layOutKconfig(const btf::BTF &Types, std::vector<TypeModelBuilder::Variable> &Variables) {
  auto Alignment = [&](const TypeModelBuilder::Variable &V) {
    uint32_t Id = Types.resolve(V.Type);
    while (Types.type(Id).TypeKind == Kind::Array)
      Id = Types.resolve(Types.type(Id).Ref);
    return Types.sizeOf(Id).value_or(1);
  };
  auto Size = [&](const TypeModelBuilder::Variable &V) { return Types.sizeOf(V.Type).value_or(0); };
  llvm::sort(Variables, [&](const auto &A, const auto &B) {
    return std::tuple(Alignment(B), Size(A), A.Name) < std::tuple(Alignment(A), Size(B), B.Name);
  });
  uint64_t End = 0;
  for (TypeModelBuilder::Variable &V : Variables) {
    V.Offset = alignTo(End, std::max<uint64_t>(Alignment(V), 1));
    End = V.Offset + Size(V);
  }
  return End;
}

/// Takes a variable's mangled name apart: _ZN3app5stats5totalE is total of stats of app. Names of any other form, such
/// as that of a template's variable, stay as they are.
static void splitScopes(TypeModelBuilder::Variable &V) {
  if (!StringRef(V.Name).starts_with("_ZN"))
    return;
  std::string Plain = demangle(V.Name);
  SmallVector<StringRef> Parts;
  StringRef(Plain).split(Parts, "::");
  if (Parts.size() < 2 || !all_of(Parts, [](StringRef Part) { return isIdentifier(std::string_view(Part)); }))
    return;
  V.Name = Parts.pop_back_val().str();
  V.Scopes.assign(Parts.rbegin(), Parts.rend());
}

/// The section's variables, by offset. Static ones are private to the BPF program, as for bpftool. Before an object is
/// linked, offsets are in its symbols only.
std::vector<TypeModelBuilder::Variable> ModelBuilder::variablesOf(const btf::Type &DataSection) const {
  std::vector<TypeModelBuilder::Variable> Variables;
  for (btf::SectionVariable V : DataSection.variables()) {
    btf::Type Var = Object.types()->type(V.Type);
    if (Var.TypeKind != Kind::Var || Var.Link == btf::Linkage::Static || Var.Name.empty())
      continue;
    const Symbol *S = Object.findVariable(Var.Name, DataSection.Name);
    Variables.push_back({Var.Name.str(), Var.Ref, S ? S->Value : V.Offset});
    splitScopes(Variables.back());
  }
  llvm::sort(Variables,
             [](const auto &A, const auto &B) { return std::tie(A.Offset, A.Name) < std::tie(B.Offset, B.Name); });
  return Variables;
}

void ModelBuilder::addSection(const btf::Type &DataSection) {
  StringRef Name = DataSection.Name;
  bool IsKconfig = Name == ".kconfig";
  const Section *S = Object.findSection(Name);
  if (!IsKconfig && (!S || !S->Size))
    return;
  std::vector<TypeModelBuilder::Variable> Variables = variablesOf(DataSection);
  uint64_t Size = IsKconfig ? layOutKconfig(*Object.types(), Variables) : S->Size;
  if (Variables.empty())
    return;
  std::string Accessor = Name == SectionModel::ArenaSection ? "arena" : Name.drop_front().str();
  SectionModel M{Scope.add(Accessor),
                 Name.str(),
                 Types.sectionOf(Variables, Size),
                 Size,
                 IsKconfig || Name.starts_with(".rodata"),
                 IsKconfig};
  M.Record.Name = Scope.add(M.Identifier + "_type");
  M.Pointers = Scope.add(M.Identifier + "_pointers");
  M.ConstPointers = Scope.add("const_" + M.Pointers);
  M.Variables = std::move(Variables);
  Model.Sections.push_back(std::move(M));
}

Error ModelBuilder::addSections() {
  for (uint32_t Id = 1; Id < Object.types()->size(); ++Id) {
    btf::Type T = Object.types()->type(Id);
    if (T.TypeKind != Kind::DataSec)
      continue;
    StringRef Name = T.Name;
    if (Name == ".data" || Name == ".bss" || Name == ".rodata" || Name == ".kconfig" || Name.starts_with(".data.") ||
        Name.starts_with(".bss.") || Name.starts_with(".rodata.") || Name == SectionModel::ArenaSection)
      addSection(T);
  }
  for (const btf::Type &Section : structOpsSections())
    addStructOps(Section);
  return findArena();
}

void ModelBuilder::addPrograms() {
  NameScope ProgramNames;
  for (const Symbol &S : Object.symbols()) {
    if (S.SymbolKind != Symbol::Kind::Function || !S.isDefined() || S.Bind == Symbol::Binding::Local)
      continue;
    StringRef Section = Object.sections()[S.Section].Name;
    if (Section == ".text")
      continue;
    const SectionName *Known = findSectionName(Section);
    Model.Programs.push_back({ProgramNames.add(S.Name.str()), S.Name.str(), Section.str(),
                              Known && Known->CanAutoAttach && wantedTarget(Section).empty()});
  }
}

Error ModelBuilder::build() {
  if (Error E = addMaps())
    return E;
  if (Error E = addSections())
    return E;
  addPrograms();
  if (Types.isTooLarge())
    return makeError("'{0}': its types are too large to be declared: unnamed structs or unions hold others, again and "
                     "again; give them names",
                     Object.name());
  Model.Types = Types.takeDeclarations();
  Model.Checksum = objectChecksum(Object.bytes());
  return Error::success();
}

std::string carriedBytes(const SkeletonModel &Model, StringRef ObjectBytes) {
  return (ObjectBytes + Model.Archive).str();
}

void setArchive(SkeletonModel &Model, const BPFObject &Object, std::string Archive) {
  Model.Archive = std::move(Archive);
  Model.Checksum = objectChecksum(carriedBytes(Model, Object.bytes()));
}

uint64_t objectChecksum(StringRef Bytes) {
  uint64_t Hash = 0x9e3779b97f4a7c15 ^ Bytes.size();
  for (size_t At = 0; At < Bytes.size(); At += 8) {
    char Word[8] = {};
    StringRef Part = Bytes.substr(At, 8);
    std::copy(Part.begin(), Part.end(), Word);
    Hash = (Hash ^ support::endian::read64le(Word)) * 0xff51afd7ed558ccd;
    Hash ^= Hash >> 32;
  }
  return Hash;
}

Expected<SharedTypes> readSharedTypes(StringRef Path) {
  Expected<std::unique_ptr<MemoryBuffer>> Buffer = readFile(Path);
  if (!Buffer)
    return Buffer.takeError();
  SharedTypes Result{Path.str(), definedTypes((*Buffer)->getBuffer())};
  if (Result.Names.empty())
    return makeError("--types={0}: the header defines no struct, union or enum", Path);
  if (any_of(Path, [](char C) { return !isPrint(C) || C == '"' || C == '\\'; }))
    return makeError("--types={0}: a path that cannot stand in an #include", Path);
  return Result;
}

Expected<SkeletonModel> buildSkeletonModel(const BPFObject &Object, StringRef Name, StringRef Namespace,
                                           const SharedTypes &Shared) {
  if (!Object.types() && none_of(Object.symbols(), [](const Symbol &S) { return S.isDefined() && !S.Name.empty(); }))
    return makeError("'{0}': no program, map or variable: there is nothing to make a skeleton of", Object.name());
  if (!Object.types())
    return makeError("'{0}': no BTF; a skeleton needs the types of its maps and variables: compile with -g",
                     Object.name());
  SkeletonModel Model;
  Model.Class = Name.str();
  Model.TypesHeader = Shared.Header;
  if (Error E = checkName("--name=", Name))
    return std::move(E);
  for (StringRef Rest = Namespace; !Rest.empty();) {
    auto [Part, Behind] = Rest.split("::");
    if (Error E = checkName("--namespace=", Part))
      return std::move(E);
    if (Behind.empty() && Rest.ends_with("::"))
      return makeError("--namespace={0}: nothing behind the last ::", Namespace);
    Model.Namespace.push_back(Part.str());
    Rest = Behind;
  }
  if (Error E = ModelBuilder(Object, Model, Shared).build())
    return std::move(E);
  return Model;
}

} // namespace bpfbuild
