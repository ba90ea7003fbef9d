//===- LegacyMaps.cpp - map definitions before BTF ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Maps/LegacyMaps.h"
#include "Kernel/MapRules.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/DataExtractor.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild {

using btf::Kind;

namespace {
/// The words of both structs, by index. The first five are the same.
enum Word { Type, KeySize, ValueSize, MaxEntries, Flags, ElfId, ElfPinning, ElfInnerId, ElfInnerIndex };

constexpr size_t FewestWords = 4, MapDefWords = 5, ElfMapWords = 9;

class LegacyReader {
public:
  /// \p Struct is the type that the BTF gives the variable; empty if there is none.
  LegacyReader(const BPFObject &Object, const Symbol &S, StringRef Struct, std::vector<Diagnostic> &Diagnostics)
      : Object(Object), S(S), Diagnostics(Diagnostics), Struct(Struct) {}

  std::optional<MapDef> read();

private:
  void readTypes();
  std::string definition() const;
  std::string leftOver() const;
  std::string memberFor(StringRef Name, uint32_t TypeId, uint64_t Size) const;
  void report(std::string Message, std::string Note);
  uint32_t word(size_t Index) const { return Index < Words.size() ? Words[Index] : 0; }

  const BPFObject &Object;
  const Symbol &S;
  std::vector<Diagnostic> &Diagnostics;
  std::vector<uint32_t> Words;
  StringRef Struct;
  MapDef Map;
};
} // namespace

void LegacyReader::report(std::string Message, std::string Note) {
  Diagnostic D = aboutMap(Object, S.Name, "bpf-map-definition", formatv("map '{0}': {1}", S.Name, Message));
  D.Note = std::move(Note);
  Diagnostics.push_back(std::move(D));
}

/// BPF_ANNOTATE_KV_PAIR of iproute2: struct ____btf_map_NAME { K key; V value; }.
void LegacyReader::readTypes() {
  const btf::BTF *Types = Object.types();
  uint32_t Pair = Types ? Types->find(("____btf_map_" + S.Name).str(), Kind::Struct) : 0;
  if (!Pair || Types->type(Pair).members().size() != 2)
    return;
  Map.KeyType = Types->type(Pair).members()[0].Type;
  Map.ValueType = Types->type(Pair).members()[1].Type;
}

/// "__type(key, struct key)" where the type is known and has a name, otherwise "__uint(key_size, 8)".
std::string LegacyReader::memberFor(StringRef Name, uint32_t TypeId, uint64_t Size) const {
  btf::Type T = TypeId ? Object.types()->type(TypeId) : btf::Type();
  if (!TypeId || T.Name.empty() || Object.types()->sizeOf(TypeId) != Size)
    return formatv("__uint({0}_size, {1})", Name, Size);
  StringRef Tag = T.TypeKind == Kind::Struct  ? "struct "
                  : T.TypeKind == Kind::Union ? "union "
                  : T.isEnum()                ? "enum "
                                              : "";
  return formatv("__type({0}, {1}{2})", Name, Tag, T.Name);
}

/// The same map as it is written today.
std::string LegacyReader::definition() const {
  std::string Text = "struct {\n";
  auto Add = [&Text](const std::string &Member) { Text += "\t" + Member + ";\n"; };
  Add(formatv("__uint(type, {0})",
              mapTypeName(Map.Type).empty() ? std::to_string(word(Type)) : mapTypeEnumerator(Map.Type)));
  if (Map.KeySize)
    Add(memberFor("key", Map.KeyType, Map.KeySize));
  if (Map.ValueSize)
    Add(memberFor("value", Map.ValueType, Map.ValueSize));
  if (Map.MaxEntries)
    Add(formatv("__uint(max_entries, {0})", Map.MaxEntries));
  if (Map.Flags)
    Add(formatv("__uint(map_flags, {0})", flagNames(Map.Flags)));
  if (Map.IsPinnedByName)
    Add("__uint(pinning, LIBBPF_PIN_BY_NAME)");
  return Text + formatv("} {0} SEC(\".maps\");", S.Name).str();
}

