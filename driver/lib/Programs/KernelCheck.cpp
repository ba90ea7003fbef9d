//===- KernelCheck.cpp - what a program needs a kernel for ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Goes over the instructions of all functions. What each needs is looked up in Kernel's tables; only for what is too
// new is it asked whether it is guarded.
//===----------------------------------------------------------------------===//
#include "Programs/KernelCheck.h"
#include "Kernel/Helpers.h"
#include "Kernel/Kfuncs.h"
#include "Kernel/SectionNames.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <set>

using namespace llvm;

namespace bpfbuild {

namespace {
/// Something that an instruction uses.
struct Use {
  StringRef Check, Name;
  KernelVersion Since;
  bool CanBeGuarded = true;
  StringRef Note = {}; ///< why not
};

class KernelCheck {
public:
  KernelCheck(const BPFObject &Object, const BTFExt &Ext, const CheckTarget &Target, Guards &Guarded,
              std::vector<Diagnostic> &Diagnostics)
      : Object(Object), Ext(Ext), Target(Target), Guarded(Guarded), Diagnostics(Diagnostics) {}

  void run();

private:
  void checkSection(const Symbol &Program);
  void checkCode(const Symbol &Function);
  void checkInstruction(const Instruction &I, uint64_t Offset, const Symbol &Function);
  const InstructionFeature *featureOfAddress(const Symbol *S, const Symbol &Function, uint64_t Offset) const;
  void reportUnknown(const Instruction &I, uint64_t Offset, const Symbol &Function);
  std::optional<Use> useOf(const Instruction &I, uint64_t Offset, const Symbol &Function) const;
  void report(const Use &U, KernelVersion Kernel, uint64_t Offset, const Symbol &Function);
  Diagnostic &add(StringRef Check, std::string Message, KernelVersion Since, const Symbol &Function);

