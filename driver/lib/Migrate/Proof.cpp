//===- Proof.cpp - a migrated source does what it did ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Migrate/Proof.h"
#include "Kernel/Instruction.h"
#include "Kernel/MapRules.h"
#include "Kernel/OldMapMembers.h"
#include "Kernel/SectionNames.h"
#include "Maps/MapDef.h"
#include "Object/BTFExt.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/DataExtractor.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild {

using btf::Kind;

/// The variables of a section that old loaders read maps from, by offset; none of another section. Static ones have no
/// symbol: of them BTF has the offset.
static std::map<uint64_t, btf::Type> variablesOf(const BPFObject &Object, const Section &S) {
  std::map<uint64_t, btf::Type> Result;
  std::optional<btf::Type> Data =
      isOldMapSection(S.Name) && Object.types() ? Object.findDataSection(S.Name) : std::nullopt;
  if (!Data)
    return Result;
  for (btf::SectionVariable V : Data->variables()) {
    btf::Type Variable = Object.types()->type(V.Type);
    const Symbol *Named = Object.findVariable(Variable.Name, S.Name);
    Result[Named ? Named->Value : V.Offset] = Variable;
  }
  return Result;
}

namespace {
/// A map as the old loader read it: a struct of words, by the names that the object's BTF gives them.
struct OldDefinition {
  std::string Name;
  std::map<MapRole, uint64_t> Values;
  uint64_t value(MapRole Role) const {
    auto It = Values.find(Role);
    return It == Values.end() ? 0 : It->second;
  }
};

/// A function of an object, by name.
struct Function {
  StringRef Section;
  std::vector<std::string> Code; ///< an instruction each, with names for what relocations point to
  std::vector<uint32_t> Lines;   ///< of the source, for each; 0 is unknown
  std::vector<int32_t> Helpers;  ///< that it calls, sorted; forms of one helper by the same number
  bool UsesArray = false;        ///< it adds to the address of a map, which no kernel takes
};

class Comparison {
public:
  Comparison(const BPFObject &Before, const BPFObject &After, const Migration &Found, const ProofOptions &Options)
      : Before(Before), After(After), Found(Found), Options(Options) {}

  Expected<std::vector<Difference>> run();

private:
  template <typename... Ts> void differ(const char *Format, Ts &&...Args) {
    Differences.push_back({formatv(Format, std::forward<Ts>(Args)...), ""});
  }
  /// The same about a map.
  template <typename... Ts> void mapDiffers(StringRef Map, const char *Format, Ts &&...Args) {
    Differences.push_back({formatv(Format, Map, std::forward<Ts>(Args)...), Map.str()});
  }
  void compareMaps();
  void compareMap(const OldDefinition &Old, const MapDef &New);
  void compareNumbers(StringRef Name, const OldDefinition &Old, const MapDef &New, bool IsInner);
  void compareSlots(const OldDefinition &Old, const MapDef &New);
  void compareNewMaps();
  Error compareFunctions();
  void compareProgram(StringRef Name, StringRef Old, StringRef New);
  void compareData();
  const OldDefinition *findById(uint64_t Id) const;

  const BPFObject &Before, &After;
  const Migration &Found;
  const ProofOptions &Options;
  std::vector<OldDefinition> OldMaps;
  std::vector<Difference> Differences;
};
} // namespace

//===----------------------------------------------------------------------===//
// Maps
//===----------------------------------------------------------------------===//

/// Reads the elements of one variable, which is at \p Begin of \p Data.
static void readOldMap(const btf::BTF &Types, const btf::Type &Variable, const DataExtractor &Data, uint64_t Begin,
                       std::vector<OldDefinition> &Maps) {
  btf::Type Type = Types.resolved(Variable.Ref);
  uint64_t Count = 1;
  std::optional<uint64_t> Stride;
  if (Type.TypeKind == Kind::Array) {
    Count = Type.ElementCount;
    Stride = Types.sizeOf(Type.Ref);
    Type = Types.resolved(Type.Ref);
  }
  for (uint64_t I = 0; I < Count && Type.TypeKind == Kind::Struct; ++I) {
    OldDefinition Definition{Stride ? formatv("{0}_{1}", Variable.Name, I).str() : StringRef(Variable.Name).str(), {}};
    for (const btf::Member &M : Type.members()) {
      uint64_t At = Begin + I * Stride.value_or(0) + M.BitOffset / 8;
      std::optional<uint64_t> Size = Types.sizeOf(M.Type);
      if (Size && (*Size == 4 || *Size == 8) && Data.isValidOffsetForDataOfSize(At, *Size))
        if (uint64_t Value = Data.getUnsigned(&At, *Size))
          Definition.Values[mapRole(M.Name)] = Value;
    }
    Maps.push_back(std::move(Definition));
  }
}

