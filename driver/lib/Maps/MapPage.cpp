//===- MapPage.cpp - the rules of maps, to read ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A section a map type: a definition that all kernels with the type take, made by the rules themselves, and a line for
// each member of what kernels take there.
//===----------------------------------------------------------------------===//
#include "Maps/MapPage.h"
#include "Kernel/SpecialFields.h"
#include "Maps/MapCheck.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild {

using F = MapField;
using T = MapTest;

static constexpr StringLiteral Introduction = R"(# Maps

What to write for each map type, and what kernels take. This page is what `bpfbuild check --list-rules` prints: it is made from the table
by which `bpfcc++` and `bpfbuild check` judge map definitions (`driver/lib/Kernel/MapRules.cpp`), and a test compares that table with the
answers of the running kernel.

A definition that no kernel accepts is an error at the member's line; [checks.md](checks.md) has the class of each check, and how to
silence one. Types and flags that are newer than this page pass. `--target-kernel=5.10` judges for the oldest kernel that the program must run on, without it for
Linux {0}.

| check | is about |
|---|---|
| `bpf-map-definition` | the form of the definition, as libbpf reads it |
| `bpf-map-type` | map types that the kernel does not know |
| `bpf-map-key-size`, `bpf-map-value-size`, `bpf-map-max-entries`, `bpf-map-flags`, `bpf-map-extra` | the numbers below |
| `bpf-map-key-type`, `bpf-map-value-type` | types that the map cannot do without |
| `bpf-map-untyped` | types that a kernel refuses; libbpf then makes the map without types |
| `bpf-map-unset` | sizes and numbers of entries that are left out, for the host to set |
| `bpf-map-special-field` | locks, timers, kptrs and others where they cannot be |
| `bpf-map-plain-field` | those that the kernel does not see as such |
| `bpf-map-key-padding` | holes in the key of a hash, which are compared too |
| `bpf-map-prealloc`, `bpf-map-prealloc-tracing` | hashes with `BPF_F_NO_PREALLOC` in sleepable, perf event and tracing programs, before Linux 6.1 |
| `bpf-map-pinning` | pinning by name, before Linux 4.4 |
| `bpf-map-lpm-key` | a key of an LPM trie that does not begin with its prefix length |
| `bpf-map-value-layout` | values of devmaps and cpumaps that are not laid out as the kernel's |

Sizes are in bytes. The number behind a flag or a special field is the first kernel that has it.

For all types: `BPF_F_RDONLY` and `BPF_F_WRONLY` exclude each other, and so do `BPF_F_RDONLY_PROG` and `BPF_F_WRONLY_PROG`; `BPF_F_TOKEN_FD` is the
loader's; a key type needs a value type; values with special fields must be writable for programs. Instead of `__type(key, T)` there may be
`__uint(key_size, N)`, which gives the skeleton bytes without a type.
)";

/// "at most KMALLOC_MAX_SIZE - 49 (4194255)".
static std::string textOf(const Quantity &Q) {
  auto Offset = [&](StringRef Name) {
    std::string Result = Name.str();
    if (Q.Constant)
      Result += formatv(" {0} {1}", Q.Constant < 0 ? "-" : "+", Q.Constant < 0 ? -Q.Constant : Q.Constant).str();
    return Result;
  };
  switch (Q.Of) {
  case Quantity::Nothing:
    return utostr(Q.Constant);
  case Quantity::PageSize:
    return "the page size";
  case Quantity::MaxAllocation:
    return formatv("{0} ({1})", Offset("KMALLOC_MAX_SIZE"), Q.on({}));
  case Quantity::PercpuUnit:
    return formatv("{0} ({1})", Offset("PCPU_MIN_UNIT_SIZE"), Q.on({}));
  case Quantity::MaxCpus:
    return "CONFIG_NR_CPUS";
  case Quantity::MaxStackDepth:
    return formatv("{0} * kernel.perf_event_max_stack", Q.Factor);
  }
  llvm_unreachable("all parameters are handled");
}

