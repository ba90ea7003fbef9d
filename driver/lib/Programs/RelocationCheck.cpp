//===- RelocationCheck.cpp - what kernels lack ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Programs/RelocationCheck.h"
#include "CoRe/Explain.h"
#include "CoRe/Record.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild {

/// "bpf_core_field_exists(struct task_struct, state)": what the program can ask; empty for what it cannot ask for.
static std::string questionFor(const core::RelocationRecord &R, const core::Decision &D) {
  StringRef Local = R.Local;
  size_t Dot = Local.find('.');
  if (D.Why == core::Reason::OtherSize)
    return formatv("bpf_core_field_size({0}, {1}) == {2}", Local.take_front(Dot), Local.drop_front(Dot + 1), D.OwnSize);
  bool IsAboutMember = core::isAboutField(R.Relocation.Kind) || core::isAboutEnumerator(R.Relocation.Kind);
  if (IsAboutMember && Dot != StringRef::npos)
    return formatv("{0}({1}, {2})", core::guardFor(R.Relocation.Kind), Local.take_front(Dot),
                   Local.drop_front(Dot + 1));
  return "";
}

static Diagnostic diagnosticOf(const BPFObject &Object, const core::RelocationRecord &R, const core::Decision &D,
                               StringRef Kernels) {
  Diagnostic Result;
  Result.Check = "bpf-core-relocation";
  Result.Object = Object.name().str();
  Result.Symbol = R.Function.str();
  Result.Message = formatv("{0}: {1} in {2}{3}", R.Local, D.Explanation, Kernels,
                           D.Nearest.empty() ? "" : formatv("; did you mean '{0}'?", D.Nearest).str());
  std::string Question = core::refusesObject(D.Why) ? "" : questionFor(R, D);
  Result.Note = core::refusesObject(D.Why) ? "libbpf refuses the whole object there"
                : Question.empty()         ? "the verifier refuses the program there"
                                           : formatv("{0}, ask first: if ({1})",
                                                     D.Why == core::Reason::OtherSize ? "for kernels with another size"
                                                                                      : "for kernels without it",
                                                     Question)
                                                 .str();
  if (!D.Nearest.empty()) {
    Result.Member = StringRef(R.Local).rsplit('.').second.str();
    Result.Fix = D.Nearest;
  }
  if (R.Line)
    Result.Place = {R.Line->File.str(), R.Line->Line, R.Line->Column};
  return Result;
}

/// The kernels on which \p R is broken for the same reason as on that of \p First, by name.
static std::string brokenOn(const core::RelocationRecord &R, size_t First, ArrayRef<core::KernelTypes> Kernels) {
  std::string Names;
  for (size_t Column = First; Column < Kernels.size(); ++Column) {
    const core::Decision &D = R.Decisions[Column];
    if (D.What == core::Fate::Broken && D.Explanation == R.Decisions[First].Explanation)
      Names += (Names.empty() ? "" : ", ") + Kernels[Column].name().str();
  }
  return Names;
}

/// True for a global function that is no program.
static bool isGlobalFunction(const BPFObject &Object, StringRef Name) {
  return any_of(Object.symbols(), [&](const Symbol &S) {
    return S.Name == Name && S.SymbolKind == Symbol::Kind::Function && S.Bind != Symbol::Binding::Local &&
           S.isDefined() && Object.sections()[S.Section].Name == ".text";
  });
}

void checkRelocations(const BPFObject &Object, const CheckTarget &Target, RelocationsOf Which,
                      std::vector<Diagnostic> &Diagnostics) {
  if (Target.Kernels.empty() || !Object.types() || !Object.findSection(".BTF.ext"))
    return;
  Expected<core::ObjectToResolve> Input = core::prepare(Object);
  if (!Input) {
    Diagnostic D;
    D.Object = Object.name().str();
    D.Message = toString(Input.takeError());
    Diagnostics.push_back(std::move(D));
    return;
  }
  StringSet<> Reported; // a place and what it asks for: one expression may have several relocations
  std::vector<core::ObjectRecord> Records = core::resolveAll(*Input, Target.Kernels);
  for (const core::RelocationRecord &R : Records.front().Relocations)
    for (size_t Column = 0; Column < Target.Kernels.size(); ++Column) {
      const core::Decision &D = R.Decisions[Column];
      if (D.What != core::Fate::Broken ||
          (Which == RelocationsOf::GlobalFunctions && !isGlobalFunction(Object, R.Function)))
        continue;
      std::string Place = R.Line ? formatv("{0}:{1}", R.Line->File, R.Line->Line).str() : R.Function.str();
      if (Reported.insert(formatv("{0} {1} {2}", Place, R.Local, D.Explanation).str()).second)
        Diagnostics.push_back(diagnosticOf(Object, R, D, brokenOn(R, Column, Target.Kernels)));
    }
}

} // namespace bpfbuild