static std::vector<OldDefinition> readOldMaps(const BPFObject &Object) {
  std::vector<OldDefinition> Result;
  for (const Section &S : Object.sections())
    for (const auto &[Offset, Variable] : variablesOf(Object, S))
      readOldMap(*Object.types(), Variable, DataExtractor(S.Bytes, Object.isLittleEndian(), 8), Offset, Result);
  return Result;
}

const OldDefinition *Comparison::findById(uint64_t Id) const {
  auto It = find_if(OldMaps, [Id](const OldDefinition &D) { return D.value(MapRole::Id) == Id; });
  return Id && It != OldMaps.end() ? &*It : nullptr;
}

void Comparison::compareNumbers(StringRef Name, const OldDefinition &Old, const MapDef &New, bool IsInner) {
  auto Expect = [&](const char *What, uint64_t Was, uint64_t Is) {
    if (Was != Is)
      mapDiffers(Name, IsInner ? "map '{0}', what it holds: {1} {2} became {3}" : "map '{0}': {1} {2} became {3}", What,
                 Was, Is);
  };
  Expect("type", Old.value(MapRole::Type), static_cast<uint64_t>(New.Type));
  Expect("key size", Old.value(MapRole::KeySize), New.KeySize);
  // Of descriptors the size was not always written: samples/bpf's loader knew it.
  bool IsKnown = MapsOfMaps.contains(New.Type) && !Old.value(MapRole::ValueSize);
  Expect("value size", IsKnown ? 4 : Old.value(MapRole::ValueSize), New.ValueSize);
  Expect("number of entries", Old.value(MapRole::MaxEntries), New.MaxEntries);
  Expect("flags", Old.value(MapRole::Flags), New.Flags);
  Expect("NUMA node", Old.value(MapRole::NumaNode), New.NumaNode);
}

/// What the old loader put into the map before any program ran: iproute2's bpf_maps_attach_all() and
/// bpf_fill_prog_arrays().
void Comparison::compareSlots(const OldDefinition &Old, const MapDef &New) {
  std::map<uint64_t, std::string> Was, Is;
  if (uint64_t Inner = Old.value(MapRole::InnerId))
    for (const OldDefinition &D : OldMaps)
      if (D.value(MapRole::Id) == Inner && !D.value(MapRole::InnerId) &&
          static_cast<int32_t>(D.value(MapRole::InnerIndex)) != -1)
        Was[D.value(MapRole::InnerIndex)] = D.Name;
  uint64_t Id = Old.value(MapRole::Id);
  if (Id && New.Type == MapType::ProgArray && findById(Id) == &Old) // of several the first
    for (const Symbol &S : Before.symbols())
      if (S.isDefined() && S.SymbolKind == Symbol::Kind::Function)
        if (auto Tail = tailCallSection(Before.sections()[S.Section].Name); Tail && Tail->first == Id)
          Was[Tail->second] = S.Name.str();
  for (const MapDef::InitialValue &V : New.InitialValues)
    Is[V.Slot] = V.Target;
  for (const auto &[Slot, Target] : Was)
    if (Is[Slot] != Target)
      mapDiffers(Old.Name, "map '{0}': slot {1} had '{2}' and has '{3}'", Slot, Target, Is[Slot]);
  for (const auto &[Slot, Target] : Is)
    if (!Target.empty() && !Was.count(Slot))
      mapDiffers(Old.Name, "map '{0}': slot {1} had nothing and has '{2}'", Slot, Target);
}

void Comparison::compareMap(const OldDefinition &Old, const MapDef &New) {
  compareNumbers(Old.Name, Old, New, /*IsInner=*/false);
  if (bool(Old.value(MapRole::Pinning)) != New.IsPinnedByName)
    mapDiffers(Old.Name, "map '{0}': it was {1}pinned and is {2}pinned", Old.value(MapRole::Pinning) ? "" : "not ",
               New.IsPinnedByName ? "" : "not ");
  const OldDefinition *Template = findById(Old.value(MapRole::InnerId));
  if (!Template && MapsOfMaps.contains(New.Type) && New.Inner && Old.value(MapRole::InnerMapIndex) < OldMaps.size())
    Template = &OldMaps[Old.value(MapRole::InnerMapIndex)];
  if (Template && New.Inner)
    compareNumbers(Old.Name, *Template, *New.Inner, /*IsInner=*/true);
  else if (Template)
    mapDiffers(Old.Name, "map '{0}': it was made for maps like '{1}', and does not say so any longer", Template->Name);
  compareSlots(Old, New);
}

