//===- Check.cpp - what is wrong with an object ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Programs/Check.h"
#include "Kernel/SectionNames.h"
#include "Maps/LegacyMaps.h"
#include "Maps/MapCheck.h"
#include "Programs/KernelCheck.h"
#include "Programs/LicenseCheck.h"
#include "Programs/NameCheck.h"
#include "Programs/RegisterCheck.h"
#include "Programs/RelocationCheck.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild {

/// What is wrong with the section that \p Function is in: the check, and the words. Nothing where all is well.
static std::optional<std::pair<StringRef, std::string>> wrongSection(const Symbol &Function, StringRef Section,
                                                                     Loader LoadedBy) {
  using Result = std::pair<StringRef, std::string>;
  if (!knowsSection(LoadedBy, Section)) {
    StringRef Nearest = nearestSectionName(Section);
    return Result(Nearest.empty() ? "bpf-section-unknown" : "bpf-section-name",
                  formatv("program '{0}': {1} knows no section '{2}'{3}", Function.Name, toString(LoadedBy), Section,
                          Nearest.empty() ? "" : formatv("; did you mean '{0}'?", Nearest).str()));
  }
  if (LoadedBy != Loader::Libbpf)
    return std::nullopt;
  if (Function.Bind == Symbol::Binding::Local) // bpf_object__add_programs()
    return Result("bpf-static-program",
                  formatv("program '{0}' is static; what is in a SEC() is called by the kernel and must be global",
                          Function.Name));
  StringRef Wanted = wantedTarget(Section);
  if (Wanted.empty())
    return std::nullopt;
  return Result("bpf-auto-attach", formatv("program '{0}': libbpf cannot attach '{1}' by itself; expected {2}/{3}",
                                           Function.Name, Section, Section.split('/').first, Wanted));
}

static void checkSectionNames(const BPFObject &Object, Loader LoadedBy, std::vector<Diagnostic> &Diagnostics) {
  for (const Symbol &S : Object.symbols()) {
    if (S.SymbolKind != Symbol::Kind::Function || !S.isDefined() || Object.sections()[S.Section].Name == ".text")
      continue;
    auto Wrong = wrongSection(S, Object.sections()[S.Section].Name, LoadedBy);
    if (!Wrong)
      continue;
    Diagnostic D;
    D.Check = Wrong->first.str();
    D.Object = Object.name().str();
    D.Symbol = S.Name.str();
    D.Message = std::move(Wrong->second);
    Diagnostics.push_back(std::move(D));
  }
}

/// What a program of \p Section may not do with a hash that allocates its elements when they are needed, and how
/// serious that is, as the name of a check; nothing if it may. check_map_prog_compatibility() of kernels before 6.1.
static std::optional<std::pair<StringRef, StringRef>> needsPreallocation(StringRef Section) {
  const SectionName *Known = findSectionName(Section);
  if (!Known)
    return std::nullopt;
  if (Known->ProgramType == "perf_event")
    return std::pair(StringRef("bpf-map-prealloc"),
                     StringRef("a perf_event program takes only hashes that are allocated beforehand"));
  if (Known->Name.ends_with(".s"))
    return std::pair(StringRef("bpf-map-prealloc"),
                     StringRef("a sleepable program takes only hashes that are allocated beforehand"));
  if (is_contained({"kprobe", "tracepoint", "raw_tracepoint"}, Known->ProgramType))
    return std::pair(StringRef("bpf-map-prealloc-tracing"),
                     StringRef("where a tracing program runs, memory may not be allocated: it can deadlock"));
  return std::nullopt;
}