/// When a rule counts: " before Linux 5.8", " from Linux 5.8 on", " with BPF_F_STACK_BUILD_ID".
static std::string conditionOf(const MapRule &Rule) {
  std::string Result;
  if (Rule.Until != KernelVersion())
    Result += " before Linux " + Rule.Until.str();
  if (Rule.Since != KernelVersion())
    Result += " from Linux " + Rule.Since.str() + " on";
  if (Rule.If)
    Result += " with `" + flagNames(Rule.If) + "`";
  if (Rule.Unless)
    Result += " without `" + flagNames(Rule.Unless) + "`";
  return Result;
}

namespace {
/// One map type's section of the page.
class MapSection {
public:
  MapSection(raw_ostream &OS, MapType Type) : OS(OS), Type(Type) {
    for (const MapRule &Rule : mapRules())
      if (Rule.Types.contains(Type))
        Rules.push_back(&Rule);
  }
  void print();

private:
  const MapRule *find(MapField Field, T Test) const {
    auto It = find_if(Rules, [=](const MapRule *R) { return R->Field == Field && R->Test == Test; });
    return It == Rules.end() ? nullptr : *It;
  }
  bool isZero(MapField Field) const {
    const MapRule *Rule = find(Field, T::Is);
    return Rule && Rule->A.Of == Quantity::Nothing && Rule->A.Constant == 0;
  }

  void printDefinition();
  void printKey();
  void printValue();
  void printEntries();
  void printRow(StringRef Name, ArrayRef<MapField> Fields);
  void printFlags();
  void printSpecialFields();

  raw_ostream &OS;
  MapType Type;
  std::vector<const MapRule *> Rules;
};
} // namespace

void MapSection::printKey() {
  if (isZero(F::KeySize))
    return;
  bool IsIndex = find(F::KeySize, T::Is);
  OS << "\t__type(key, "
     << (Type == MapType::LpmTrie         ? "struct { __u32 prefixlen; __u8 data[4]; }"
         : find(F::KeyType, T::CgroupKey) ? "struct bpf_cgroup_storage_key"
         : IsIndex                        ? "__u32"
                                          : "struct my_key")
     << ");\n";
}

void MapSection::printValue() {
  if (isZero(F::ValueSize))
    return;
  if (find(F::InnerMap, T::Given)) {
    OS << "\t__array(values, struct {\n\t\t__uint(type, BPF_MAP_TYPE_ARRAY);\n\t\t__type(key, __u32);\n"
          "\t\t__type(value, struct my_value);\n\t\t__uint(max_entries, 16);\n\t});\n";
    return;
  }
  bool IsHandle = find(F::ValueSize, T::Is) || find(F::ValueSize, T::OneOf);
  OS << "\t__type(value, "
     << (Type == MapType::StackTrace ? "__u64[127]"
         : IsHandle                  ? "__u32"
                                     : "struct my_value")
     << ");\n";
}

void MapSection::printEntries() {
  if (isZero(F::MaxEntries) || Type == MapType::PerfEventArray)
    return;
  OS << "\t__uint(max_entries, "
     << (find(F::MaxEntries, T::PowerOfTwo) ? "256 * 1024"
         : Type == MapType::Cpumap          ? "64"
                                            : "1024")
     << ");\n";
}

/// The smallest definition that every kernel with the type takes. What holds inner maps must have these last.
void MapSection::printDefinition() {
  if (Type == MapType::StructOps) {
    OS << "Made of a variable in `SEC(\".struct_ops\")` or `SEC(\".struct_ops.link\")`, not of a definition in "
          "`.maps`.\n\n";
    return;
  }
  OS << "```c\nstruct {\n\t__uint(type, " << mapTypeEnumerator(Type) << ");\n";
  if (const MapRule *Needed = find(F::Flags, T::With))
    OS << "\t__uint(map_flags, " << flagNames(Needed->A.Constant) << ");\n";
  printKey();
  bool HasInnerMaps = find(F::InnerMap, T::Given);
  if (HasInnerMaps)
    printEntries();
  printValue();
  if (!HasInnerMaps)
    printEntries();
  OS << "} name SEC(\".maps\");\n```\n\n";
}