static bool isSame(const MapDef &A, const MapDef &B) {
  auto SameValue = [](const MapDef::InitialValue &X, const MapDef::InitialValue &Y) {
    return X.Slot == Y.Slot && X.Target == Y.Target;
  };
  return A.Type == B.Type && A.KeySize == B.KeySize && A.ValueSize == B.ValueSize && A.MaxEntries == B.MaxEntries &&
         A.Flags == B.Flags && A.Extra == B.Extra && A.NumaNode == B.NumaNode && A.IsPinnedByName == B.IsPinnedByName &&
         std::equal(A.InitialValues.begin(), A.InitialValues.end(), B.InitialValues.begin(), B.InitialValues.end(),
                    SameValue) &&
         bool(A.Inner) == bool(B.Inner) && (!A.Inner || isSame(*A.Inner, *B.Inner));
}

/// Maps that were BTF-defined before.
void Comparison::compareNewMaps() {
  std::vector<Diagnostic> Wrong;
  std::vector<MapDef> Was = readMapDefs(Before, Wrong), Is = readMapDefs(After, Wrong);
  for (const MapDef &Map : Was) {
    auto Now = find_if(Is, [&](const MapDef &M) { return M.Name == Map.Name; });
    if (!StringRef(Map.Name).starts_with("____btf_map_") && (Now == Is.end() || !isSame(Map, *Now)))
      differ("map '{0}' is not what it was", Map.Name);
  }
}

void Comparison::compareMaps() {
  OldMaps = readOldMaps(Before);
  std::vector<OldDefinition> LeftMaps = readOldMaps(After);
  std::vector<Diagnostic> Wrong;
  std::vector<MapDef> New = readMapDefs(After, Wrong);
  for (const Diagnostic &D : Wrong)
    Differences.push_back({D.Message, D.Symbol});
  for (const OldDefinition &Old : OldMaps) {
    auto Now = find_if(New, [&](const MapDef &M) { return M.Name == Old.Name; });
    if (Now != New.end()) {
      compareMap(Old, *Now);
      continue;
    }
    auto Left = find_if(LeftMaps, [&](const OldDefinition &D) { return D.Name == Old.Name; });
    if (Left == LeftMaps.end())
      mapDiffers(Old.Name, "map '{0}' is gone");
    else if (Left->Values != Old.Values)
      mapDiffers(Old.Name, "map '{0}' is not what it was");
  }
  compareNewMaps();
}

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

/// bpf_probe_read() for its forms that say whose memory is read, bpf_trace_printk() for bpf_trace_vprintk().
static int32_t sameHelper(int32_t Id) {
  constexpr int32_t ProbeRead = 4, ProbeReadUser = 112, ProbeReadKernel = 113, Printk = 6, Vprintk = 177;
  constexpr int32_t ReadStr = 45, ReadUserStr = 114, ReadKernelStr = 115;
  if (Id == ProbeReadUser || Id == ProbeReadKernel)
    return ProbeRead;
  if (Id == ReadUserStr || Id == ReadKernelStr)
    return ReadStr;
  return Id == Vprintk ? Printk : Id;
}

namespace {
/// Writes the functions of an object as text that is the same wherever they stand.
class FunctionReader {
public:
  explicit FunctionReader(const BPFObject &Object) : Object(Object) {
    for (const Relocation &R : Object.relocations())
      Relocations[{R.Section, R.Offset}] = &Object.symbols()[R.Symbol];
  }