/// What of bpf_elf_map has no member: what to do about it.
std::string LegacyReader::leftOver() const {
  std::string Text;
  if (Struct != "bpf_elf_map")
    return Text;
  if (word(ElfPinning) == 1)
    Text += "\npinning PIN_OBJECT_NS has no counterpart: set a path with bpf_map__set_pin_path()";
  else if (word(ElfPinning) == 2)
    Text += "\npinning PIN_GLOBAL_NS is below tc/globals: set pin_root_path to that when the object is opened";
  else if (word(ElfPinning) > 2)
    Text += formatv("\npinning {0} names a folder of iproute2's bpf_pinning: use bpf_map__set_pin_path()",
                    word(ElfPinning));
  if (word(ElfInnerId))
    Text += formatv("\ninner_id {0}: define that map in __array(values, struct ...)", word(ElfInnerId));
  if (word(ElfInnerIndex))
    Text += formatv("\ninner_idx {0}: put this map into .values of the map of maps", word(ElfInnerIndex));
  if (word(ElfId))
    Text += formatv("\nid {0}: programs in sections \"{0}/N\" go into .values of a prog_array", word(ElfId));
  return Text;
}

std::optional<MapDef> LegacyReader::read() {
  StringRef Bytes = Object.sections()[S.Section].Bytes;
  bool IsInside = S.Value <= Bytes.size() && S.Size <= Bytes.size() - S.Value;
  if (!IsInside || S.Size % 4 || S.Size < 4 * FewestWords) {
    report(formatv("{0} bytes in SEC(\"maps\") are no struct bpf_map_def or bpf_elf_map", S.Size), "");
    return std::nullopt;
  }
  DataExtractor Data(Bytes.substr(S.Value, S.Size), Object.isLittleEndian(), 8);
  for (uint64_t Offset = 0; Offset < S.Size && Words.size() < ElfMapWords;)
    Words.push_back(Data.getU32(&Offset));
  if (Struct != "bpf_elf_map" && Struct != "bpf_map_def") // without types, the size says it
    Struct = Words.size() > MapDefWords + 2 ? "bpf_elf_map" : "bpf_map_def";
  Map.Name = S.Name.str();
  Map.Type = static_cast<MapType>(word(Type));
  Map.KeySize = word(KeySize);
  Map.ValueSize = word(ValueSize);
  Map.MaxEntries = word(MaxEntries);
  Map.Flags = word(Flags);
  Map.IsPinnedByName = Struct == "bpf_elf_map" && word(ElfPinning) == 2;
  readTypes();
  report(formatv("struct {0} in SEC(\"maps\") is the form before BTF, which libbpf 1.0 and newer do not read", Struct),
         "write it as:\n" + definition() + leftOver() + "\n`bpfbuild migrate` rewrites whole sources");
  return std::move(Map);
}

/// The struct of each variable in section maps, by its name.
static StringMap<StringRef> structsOfVariables(const BPFObject &Object) {
  StringMap<StringRef> Result;
  if (std::optional<btf::Type> Section = Object.findDataSection("maps"))
    for (btf::SectionVariable V : Section->variables()) {
      btf::Type Variable = Object.types()->type(V.Type);
      Result[Variable.Name] = Object.types()->resolved(Variable.Ref).Name;
    }
  return Result;
}

std::vector<MapDef> readLegacyMaps(const BPFObject &Object, std::vector<Diagnostic> &Diagnostics) {
  std::vector<MapDef> Maps;
  if (!Object.findSection("maps"))
    return Maps;
  StringMap<StringRef> Structs = structsOfVariables(Object);
  std::vector<const Symbol *> Symbols;
  for (const Symbol &S : Object.symbols())
    if (S.isDefined() && Object.sections()[S.Section].Name == "maps" && S.SymbolKind != Symbol::Kind::Section &&
        !S.Name.empty())
      Symbols.push_back(&S);
  llvm::sort(Symbols, [](const Symbol *A, const Symbol *B) {
    return std::pair(A->Value, A->Name) < std::pair(B->Value, B->Name);
  });
  for (const Symbol *S : Symbols)
    if (std::optional<MapDef> Map = LegacyReader(Object, *S, Structs.lookup(S->Name), Diagnostics).read())
      Maps.push_back(std::move(*Map));
  return Maps;
}

} // namespace bpfbuild
