//===- Check.cpp - what is wrong with an object ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Maps/Check.h"
#include "Kernel/SectionNames.h"
#include "Maps/LegacyMaps.h"
#include "Maps/MapCheck.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild {

/// A program function in a section of an unknown name, or one that is static, is refused by libbpf when the object is
/// opened.
static void checkSectionNames(const BPFObject &Object, std::vector<Diagnostic> &Diagnostics) {
  for (const Symbol &S : Object.symbols()) {
    if (S.SymbolKind != Symbol::Kind::Function || !S.isDefined())
      continue;
    StringRef Section = Object.sections()[S.Section].Name;
    bool IsStatic = S.Bind == Symbol::Binding::Local;
    bool IsKnown = findSectionName(Section);
    if (Section == ".text" || (IsKnown && !IsStatic))
      continue;
    Diagnostic D;
    D.Check = "bpf-section-name";
    D.Object = Object.name().str();
    D.Symbol = S.Name.str();
    if (IsKnown) {
      D.Message =
          formatv("program '{0}' is static; what is in a SEC() is called by the kernel and must be global", S.Name);
      Diagnostics.push_back(std::move(D));
      continue;
    }
    StringRef Nearest = nearestSectionName(Section);
    D.Message = formatv("program '{0}': libbpf knows no section '{1}'{2}", S.Name, Section,
                        Nearest.empty() ? "" : formatv("; did you mean '{0}'?", Nearest).str());
    Diagnostics.push_back(std::move(D));
  }
}

std::vector<Diagnostic> checkObject(const BPFObject &Object, const Machine &Oldest) {
  std::vector<Diagnostic> Diagnostics;
  for (const MapDef &Map : readMapDefs(Object, Diagnostics))
    checkMap(Map, Object, Oldest, Diagnostics);
  for (const MapDef &Map : readLegacyMaps(Object, Diagnostics))
    checkMap(Map, Object, Oldest, Diagnostics);
  checkSectionNames(Object, Diagnostics);
  return Diagnostics;
}

} // namespace bpfbuild