  Expected<std::map<StringRef, Function>> read() {
    Expected<BTFExt> Ext = BTFExt::read(Object);
    if (!Ext)
      return Ext.takeError();
    for (const CoreRelocation &R : Ext->Relocations)
      Core[{R.Section, R.Offset}] = &R;
    std::map<StringRef, Function> Result;
    for (const Symbol &S : Object.symbols())
      if (S.isDefined() && S.SymbolKind == Symbol::Kind::Function && Object.sections()[S.Section].IsCode)
        Result[S.Name] = function(S, *Ext);
    return Result;
  }

private:
  Function function(const Symbol &S, const BTFExt &Ext) const {
    Function Result;
    Result.Section = Object.sections()[S.Section].Name;
    StringRef Bytes = Object.sections()[S.Section].Bytes;
    if (S.Value > Bytes.size() || S.Size > Bytes.size() - S.Value)
      return Result;
    forEachInstruction(Bytes.substr(S.Value, S.Size), Object.isLittleEndian(), [&](uint64_t At, const Instruction &I) {
      Result.Code.push_back(
          formatv("{0:x-2} {1} {2} {3} {4}", I.Code, I.Dst, I.Src, I.Offset, operand(S, S.Value + At, I)));
      if (I.isHelperCall())
        Result.Helpers.push_back(sameHelper(I.Imm));
      const LineInfo *Line = Ext.findLine(S.Section, S.Value + At);
      Result.Lines.push_back(Line ? Line->Line : 0);
      Result.UsesArray |= isArrayOfMaps(S.Section, S.Value + At);
    });
    sort(Result.Helpers);
    return Result;
  }

  std::string operand(const Symbol &S, uint64_t At, const Instruction &I) const {
    std::string Text;
    if (auto It = Core.find({S.Section, At}); It != Core.end()) {
      const CoreRelocation &R = *It->second;
      Text = formatv("{0} {1} {2} ", unsigned(R.Kind), Object.types()->type(R.Type).Name, R.Access);
      if (R.Kind == CoreKind::TypeIdLocal || R.Kind == CoreKind::TypeIdTarget)
        return Text; // numbers of types
    }
    auto It = Relocations.find({S.Section, At});
    if (It == Relocations.end())
      return Text + (I.isFunctionCall() ? nameAt(S.Section, At + Instruction::Size * (int64_t(I.Imm) + 1))
                                        : std::to_string(I.Imm) + wide(S, At, I));
    const Symbol &Target = *It->second;
    if (I.isFunctionCall())
      return Text + nameAt(Target.Section, Target.Value + Instruction::Size * (int64_t(I.Imm) + 1),
                           Target.SymbolKind == Symbol::Kind::Section ? StringRef() : Target.Name);
    if (std::string Map = mapAt(Target, I.Imm); !Map.empty())
      return Text + Map + "+0";
    return Text + name(Target) + "+" + std::to_string(I.Imm);
  }

  /// The map of the form before BTF that is at \p Offset from \p Target; empty if there is none.
  std::string mapAt(const Symbol &Target, uint64_t Offset) const {
    if (!Target.isDefined())
      return "";
    std::map<uint64_t, btf::Type> Variables = variablesOf(Object, Object.sections()[Target.Section]);
    uint64_t At = Offset + (Target.SymbolKind == Symbol::Kind::Section ? 0 : Target.Value);
    auto Behind = Variables.upper_bound(At);
    if (Behind == Variables.begin())
      return "";
    auto [Begin, Variable] = *std::prev(Behind);
    return At == Begin ? StringRef(Variable.Name).str() : "";
  }

  bool isArrayOfMaps(uint32_t Section, uint64_t Offset) const {
    auto It = Relocations.find({Section, Offset});
    if (It == Relocations.end() || !It->second->isDefined())
      return false;
    std::map<uint64_t, btf::Type> Variables = variablesOf(Object, Object.sections()[It->second->Section]);
    return any_of(Variables, [&](const auto &V) {
      return StringRef(V.second.Name) == It->second->Name &&
             Object.types()->resolved(V.second.Ref).TypeKind == Kind::Array;
    });
  }

  std::string wide(const Symbol &S, uint64_t At, const Instruction &I) const {
    StringRef Bytes = Object.sections()[S.Section].Bytes;
    if (!I.isWide() || At + 2 * Instruction::Size > Bytes.size())
      return "";
    return formatv(" {0}", Instruction::decode(Bytes.data() + At + Instruction::Size, Object.isLittleEndian()).Imm);
  }

  std::string name(const Symbol &S) const {
    return S.Name.empty() && S.isDefined() ? Object.sections()[S.Section].Name.str() : S.Name.str();
  }

  std::string nameAt(uint32_t Section, uint64_t Offset, StringRef Named = {}) const {
    if (!Named.empty())
      return Named.str();
    for (const Symbol &S : Object.symbols())
      if (S.Section == Section && S.Value == Offset && S.SymbolKind == Symbol::Kind::Function)
        return S.Name.str();
    return formatv("{0}+{1}", Object.sections()[Section].Name, Offset);
  }