/// Reports, once a map, hashes with BPF_F_NO_PREALLOC that programs use which need them allocated beforehand.
static void checkPreallocation(const BPFObject &Object, ArrayRef<MapDef> Maps, const Machine &Oldest,
                               std::vector<Diagnostic> &Diagnostics) {
  constexpr KernelVersion AllocatesAnywhere = {6, 1};
  constexpr uint64_t NoPrealloc = map_flags::NoPrealloc;
  constexpr MapTypeSet Hashes{MapType::Hash, MapType::PercpuHash, MapType::HashOfMaps};
  StringMap<const MapDef *> Unsafe;
  if (Oldest.Kernel < AllocatesAnywhere)
    for (const MapDef &Map : Maps)
      if (Hashes.contains(Map.Type) && Map.Flags & NoPrealloc)
        Unsafe[Map.Name] = &Map;
  for (const Relocation &R : Object.relocations()) {
    const Section &User = Object.sections()[R.Section];
    auto It = User.IsCode ? Unsafe.find(Object.symbols()[R.Symbol].Name) : Unsafe.end();
    auto Problem = It == Unsafe.end() ? std::nullopt : needsPreallocation(User.Name);
    if (!Problem)
      continue;
    Diagnostic D =
        aboutMap(Object, It->first(), Problem->first,
                 formatv("map '{0}' has BPF_F_NO_PREALLOC and is used in SEC(\"{1}\")", It->first(), User.Name));
    D.Member = "map_flags";
    D.Note = formatv("before Linux {0}, {1}", AllocatesAnywhere.str(), Problem->second);
    D.Since = AllocatesAnywhere.str();
    D.Fix = formatv("__uint(map_flags, {0})", flagNames(It->second->Flags & ~NoPrealloc));
    Diagnostics.push_back(std::move(D));
    Unsafe.erase(It);
  }
}

/// What the instructions say, which is checked only if someone asks for it.
static void checkCode(const BPFObject &Object, const CheckTarget &Target, std::vector<Diagnostic> &Diagnostics) {
  if (!Target.Oldest && Target.AbsentHelpers.empty())
    return;
  Expected<BTFExt> Ext = BTFExt::read(Object);
  if (!Ext) {
    Diagnostic D;
    D.Object = Object.name().str();
    D.Message = toString(Ext.takeError());
    Diagnostics.push_back(std::move(D));
    return;
  }
  // Since Linux 6.8 a global function is verified only if it is called.
  constexpr KernelVersion ChecksCalledOnly = {6, 8};
  Guards Guarded(Object, *Ext, Target.Oldest.value_or(NewestKernel) < ChecksCalledOnly);
  dropGuardedMaps(Object, Guarded, Diagnostics);
  checkKernelUse(Object, *Ext, Target, Guarded, Diagnostics);
}

std::vector<Diagnostic> checkObject(const BPFObject &Object, const CheckTarget &Target) {
  std::vector<Diagnostic> Diagnostics;
  MapTarget ForMaps{.Oldest = Target.machine(), .IsNamed = Target.Oldest.has_value(), .LoadedBy = Target.LoadedBy};
  std::vector<MapDef> Maps = readMapDefs(Object, Diagnostics);
  for (const MapDef &Map : Maps)
    checkMap(Map, Object, ForMaps, Diagnostics);
  checkPreallocation(Object, Maps, ForMaps.Oldest, Diagnostics);
  std::vector<Diagnostic> OldForm;
  std::vector<MapDef> OldMaps = readLegacyMaps(Object, OldForm);
  if (!readsLegacyMaps(Target.LoadedBy))
    append_range(Diagnostics, std::move(OldForm));
  for (const MapDef &Map : OldMaps)
    checkMap(Map, Object, ForMaps, Diagnostics);
  checkCode(Object, Target, Diagnostics);
  std::move(OldMaps.begin(), OldMaps.end(), std::back_inserter(Maps));
  checkRegisters(Object, Maps, Target, Diagnostics);
  checkLicense(Object, /*IsWhole=*/false, Diagnostics);
  checkSectionNames(Object, Target.LoadedBy, Diagnostics);
  checkRelocations(Object, Target, RelocationsOf::AllFunctions, Diagnostics);
  checkNames(Object, Target, Diagnostics);
  return Diagnostics;
}

} // namespace bpfbuild
