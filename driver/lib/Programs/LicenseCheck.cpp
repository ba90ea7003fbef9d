//===- LicenseCheck.cpp - who may call what -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Programs/LicenseCheck.h"
#include "Kernel/Helpers.h"
#include "Kernel/Instruction.h"
#include "Object/BTFExt.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild {

/// license_is_gpl_compatible() of the kernel.
static constexpr StringLiteral Compatible[] = {"GPL",          "GPL v2",       "GPL and additional rights",
                                               "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"};

namespace {
struct Call {
  uint32_t Section; ///< index into the object's sections()
  uint64_t Offset;
  const Helper *Callee;
};
} // namespace

/// The first call of each helper for the GPL only.
static std::vector<Call> findCalls(const BPFObject &Object) {
  std::vector<Call> Calls;
  StringSet<> Seen;
  for (uint32_t Index = 0; Index < Object.sections().size(); ++Index) {
    const Section &Code = Object.sections()[Index];
    if (!Code.IsCode)
      continue;
    forEachInstruction(Code.Bytes, Object.isLittleEndian(), [&](uint64_t At, const Instruction &I) {
      const Helper *H = I.isHelperCall() ? findHelper(uint32_t(I.Imm)) : nullptr;
      if (H && H->License == HelperLicense::GPL && Seen.insert(H->Name).second)
        Calls.push_back({Index, At, H});
    });
  }
  return Calls;
}

/// The name of the function that the instruction is in; empty if there is none.
static StringRef functionAt(const BPFObject &Object, const Call &C) {
  for (const Symbol &S : Object.symbols())
    if (S.SymbolKind == Symbol::Kind::Function && S.Section == C.Section && S.Value <= C.Offset &&
        C.Offset - S.Value < S.Size)
      return S.Name;
  return "";
}

void checkLicense(const BPFObject &Object, bool IsWhole, std::vector<Diagnostic> &Diagnostics) {
  const Section *License = Object.findSection("license");
  StringRef Text = License ? License->Bytes.take_until([](char C) { return C == 0; }) : "";
  if ((!License && !IsWhole) || is_contained(Compatible, Text))
    return;
  std::vector<Call> Calls = findCalls(Object);
  if (Calls.empty())
    return;
  std::optional<BTFExt> Ext = expectedToOptional(BTFExt::read(Object)); // of which errors the check of the code reports
  for (const Call &C : Calls) {
    Diagnostic D;
    D.Check = "bpf-license";
    D.Object = Object.name().str();
    D.Symbol = functionAt(Object, C).str();
    D.Message = formatv("{0}() is for programs under the GPL, and {1}", C.Callee->Name,
                        License ? formatv("the license is '{0}'", Text).str() : "there is no license");
    D.Note = License ? "the kernel takes 'GPL', 'Dual BSD/GPL', 'Dual MIT/GPL', 'Dual MPL/GPL', 'GPL v2' and 'GPL and "
                       "additional rights' for that"
                     : "expected char LICENSE[] SEC(\"license\") = \"GPL\"; or another that is compatible with it";
    if (const LineInfo *Line = Ext ? Ext->findLine(C.Section, C.Offset) : nullptr)
      D.Place = {Line->File.str(), Line->Line, Line->Column};
    Diagnostics.push_back(std::move(D));
  }
}

} // namespace bpfbuild
