//===- MapCheck.cpp - what is wrong with a map ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The first broken rule of each member becomes a diagnostic: later ones of the same member mostly follow from it.
//===----------------------------------------------------------------------===//
#include "Maps/MapCheck.h"
#include "Kernel/SpecialFields.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include <set>

using namespace llvm;

namespace bpfbuild {

using btf::Kind;
using F = MapField;
using T = MapTest;

/// libbpf leaves the types of keys and values out for these, as kernels refuse them.
static constexpr MapTypeSet WithoutTypes{
    MapType::PerfEventArray, MapType::CgroupArray, MapType::StackTrace, MapType::ArrayOfMaps, MapType::HashOfMaps,
    MapType::Devmap,         MapType::DevmapHash,  MapType::Cpumap,     MapType::Xskmap,      MapType::Sockmap,
    MapType::Sockhash,       MapType::Queue,       MapType::Stack,      MapType::Arena};

MapRequest requestOf(const MapDef &Map, const btf::BTF *Types) {
  MapRequest R;
  R.Type = Map.Type;
  R.KeySize = Map.KeySize;
  R.ValueSize = Map.ValueSize;
  R.MaxEntries = Map.MaxEntries;
  R.Flags = Map.Flags;
  R.Extra = Map.Extra;
  R.NumaNode = static_cast<int32_t>(Map.NumaNode);
  R.HasInnerMap = MapsOfMaps.contains(Map.Type); // the host may set it too
  if (Map.Type == MapType::PerfEventArray && R.MaxEntries == 0)
    R.MaxEntries = 1; // the number of CPUs
  if (!WithoutTypes.contains(Map.Type)) {
    R.Types = Types;
    R.KeyType = Map.KeyType;
    R.ValueType = Map.ValueType;
  }
  return R;
}

//===----------------------------------------------------------------------===//
// Rules in words
//===----------------------------------------------------------------------===//

namespace {
/// What a field of a rule is called, and belongs to.
struct FieldWords {
  MapField Field;
  StringLiteral Check;  ///< the check's name
  StringLiteral Name;   ///< of a number or type, in messages
  StringLiteral Member; ///< of the definition; of each, one breach is reported
};
constexpr FieldWords Words[] = {
    {F::Type, "bpf-map-type", "", "type"},
    {F::KernelType, "bpf-map-type", "", "type"},
    {F::KeySize, "bpf-map-key-size", "key size", "key"},
    {F::KeyType, "bpf-map-key-type", "key type", "key"},
    {F::ValueSize, "bpf-map-value-size", "value size", "value"},
    {F::KeyAndValueSize, "bpf-map-value-size", "size of key and value", "value"},
    {F::ValueSlot, "bpf-map-value-size", "value size", "value"},
    {F::ValueType, "bpf-map-value-type", "value type", "value"},
    {F::SpecialFields, "bpf-map-special-field", "", "value"},
    {F::MaxEntries, "bpf-map-max-entries", "max_entries", "max_entries"},
    {F::Pages, "bpf-map-max-entries", "size of max_entries pages", "max_entries"},
    {F::TrieSize, "bpf-map-max-entries", "size of max_entries nodes", "max_entries"},
    {F::ArenaEnd, "bpf-map-extra", "", "max_entries"},
    {F::Flags, "bpf-map-flags", "", "map_flags"},
    {F::Extra, "bpf-map-extra", "map_extra", "map_extra"},
    {F::InnerMap, "bpf-map-inner-map", "", "values"},
};
} // namespace

static const FieldWords &wordsOf(MapField Field) {
  return *find_if(Words, [Field](const FieldWords &W) { return W.Field == Field; });
}

static std::string describeNumber(const MapRule &Rule, NumberText Text) {
  switch (Rule.Test) {
  case T::Is:
    return Text(Rule.A);
  case T::OneOf:
    return Text(Rule.A) + " or " + Text(Rule.B);
  case T::AtLeast:
    return Text(Rule.A) + " or more";
  case T::AtMost:
    return "at most " + Text(Rule.A);
  case T::MultipleOf:
    return "a multiple of " + Text(Rule.A);
  case T::PowerOfTwo:
    return "a power of two";
  default:
    return "that of the kernel's type";
  }
}

static std::string describeType(const MapRule &Rule) {
  switch (Rule.Test) {
  case T::OnlyWithValue:
    return "none without a value type";
  case T::Given:
  case T::GivenWithValue:
    return Rule.Field == F::KeyType ? "a key type" : "a value type";
  case T::NotGiven:
    return "none";
  case T::Fits:
    return "one of its size";
  case T::Int32:
    return "an integer of 32 bits";
  case T::Int32OrSection:
    return "an integer of 32 bits";
  case T::Struct:
    return "a struct";
  default:
    return "struct bpf_cgroup_storage_key, or an integer of 64 bits";
  }
}

static std::string describeFields(const MapRule &Rule, NumberText Text) {
  switch (Rule.Test) {
  case T::Writable:
    return "none with any of " + flagNames(Rule.A.Constant);
  case T::LockAllowed:
  case T::Allowed:
    return "those that the map type takes";
  case T::TargetAtLeast:
    return "a uptr to a type of some size";
  default:
    return "a uptr to a type of at most " + Text(Rule.A) + " bytes";
  }
}

std::string describe(const MapRule &Rule, NumberText Text) {
  switch (Rule.Field) {
  case F::Type:
    return "one that the kernel knows";
  case F::Flags:
    return flagNames(Rule.A.Constant);
  case F::InnerMap:
    return "an inner map";
  case F::KernelType:
    return Rule.Test == T::Given ? "a kernel type" : "no kernel type";
  case F::KeyType:
  case F::ValueType:
    return describeType(Rule);
  case F::SpecialFields:
    return describeFields(Rule, Text);
  case F::ArenaEnd:
    return "an address range within 4 GiB";
  default:
    return describeNumber(Rule, Text);
  }
}

//===----------------------------------------------------------------------===//
// The check
//===----------------------------------------------------------------------===//

namespace {
class MapChecker {
public:
  MapChecker(const MapDef &Map, const BPFObject &Object, const MapTarget &Target, std::vector<Diagnostic> &Diagnostics)
      : Map(Map), Object(Object), Types(Object.types()), Target(Target), Oldest(Target.Oldest),
        Request(requestOf(Map, Object.types())), Diagnostics(Diagnostics) {
    if (Request.ValueType)
      Scan = scanSpecialFields(*Types, Request.ValueType, Oldest.Kernel);
  }