  const BPFObject &Object;
  std::map<std::pair<uint32_t, uint64_t>, const Symbol *> Relocations;
  std::map<std::pair<uint32_t, uint64_t>, const CoreRelocation *> Core;
};
} // namespace

/// The type and target that \p Section had for libbpf before 1.0; empty if the name did not say it.
static std::pair<StringRef, StringRef> meaningOf(StringRef Section) {
  StringRef Now = currentSectionName(Section);
  const SectionName *Known = findSectionName(Now.empty() ? Section : Now);
  if (!Known)
    return {};
  StringRef Target = Known->Match == SectionMatch::ExactOrTarget ? Section.split('/').second : StringRef(Known->Name);
  return {Known->ProgramType, Target};
}

void Comparison::compareProgram(StringRef Name, StringRef Old, StringRef New) {
  bool IsMoved = any_of(Found.Programs, [&](const MovedProgram &P) { return P.Function == Name && P.New == New; });
  if (Old == New)
    return;
  if (!IsMoved || Old.starts_with("?") != New.starts_with("?"))
    return differ("program '{0}' was in section '{1}' and is in '{2}'", Name, Old, New);
  if (!findSectionName(New))
    return differ("program '{0}': libbpf knows no section '{1}'", Name, New);
  auto [OldType, OldTarget] = meaningOf(Old);
  auto [NewType, NewTarget] = meaningOf(New);
  if (!OldType.empty() && (OldType != NewType || (OldTarget != NewTarget && OldType != "sched_cls")))
    differ("program '{0}': '{1}' stood for {2} {3}, and '{4}' stands for {5} {6}", Name, Old, OldType, OldTarget, New,
           NewType, NewTarget);
}

Error Comparison::compareFunctions() {
  Expected<std::map<StringRef, Function>> Was = FunctionReader(Before).read();
  if (!Was)
    return Was.takeError();
  Expected<std::map<StringRef, Function>> Is = FunctionReader(After).read();
  if (!Is)
    return Is.takeError();
  for (const auto &[Name, F] : *Was) {
    auto Now = Is->find(Name);
    if (Now == Is->end()) {
      if (!Options.IsModernised)
        differ("function '{0}' is gone", Name);
      continue;
    }
    compareProgram(Name, F.Section, Now->second.Section);
    if (Options.IsModernised || F.UsesArray) {
      if (F.Helpers != Now->second.Helpers)
        differ("function '{0}' calls other helpers", Name);
      continue;
    }
    if (F.Code == Now->second.Code)
      continue;
    size_t First = std::mismatch(F.Code.begin(), F.Code.end(), Now->second.Code.begin(), Now->second.Code.end()).first -
                   F.Code.begin();
    differ("function '{0}' has other instructions, from line {1} on", Name,
           First < F.Lines.size() ? F.Lines[First] : 0);
  }
  for (const auto &[Name, F] : *Is)
    if (!Was->count(Name) && !Options.IsModernised)
      differ("function '{0}' is new", Name);
  return Error::success();
}

/// Sections that are about others, and maps.
static constexpr StringLiteral NoData[] = {".maps", ".BTF", ".rel", ".sym", ".str", ".shstr", ".llvm", ".eh_frame"};

/// Variables keep their values and places.
void Comparison::compareData() {
  if (Options.IsModernised)
    return;
  auto IsData = [](const Section &S) {
    return !S.IsCode && !S.IsDebug && S.Size && !S.Name.empty() && !isOldMapSection(S.Name) &&
           none_of(NoData, [&](StringRef Beginning) { return S.Name.starts_with(Beginning); });
  };
  for (const Section &S : Before.sections()) {
    const Section *Now = IsData(S) ? After.findSection(S.Name) : &S;
    if (!Now || Now->Bytes != S.Bytes || Now->Size != S.Size)
      differ("section '{0}' is not what it was", S.Name);
  }
}

Expected<std::vector<Difference>> Comparison::run() {
  compareMaps();
  if (Error E = compareFunctions())
    return std::move(E);
  compareData();
  return std::move(Differences);
}

Expected<std::vector<Difference>> compareObjects(const BPFObject &Before, const BPFObject &After,
                                                 const Migration &Found, const ProofOptions &Options) {
  return Comparison(Before, After, Found, Options).run();
}

} // namespace bpfbuild