  const BPFObject &Object;
  const BTFExt &Ext;
  const CheckTarget &Target;
  Guards &Guarded;
  std::vector<Diagnostic> &Diagnostics;
  std::set<std::string> Reported; ///< place and name: one line may use a thing many times
};
} // namespace

Diagnostic &KernelCheck::add(StringRef Check, std::string Message, KernelVersion Since, const Symbol &Function) {
  Diagnostic D;
  D.Check = Check.str();
  D.Message = std::move(Message);
  D.Object = Object.name().str();
  D.Symbol = Function.Name.str();
  D.Since = Since.str();
  return Diagnostics.emplace_back(std::move(D));
}

void KernelCheck::checkSection(const Symbol &Program) {
  StringRef Section = Object.sections()[Program.Section].Name;
  const SectionName *Known = findSectionName(Section);
  if (Section.starts_with("?") || !Known || !Target.Oldest || Known->Since <= *Target.Oldest)
    return;
  Diagnostic &D =
      add("bpf-program-type",
          formatv("SEC(\"{0}\"): needs Linux {1}; compiled for {2}", Section, Known->Since.str(), Target.Oldest->str()),
          Known->Since, Program);
  D.Note = formatv("with SEC(\"?{0}\") libbpf loads it only if the host asks for it", Section);
}

/// libbpf makes these the older bpf_probe_read() and bpf_probe_read_str() where a kernel lacks them
/// (bpf_object__sanitize_prog).
static bool isRewritten(const Helper &H) {
  return H.Name.starts_with("bpf_probe_read_user") || H.Name.starts_with("bpf_probe_read_kernel");
}

static KernelVersion effectiveSince(const Helper &H) {
  if (!isRewritten(H))
    return H.Since;
  return findHelper(H.Name.ends_with("_str") ? "bpf_probe_read_str" : "bpf_probe_read")->Since;
}

std::optional<Use> KernelCheck::useOf(const Instruction &I, uint64_t Offset, const Symbol &Function) const {
  if (I.isHelperCall()) {
    const Helper *H = findHelper(uint32_t(I.Imm));
    return H ? std::optional(Use{"bpf-helper", H->Name, effectiveSince(*H)}) : std::nullopt;
  }
  const Symbol *S = Guarded.symbolAt(Function.Section, Offset);
  if (I.isFunctionCall() && S && !S->isDefined() && Guarded.isOfKernel(*S))
    return S->Bind == Symbol::Binding::Weak
               ? Use{"bpf-kfunc", S->Name, firstKernelOfKfunc(S->Name)}
               : Use{"bpf-kfunc", S->Name, firstKernelOfKfunc(S->Name), false,
                     "libbpf refuses the object where a kfunc is not there, unless it is declared __weak"};
  const InstructionFeature *Feature = I.isWide() ? featureOfAddress(S, Function, Offset) : featureOf(I);
  if (!Feature)
    return std::nullopt;
  return Use{"bpf-instruction", Feature->Name, Feature->Since, Feature->CanBeGuarded,
             "older verifiers refuse it even in code that is never run"};
}

/// Of an instruction that loads the address of \p S: data needs a kernel that has it, callbacks one that takes them.
const InstructionFeature *KernelCheck::featureOfAddress(const Symbol *S, const Symbol &Function,
                                                        uint64_t Offset) const {
  if (!S)
    return nullptr;
  if (Guarded.refersToFunction(Function.Section, Offset))
    return &functionAddress();
  if (!S->isDefined())
    return nullptr;
  StringRef Section = Object.sections()[S->Section].Name;
  bool IsData = Section.starts_with(".data") || Section.starts_with(".bss") || Section.starts_with(".rodata");
  return IsData ? &globalData() : nullptr;
}

void KernelCheck::report(const Use &U, KernelVersion Kernel, uint64_t Offset, const Symbol &Function) {
  const LineInfo *Line = Ext.findLine(Function.Section, Offset);
  std::string Key = Line ? formatv("{0}:{1} {2}", Line->File, Line->Line, U.Name).str()
                         : formatv("{0} {1}", Function.Name, U.Name).str();
  if (Reported.contains(Key))
    return;
  bool IsGuarded = Guarded.isGuarded(Function.Section, Offset);
  bool IsKfunc = U.Check == "bpf-kfunc"; // of which libbpf asks for all, whichever program has them
  if (U.CanBeGuarded ? IsGuarded : !IsKfunc && Guarded.isOptional(Function.Section, Offset))
    return;
  Reported.insert(std::move(Key));
  Diagnostic &D = add(U.Check, formatv("{0}: needs Linux {1}; compiled for {2}", U.Name, U.Since.str(), Kernel.str()),
                      U.Since, Function);
  if (IsGuarded)
    D.Note = ("it is guarded, but " + U.Note).str();
  if (Line)
    D.Place = {Line->File.str(), Line->Line, Line->Column};
}

/// Says of a helper that is newer than our table that it cannot be judged.
void KernelCheck::reportUnknown(const Instruction &I, uint64_t Offset, const Symbol &Function) {
  std::string Name = formatv("helper {0}", uint32_t(I.Imm));
  if (!Target.Oldest || !I.isHelperCall() || findHelper(uint32_t(I.Imm)) || !Reported.insert(Name).second)
    return;
  Diagnostic &D = add("",
                      formatv("{0} is newer than what is known here; whether Linux {1} has it cannot be judged", Name,
                              Target.Oldest->str()),
                      {}, Function);
  D.Level = Severity::Note;
  D.Since.clear();
  if (const LineInfo *Line = Ext.findLine(Function.Section, Offset))
    D.Place = {Line->File.str(), Line->Line, Line->Column};
}

void KernelCheck::checkInstruction(const Instruction &I, uint64_t Offset, const Symbol &Function) {
  std::optional<Use> U = useOf(I, Offset, Function);
  if (!U)
    return reportUnknown(I, Offset, Function);
  if (Target.Oldest && U->Since > *Target.Oldest)
    report(*U, *Target.Oldest, Offset, Function);
  else if (!Target.Oldest && I.isHelperCall() && is_contained(Target.AbsentHelpers, uint32_t(I.Imm)))
    report({U->Check, U->Name, findHelper(U->Name)->Since}, Target.Headers, Offset, Function);
}

void KernelCheck::checkCode(const Symbol &Function) {
  StringRef Code = Object.sections()[Function.Section].Bytes.substr(Function.Value, Function.Size);
  forEachInstruction(Code, Object.isLittleEndian(),
                     [&](uint64_t At, const Instruction &I) { checkInstruction(I, Function.Value + At, Function); });
}

void KernelCheck::run() {
  for (const Symbol *Function : Guarded.functions()) {
    if (Object.sections()[Function->Section].Name != ".text")
      checkSection(*Function);
    checkCode(*Function);
  }
}

void checkKernelUse(const BPFObject &Object, const BTFExt &Ext, const CheckTarget &Target, Guards &Guarded,
                    std::vector<Diagnostic> &Diagnostics) {
  if (Target.Oldest || !Target.AbsentHelpers.empty())
    KernelCheck(Object, Ext, Target, Guarded, Diagnostics).run();
}

void dropGuardedMaps(const BPFObject &Object, Guards &Guarded, std::vector<Diagnostic> &Diagnostics) {
  auto IsTooNew = [](const Diagnostic &D) { return D.IsMap && !D.Since.empty(); };
  if (none_of(Diagnostics, IsTooNew))
    return;
  StringMap<bool> IsGuarded; // of the maps that are used
  for (const Relocation &R : Object.relocations())
    if (Object.sections()[R.Section].IsCode) {
      bool Here = Guarded.isGuarded(R.Section, R.Offset);
      auto [It, IsNew] = IsGuarded.try_emplace(Object.symbols()[R.Symbol].Name, Here);
      It->second &= Here;
    }
  erase_if(Diagnostics, [&](const Diagnostic &D) { return IsTooNew(D) && IsGuarded.lookup(D.Symbol); });
}

} // namespace bpfbuild