  void run();

private:
  void reportRule(const MapRule &Rule);
  void reportRingbufSize(const MapRule &Rule);
  std::string message(const MapRule &Rule) const;
  std::string numberMessage(const MapRule &Rule) const;
  std::string flagsMessage(const MapRule &Rule) const;
  std::string typeMessage(const MapRule &Rule) const;
  std::string fieldsMessage(const MapRule &Rule) const;
  std::string fixFor(const MapRule &Rule) const;
  StringRef memberOf(MapField Field) const;
  std::string expectation(const MapRule &Rule) const {
    return describe(Rule, [this](const Quantity &Q) { return utostr(Q.on(Oldest)); });
  }
  bool isUnset(const MapRule &Rule) const;
  StringRef checkOf(const MapRule &Rule) const;
  bool isLeftOut(const MapRule &Rule) const;
  bool leaveOutUnknown();
  std::optional<KernelVersion> firstThatTakes(MapField Field) const;

  void checkSpecialFields();
  void checkPlainFields();
  void checkTrieKey();
  void checkKeyPadding();
  void checkPerfEventArray();
  void checkPinning();
  void checkNamedValue(StringRef TypeName, StringRef First, StringRef Second);

  Diagnostic &add(StringRef Check, StringRef Member, std::string Message);
  /// Not where there are no members, as in definitions before BTF; and what an inner definition lacks has no place in
  /// the outer one.
  bool canBeFixed(StringRef Member) const { return !Map.Members.empty() && (Map.Outer.empty() || !Member.empty()); }
  /// The struct that \p Id stands for; nothing for void and other types.
  std::optional<btf::Type> structOf(uint32_t Id) const {
    btf::Type Type = Id ? Types->resolved(Id) : btf::Type();
    return Type.TypeKind == Kind::Struct ? std::optional(Type) : std::nullopt;
  }
  bool has(StringRef Member) const { return is_contained(Map.Members, Member.str()); }
  std::string typeName() const { return mapTypeEnumerator(Map.Type); }