/// A row of the table: all that is asked of some fields.
void MapSection::printRow(StringRef Name, ArrayRef<MapField> Fields) {
  SmallVector<std::string> Parts;
  for (const MapRule *Rule : Rules) {
    bool IsOfAll = Rule->Test == T::OnlyWithValue || Rule->Test == T::GivenWithValue || Rule->Test == T::Fits;
    IsOfAll |= Rule->Field == F::KeyType && Rule->Test == T::NotGiven; // where there is no key
    if (!is_contained(Fields, Rule->Field) || IsOfAll)
      continue;
    StringRef Prefix = Rule->Field == F::KeyAndValueSize                          ? "with the key "
                       : Rule->Field == F::ValueSlot                              ? "rounded up to 8 "
                       : Rule->Field == F::KeyType || Rule->Field == F::ValueType ? "type: "
                       : Rule->Field == F::Pages || Rule->Field == F::TrieSize    ? "in bytes "
                                                                                  : "";
    bool IsNone = Rule->Test == T::NotGiven || (Rule->Test == T::Is && isZero(Rule->Field) && Name != "map_extra");
    std::string Part = (Prefix + (IsNone ? "none" : describe(*Rule, textOf)) + conditionOf(*Rule)).str();
    if (Rule->Test == T::NotGiven)
      Part += ", libbpf leaves it out";
    if (!is_contained(Parts, Part))
      Parts.push_back(std::move(Part));
  }
  if (Type == MapType::PerfEventArray && Name == "max_entries")
    Parts.push_back("left out, libbpf takes the number of CPUs");
  if (!Parts.empty())
    OS << "| " << Name << " | " << join(Parts, "; ") << " |\n";
}

void MapSection::printFlags() {
  SmallVector<std::string> Parts;
  const MapRule *Allowed = find(F::Flags, T::Only), *Needed = find(F::Flags, T::With);
  for (const MapFlag &Flag : mapFlags()) {
    if (!Allowed || !(Allowed->A.Constant & Flag.Bit))
      continue;
    std::string Part = ("`" + Flag.Name + "`").str();
    if (Flag.Since > firstKernel(Type))
      Part += " (" + Flag.Since.str() + ")";
    if (Needed && Needed->A.Constant & Flag.Bit)
      Part += ", always";
    Parts.push_back(std::move(Part));
  }
  for (const MapRule *Rule : Rules)
    if (Rule->Field == F::Flags && Rule->Test == T::NoNode)
      Parts.push_back("`BPF_F_NUMA_NODE` only with numa_node -1" + conditionOf(*Rule));
  OS << "| map_flags | " << (Parts.empty() ? "0" : join(Parts, "; ")) << " |\n";
}

void MapSection::printSpecialFields() {
  SmallVector<std::string> Parts;
  for (const SpecialField &Field : specialFields())
    if (Field.Types.contains(Type))
      Parts.push_back(formatv("`{0}` ({1})", Field.Name, Field.Since.str()));
  if (!Parts.empty())
    OS << "| special fields | " << join(Parts, ", ") << " |\n";
}

void MapSection::print() {
  OS << "\n## " << mapTypeEnumerator(Type) << "\n\nSince Linux " << firstKernel(Type).str() << ".\n\n";
  printDefinition();
  OS << "| | |\n|---|---|\n";
  printRow("key", {F::KeySize, F::KeyType});
  printRow("value", {F::ValueSize, F::KeyAndValueSize, F::ValueSlot, F::ValueType});
  printRow("max_entries", {F::MaxEntries, F::Pages, F::TrieSize, F::ArenaEnd});
  printFlags();
  printRow("map_extra", {F::Extra});
  printSpecialFields();
  OS << "| the skeleton's class | `" << handleClass(Type).Name << "` |\n";
  SmallVector<StringRef> Sources;
  for (const MapRule *Rule : Rules)
    if (!Rule->Types.isAll() && !is_contained(Sources, Rule->Source))
      Sources.push_back(Rule->Source);
  OS << "| in the kernel | ";
  interleave(Sources, OS, [&](StringRef Source) { OS << '`' << Source << '`'; }, ", ");
  OS << " |\n";
}

void printMapPage(raw_ostream &OS) {
  OS << formatv(Introduction.data(), NewestKernel.str());
  for (uint32_t Number = 1; !mapTypeName(static_cast<MapType>(Number)).empty(); ++Number)
    if (auto Type = static_cast<MapType>(Number); firstKernel(Type) <= NewestKernel)
      MapSection(OS, Type).print();
}

} // namespace bpfbuild