  const MapDef &Map;
  const BPFObject &Object;
  const btf::BTF *Types;
  const MapTarget &Target;
  const Machine &Oldest;
  MapRequest Request;
  FieldScan Scan; ///< of the value
  std::vector<Diagnostic> &Diagnostics;
};
} // namespace

Diagnostic &MapChecker::add(StringRef Check, StringRef Member, std::string Message) {
  Diagnostic D =
      aboutMap(Object, Map.Outer.empty() ? Map.Name : Map.Outer, Check, formatv("map '{0}': {1}", Map.Name, Message));
  D.Member = Map.Outer.empty() ? Member.str() : Member.empty() ? "values" : ("values." + Member).str();
  Diagnostics.push_back(std::move(D));
  return Diagnostics.back();
}

/// The member of the definition that a rule is about; empty if it is not there.
StringRef MapChecker::memberOf(MapField Field) const {
  StringRef Subject = wordsOf(Field).Member;
  if (has(Subject))
    return Subject;
  StringRef Otherwise = Subject == "key" ? "key_size" : Subject == "value" ? "value_size" : "";
  return has(Otherwise) ? Otherwise : "";
}

/// A number that the definition does not say: the host may, before the object is loaded. Of stack traces it mostly
/// does, as their depth is the machine's. And where there is a value too few or too many, that is what is said, not
/// what follows for the key's type.
bool MapChecker::isLeftOut(const MapRule &Rule) const {
  bool IsOfSizes = is_contained({F::KeySize, F::KeyType, F::ValueSize, F::ValueType}, Rule.Field);
  if (IsOfSizes && setsSizes(Target.LoadedBy, Map.Type))
    return true;
  if (Rule.Field == F::KeyType && (Map.ValueSize == 0 || Ringbufs.contains(Map.Type)))
    return true;
  bool IsSize = Rule.Field == F::ValueSize || Rule.Field == F::MaxEntries;
  return IsSize && Map.Type == MapType::StackTrace && memberOf(Rule.Field).empty();
}

/// True for a number that the kernel wants and the definition does not say: libbpf has functions by which the host can.
bool MapChecker::isUnset(const MapRule &Rule) const {
  if (Rule.Field == F::MaxEntries)
    return Rule.Test == T::AtLeast;
  bool IsSize = Rule.Field == F::KeySize || Rule.Field == F::ValueSize;
  return IsSize && memberOf(Rule.Field).empty() && numberOf(Request, Rule.Field, Oldest) == 0;
}

StringRef MapChecker::checkOf(const MapRule &Rule) const {
  // libbpf asks again without types where the kernel refuses them; local storage needs them.
  if ((Rule.Field == F::KeyType || Rule.Field == F::ValueType) && !LocalStorages.contains(Map.Type))
    return "bpf-map-untyped";
  if (isUnset(Rule))
    return "bpf-map-unset";
  return wordsOf(Rule.Field).Check;
}

/// What is newer than our tables, or than the kernel that they are complete for, is not judged: where nobody named a
/// kernel it passes, otherwise a note says so. Flags are taken out of the request; false if nothing of the map can be
/// judged.
bool MapChecker::leaveOutUnknown() {
  auto Say = [this](std::string What, StringRef Member) {
    if (Target.IsNamed)
      add("", Member,
          formatv("{0} is newer than what is known here; whether Linux {1} takes it cannot be judged", What,
                  Oldest.Kernel.str()))
          .Level = Severity::Note;
  };
  if (!Target.IsNamed && firstKernel(Map.Type) > Oldest.Kernel)
    return false;
  if (Map.Type > MapType::InsnArray) {
    Say(formatv("type {0}", static_cast<uint32_t>(Map.Type)), "type");
    return false;
  }
  uint64_t Unknown = Map.Flags;
  for (const MapFlag &Flag : mapFlags())
    if (Target.IsNamed || Flag.Since <= Oldest.Kernel)
      Unknown &= ~uint64_t(Flag.Bit);
  if (Unknown)
    Say(formatv("flag {0}", flagNames(Unknown)), "map_flags");
  Request.Flags &= ~Unknown;
  return true;
}

std::string MapChecker::numberMessage(const MapRule &Rule) const {
  uint64_t Found = Rule.Field == F::ValueSlot ? Map.ValueSize : numberOf(Request, Rule.Field, Oldest);
  StringRef Field = wordsOf(Rule.Field).Name;
  if (isUnset(Rule) && Found == 0 && memberOf(Rule.Field).empty())
    return formatv("it has no {0}; {1} needs one", Rule.Field == F::MaxEntries ? "max_entries" : Field.split(' ').first,
                   typeName());
  if (Rule.Test == T::Is && Rule.A.on(Oldest) == 0 && Rule.Field != F::Extra)
    return formatv("{0} {1}, but {2} takes none", Field, Found, typeName());
  return formatv("{0} {1}, expected {2} for {3}", Field, Found, expectation(Rule), typeName());
}

std::string MapChecker::flagsMessage(const MapRule &Rule) const {
  uint64_t A = Rule.A.on(Oldest);
  switch (Rule.Test) {
  case T::Only: {
    uint64_t Known = A & knownFlags(Oldest.Kernel), Wrong = Request.Flags & ~A;
    if (!Wrong)
      return formatv("{0} is newer than Linux {1}", flagNames(Request.Flags & ~Known), Oldest.Kernel.str());
    return formatv("{0} is not for {1}, expected {2}", flagNames(Wrong), typeName(), flagNames(Known));
  }
  case T::With:
    return formatv("{0} needs {1}", typeName(), flagNames(A));
  case T::NotBoth:
    return formatv("{0} exclude each other", flagNames(A));
  case T::NoNode:
    return formatv("{0} is not for {1}{2}, except with numa_node -1", flagNames(A), typeName(),
                   Rule.If ? " with " + flagNames(Rule.If) : "");
  default:
    return formatv("{0} is not for {1}", flagNames(Map.Flags & A), typeName());
  }
}

/// "struct key of 8 bytes"; what C would call the type.
static std::string nameOf(const btf::BTF &Types, uint32_t Id) {
  btf::Type Type = Types.type(Id);
  std::string Name = Type.Name.str();
  if (Type.isRecord() || Type.isEnum())
    Name = (toString(Type.TypeKind) + (Name.empty() ? "" : " ") + Name).str();
  return Name.empty() ? toString(Type.TypeKind).str() : Name;
}

std::string MapChecker::typeMessage(const MapRule &Rule) const {
  if (Rule.Test == T::OnlyWithValue)
    return "the key has a type, but the value only a size; give a type to both, or to neither";
  uint32_t Id = Rule.Field == F::KeyType ? Map.KeyType : Map.ValueType;
  if (!Id)
    return formatv("{0} needs a {1} type: __type({1}, T)", typeName(), Rule.Field == F::KeyType ? "key" : "value");
  return formatv("{0} is {1}; {2} takes {3}", wordsOf(Rule.Field).Name, nameOf(*Types, Id), typeName(),
                 expectation(Rule));
}

std::string MapChecker::fieldsMessage(const MapRule &Rule) const {
  for (const FoundField &Found : Scan.Fields) {
    if (Rule.Test == T::Writable)
      return formatv("the value has a {0}, so programs must be able to write it, but map_flags has {1}",
                     Found.Field->Name, flagNames(Map.Flags & Rule.A.on(Oldest)));
    if ((Rule.Test == T::Allowed || Rule.Test == T::LockAllowed) &&
        !typesWith(*Found.Field, Oldest.Kernel).contains(Map.Type))
      return formatv("a {0}, at byte {1} of the value, cannot be in a {2}", Found.Field->Name, Found.Offset,
                     typeName());
  }
  return "the value needs " + expectation(Rule);
}

std::string MapChecker::message(const MapRule &Rule) const {
  switch (Rule.Field) {
  case F::Type: {
    KernelVersion First = firstKernel(Map.Type);
    if (First == KernelVersion())
      return formatv("type {0} is none that a kernel knows", static_cast<uint32_t>(Map.Type));
    return formatv("{0} came with Linux {1}; this is for {2}", typeName(), First.str(), Oldest.Kernel.str());
  }
  case F::KernelType:
    return formatv("a {0} is made of a variable in SEC(\".struct_ops\"), not of a definition in .maps", typeName());
  case F::Flags:
    return flagsMessage(Rule);
  case F::KeyType:
  case F::ValueType:
    return typeMessage(Rule);
  case F::SpecialFields:
    return fieldsMessage(Rule);
  case F::ArenaEnd:
    return formatv("map_extra {0:x} and {1} pages reach over a border of 4 GiB", Map.Extra, Map.MaxEntries);
  default:
    return numberMessage(Rule);
  }
}

/// How the member should be written; empty if that is not for us to say.
std::string MapChecker::fixFor(const MapRule &Rule) const {
  uint64_t A = Rule.A.on(Oldest);
  if (Rule.Field == F::KeySize && Rule.Test == T::Is && A == 4)
    return memberOf(Rule.Field) == "key_size" ? "__uint(key_size, 4)" : "__type(key, __u32)";
  if (Rule.Field == F::KeyType && (Rule.Test == T::Int32 || Rule.Test == T::Int32OrSection))
    return "__type(key, __u32)";
  if (Rule.Field == F::ValueSize && Rule.Test == T::Is && A == 4)
    return memberOf(Rule.Field) == "value_size" ? "__uint(value_size, 4)" : "__type(value, __u32)";
  if (Rule.Field == F::MaxEntries && Rule.Test == T::Is)
    return formatv("__uint(max_entries, {0})", A);
  if (Rule.Field == F::MaxEntries && Rule.Test == T::AtLeast)
    return formatv("__uint(max_entries, {0})", Ringbufs.contains(Map.Type) ? 256 * 1024 : 1024);
  if (Rule.Field == F::MaxEntries && Rule.Test == T::AtMost)
    return formatv("__uint(max_entries, {0})", A);
  if (Rule.Field == F::Flags && Rule.Test == T::With)
    return formatv("__uint(map_flags, {0})", flagNames(Map.Flags | A));
  if (Rule.Field == F::Flags && (Rule.Test == T::Only || Rule.Test == T::Without))
    return formatv("__uint(map_flags, {0})", flagNames(Map.Flags & (Rule.Test == T::Only ? A : ~A)));
  return "";
}

/// The first kernel behind the oldest that breaks no rule about the field.
std::optional<KernelVersion> MapChecker::firstThatTakes(MapField Field) const {
  std::set<KernelVersion> Versions = {firstKernel(Map.Type)};
  for (const MapRule &Rule : mapRules())
    Versions.insert({Rule.Since, Rule.Until});
  for (const MapFlag &Flag : mapFlags())
    Versions.insert(Flag.Since);
  Machine M = Oldest;
  for (KernelVersion V : Versions) {
    if (V <= Oldest.Kernel || V > NewestKernel)
      continue;
    M.Kernel = V;
    if (none_of(brokenRules(Request, M), [&](const MapRule *Rule) { return Rule->Field == Field; }))
      return V;
  }
  return std::nullopt;
}

void MapChecker::reportRule(const MapRule &Rule) {
  StringRef Member = memberOf(Rule.Field);
  Diagnostic &D = add(checkOf(Rule), Member, message(Rule));
  if (canBeFixed(Member))
    D.Fix = fixFor(Rule);
  D.Note = formatv("{0}() of the kernel answers with error {1}", Rule.Source, Rule.Errno);
  if (std::optional<KernelVersion> First = firstThatTakes(Rule.Field)) {
    D.Since = First->str();
    D.Note += formatv("; Linux {0} is the first that takes it", D.Since);
  } else if (KernelVersion Announced = firstKernel(Map.Type); Rule.Field == F::Type && Announced > NewestKernel) {
    D.Since = Announced.str();
  }
  if (D.Check == "bpf-map-unset")
    D.Note += "; the host must set it before it loads the object";
  else if (D.Check == "bpf-map-untyped")
    D.Note += "; libbpf then makes the map without types";
}

/// libbpf rounds the size of ring buffers up to a power of two of pages (adjust_ringbuf_sz).
void MapChecker::reportRingbufSize(const MapRule &Rule) {
  uint64_t Rounded = std::max<uint64_t>(PowerOf2Ceil(Map.MaxEntries), Oldest.PageSize);
  Diagnostic &D = add("bpf-map-ringbuf-size", "max_entries",
                      formatv("a ring buffer of {0} bytes; kernels take powers of two of pages", Map.MaxEntries));
  if (canBeFixed("max_entries"))
    D.Fix = formatv("__uint(max_entries, {0})", Rounded);
  D.Note = formatv("libbpf 0.8 and newer make it {0}; older ones, and other loaders, fail with error {1}", Rounded,
                   Rule.Errno);
}

//===----------------------------------------------------------------------===//
// What kernels accept, but is a mistake
//===----------------------------------------------------------------------===//

/// Locks, timers and kptrs that the kernel does not see as such.
void MapChecker::checkSpecialFields() {
  if (!Scan.Problem.empty()) {
    if (Scan.HasUnknownTag && !Target.IsNamed) // kptr_ref of older kernels, or a newer one's
      return;
    add("bpf-map-plain-field", "value",
        formatv("{0}{1}{2}", Scan.Member.empty() ? "the value " : "member '" + Scan.Member + "' of the value ",
                Scan.Problem, "; to the kernel all of the value is plain bytes"));
    return;
  }
  if (Request.ValueType)
    checkPlainFields();
}

/// Structs of those names that are members of the value and that the kernel does not find.
void MapChecker::checkPlainFields() {
  std::optional<btf::Type> Value = structOf(Map.ValueType);
  for (btf::Member M : Value ? Value->members() : btf::Records<btf::Member>()) {
    btf::Type Type = Types->resolved(M.Type);
    const auto *Field =
        find_if(specialFields(), [&](const SpecialField &F) { return !F.IsTag && Type.Name == F.Name; });
    if (Type.TypeKind != Kind::Struct || Field == specialFields().end())
      continue;
    bool IsSeen = any_of(Scan.Fields, [&](const FoundField &Found) { return Found.Offset * 8 == M.BitOffset; });
    if (IsSeen)
      continue;
    std::string Why =
        Field->Since > Oldest.Kernel    ? formatv("Linux {0} does not know it", Oldest.Kernel.str()).str()
        : Types->type(M.Type).isAlias() ? "the kernel does not look through a typedef or const"
        : M.BitOffset % (8 * Field->Align)
            ? formatv("it must be aligned to {0}, but is at byte {1}", Field->Align, M.BitOffset / 8).str()
            : formatv("it has {0} bytes, expected {1}", Type.Size, Field->Size).str();
    Diagnostic &D = add("bpf-map-plain-field", "value",
                        formatv("member '{0}' of the value is no {1} to the kernel: {2}", M.Name, Field->Name, Why));
    if (Field->Since > Oldest.Kernel)
      D.Since = Field->Since.str();
  }
}

/// struct bpf_lpm_trie_key: kernels look at the size alone, and at the first four bytes as the prefix length.
void MapChecker::checkTrieKey() {
  std::optional<btf::Type> Key = structOf(Map.KeyType);
  if (Map.Type != MapType::LpmTrie || !Key)
    return;
  bool HasPrefix = false;
  if (!Key->members().empty()) {
    btf::Member First = Key->members().front();
    btf::Type Type = Types->resolved(First.Type);
    // struct bpf_lpm_trie_key_u8 has a union of the prefix length and a header that holds it.
    HasPrefix =
        First.BitOffset == 0 && Types->sizeOf(First.Type) == 4 && (Type.TypeKind == Kind::Int || Type.isRecord());
  }
  if (!HasPrefix)
    add("bpf-map-lpm-key", "key",
        formatv("key type {0} does not begin with a __u32 prefixlen, which the kernel takes its first four bytes for",
                nameOf(*Types, Map.KeyType)));
}

/// Hash keys are compared byte by byte: what lies in holes, counts.
void MapChecker::checkKeyPadding() {
  constexpr MapTypeSet Hashing{MapType::Hash,          MapType::PercpuHash, MapType::LruHash,
                               MapType::LruPercpuHash, MapType::HashOfMaps, MapType::Sockhash};
  std::optional<btf::Type> Key = structOf(Map.KeyType);
  if (!Hashing.contains(Map.Type) || !Key)
    return;
  uint64_t End = 0; // bits
  StringRef Before;
  auto Report = [&](uint64_t Next) {
    add("bpf-map-key-padding", "key",
        formatv("key type {0} has {1} bytes of padding behind member '{2}', at byte {3}; they are part of the key",
                nameOf(*Types, Map.KeyType), (Next - End) / 8, Before, End / 8))
        .Note = "set the whole key to zero before its members, or give the padding a name";
  };
  for (btf::Member M : Key->members()) {
    if (M.BitOffset >= End + 8 && !Before.empty())
      return Report(M.BitOffset);
    End = std::max<uint64_t>(End, M.BitOffset + (M.BitSize ? M.BitSize : 8 * Types->sizeOf(M.Type).value_or(0)));
    Before = M.Name;
  }
  if (!Before.empty() && uint64_t(Key->Size) * 8 >= End + 8)
    Report(uint64_t(Key->Size) * 8);
}

void MapChecker::checkPerfEventArray() {
  if (Map.Type == MapType::PerfEventArray && Map.MaxEntries)
    add("bpf-map-perf-entries", "max_entries",
        formatv("max_entries {0} of a perf event array is the number of CPUs that it works for", Map.MaxEntries))
        .Note = "leave it out: libbpf takes the number of CPUs";
}

/// BPF_OBJ_PIN, which libbpf calls for maps that are pinned by name.
void MapChecker::checkPinning() {
  constexpr KernelVersion First = {4, 4};
  if (!Map.IsPinnedByName || Oldest.Kernel >= First)
    return;
  add("bpf-map-pinning", "pinning",
      formatv("pinning came with Linux {0}; this is for {1}", First.str(), Oldest.Kernel.str()))
      .Since = First.str();
}

/// The values of devmaps and cpumaps are UAPI structs, by member name, type and offset; longer ones may follow.
void MapChecker::checkNamedValue(StringRef TypeName, StringRef First, StringRef Second) {
  std::optional<btf::Type> Value = structOf(Map.ValueType);
  if (!Value || Map.ValueSize < 8)
    return;
  auto IsMember = [&](size_t Index, StringRef Name, unsigned Offset) {
    if (Index >= Value->members().size())
      return false;
    btf::Member M = Value->members()[Index];
    btf::Type Type = Types->resolved(M.Type);
    bool IsWord = Type.TypeKind == Kind::Int || Type.TypeKind == Kind::Union;
    return M.Name == Name && M.BitOffset == Offset && IsWord && Types->sizeOf(M.Type) == 4;
  };
  if (!IsMember(0, First, 0) || !IsMember(1, Second, 32))
    add("bpf-map-value-layout", "value",
        formatv("value type {0} is not laid out as struct {1}: '{2}' of 4 bytes at byte 0, '{3}' of 4 bytes at byte 4",
                nameOf(*Types, Map.ValueType), TypeName, First, Second));
}

void MapChecker::run() {
  if (!leaveOutUnknown())
    return;
  SmallSet<StringRef, 8> Reported;
  for (const MapRule *Rule : brokenRules(Request, Oldest)) {
    if (isLeftOut(*Rule) || !Reported.insert(wordsOf(Rule->Field).Member).second)
      continue;
    bool IsRingbufSize = Ringbufs.contains(Map.Type) && Rule->Field == F::MaxEntries && Rule->Test != T::AtLeast;
    IsRingbufSize ? reportRingbufSize(*Rule) : reportRule(*Rule);
    if (Rule->Field == F::Type || Rule->Field == F::KernelType)
      return; // nothing else means anything then
  }
  checkSpecialFields();
  checkTrieKey();
  checkKeyPadding();
  checkPerfEventArray();
  checkPinning();
  if (Map.Type == MapType::Devmap || Map.Type == MapType::DevmapHash)
    checkNamedValue("bpf_devmap_val", "ifindex", "bpf_prog");
  else if (Map.Type == MapType::Cpumap)
    checkNamedValue("bpf_cpumap_val", "qsize", "bpf_prog");
}

void checkMap(const MapDef &Map, const BPFObject &Object, const MapTarget &Target,
              std::vector<Diagnostic> &Diagnostics) {
  MapChecker(Map, Object, Target, Diagnostics).run();
  if (Map.Inner)
    checkMap(*Map.Inner, Object, Target, Diagnostics);
}

} // namespace bpfbuild
