//===- NameCheck.cpp - names that programs expect of a kernel -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// First all names that the object expects are collected, then one pass over the kernel's functions, typedefs and
// structs finds those that are there. What is missing is reported, with the nearest name where there is one.
//===----------------------------------------------------------------------===//
#include "Programs/NameCheck.h"
#include "BTF/Flavour.h"
#include "BTF/NameFinder.h"
#include "BTF/Spelling.h"
#include "Kernel/SectionNames.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild {

using btf::BTF;
using btf::Kind;
using btf::withoutFlavour;

namespace {
/// What a section's target is to the kernel: a name in its BTF.
struct TargetKind {
  StringLiteral Section; ///< without .s, .multi and the like
  StringLiteral What;    ///< as a message calls it
  StringLiteral Prefix;  ///< of the name in BTF
  Kind In;               ///< Func or Typedef
  bool IsCertain;        ///< BTF has all that there are, but for modules
};

/// Something that a program or map expects.
struct Expectation {
  const TargetKind *Type;
  StringRef Symbol, Section, Name;
};
} // namespace

static constexpr TargetKind TargetKinds[] = {
    {"kprobe", "function", "", Kind::Func, false},
    {"kretprobe", "function", "", Kind::Func, false},
    {"fentry", "function", "", Kind::Func, true},
    {"fexit", "function", "", Kind::Func, true},
    {"fmod_ret", "function", "", Kind::Func, true},
    {"fsession", "function", "", Kind::Func, true},
    {"lsm", "LSM hook", "bpf_lsm_", Kind::Func, true},
    {"lsm_cgroup", "LSM hook", "bpf_lsm_", Kind::Func, true},
    {"iter", "iterator", "bpf_iter_", Kind::Func, true},
    {"tp_btf", "tracepoint", "btf_trace_", Kind::Typedef, true},
    {"raw_tp", "tracepoint", "btf_trace_", Kind::Typedef, true},
    {"raw_tracepoint", "tracepoint", "btf_trace_", Kind::Typedef, true},
    {"tp", "tracepoint", "btf_trace_", Kind::Typedef, true},
    {"tracepoint", "tracepoint", "btf_trace_", Kind::Typedef, true},
};

/// What \p Program's section names; nothing where BTF cannot tell.
static std::optional<Expectation> expectationOf(const Symbol &Program, StringRef Section) {
  Section.consume_front("?");
  auto [Word, Name] = Section.split('/');
  StringRef Base = Word.split('.').first;
  const auto *Type = find_if(TargetKinds, [Base](const TargetKind &K) { return K.Section == Base; });
  if (Type == std::end(TargetKinds) || Name.empty())
    return std::nullopt;
  if (Base == "tp" || Base == "tracepoint") {
    auto [Category, Event] = Name.split('/');
    if (Category == "syscalls") // made by the kernel when it starts
      return std::nullopt;
    Name = Event;
  }
  Name = Name.split('+').first; // kprobe/NAME+OFFSET
  bool IsPlain = all_of(Name, [](char C) { return isAlnum(C) || C == '_'; });
  return IsPlain && !Name.empty() ? std::optional(Expectation{Type, Program.Name, Section, Name}) : std::nullopt;
}

//===----------------------------------------------------------------------===//
// Prototypes
//===----------------------------------------------------------------------===//

/// A type without its names: qualifiers, tags and typedefs do not count. Steps are limited, as the kernel's nesting is
/// not checked.
static btf::Type plainType(const BTF &Types, uint32_t Id) {
  btf::Type T = Types.type(Id);
  for (unsigned Steps = 0; T.isAlias() && Steps < BTF::MaxDepth; ++Steps)
    T = Types.type(T.Ref);
  return T;
}

/// True for a struct that the program only announces: libbpf does not take it for the kernel's, which is defined.
static bool isAnnounced(const btf::Type &Own, const btf::Type &Kernel) {
  return Own.TypeKind == Kind::Fwd && Kernel.isRecord() && Own.Name == Kernel.Name.ref();
}

/// True if a value of the one can be passed for the other: libbpf's bpf_core_types_are_compat(), and sizes of integers
/// and names of structs, which the verifier looks at. \p Announced gets the struct because of which it is false, if it
/// is because of that.
static bool agree(const BTF &Own, uint32_t OwnId, const BTF &Kernel, uint32_t KernelId, StringRef &Announced,
                  unsigned Depth = 0) {
  btf::Type A = plainType(Own, OwnId), B = plainType(Kernel, KernelId);
  if (Depth == 8)
    return true;
  if (A.isEnum() && B.isEnum())
    return A.Size == B.Size;
  if (isAnnounced(A, B))
    Announced = A.Name;
  if (A.TypeKind != B.TypeKind)
    return false;
  switch (A.TypeKind) {
  case Kind::Int:
    return A.Size == B.Size;
  case Kind::Ptr:
    if (plainType(Own, A.Ref).TypeKind == Kind::Void || plainType(Kernel, B.Ref).TypeKind == Kind::Void)
      return plainType(Own, A.Ref).TypeKind == plainType(Kernel, B.Ref).TypeKind;
    return agree(Own, A.Ref, Kernel, B.Ref, Announced, Depth + 1);
  case Kind::Array:
    return agree(Own, A.Ref, Kernel, B.Ref, Announced, Depth + 1);
  case Kind::Struct:
  case Kind::Union:
  case Kind::Fwd:
    return withoutFlavour(A.Name) == withoutFlavour(B.Name);
  case Kind::FuncProto: {
    if (A.parameters().size() != B.parameters().size() || !agree(Own, A.Ref, Kernel, B.Ref, Announced, Depth + 1))
      return false;
    return all_of(zip(A.parameters(), B.parameters()), [&](const auto &Pair) {
      return agree(Own, std::get<0>(Pair).Type, Kernel, std::get<1>(Pair).Type, Announced, Depth + 1);
    });
  }
  default:
    return true;
  }
}

//===----------------------------------------------------------------------===//
// The check
//===----------------------------------------------------------------------===//

namespace {
class NameCheck {
public:
  NameCheck(const BPFObject &Object, const CheckTarget &Target, std::vector<Diagnostic> &Diagnostics)
      : Object(Object), Own(*Object.types()), Kernel(*Target.Types), KernelPath(Target.TypesPath),
        Diagnostics(Diagnostics) {}

  void run();

private:
  void collectTargets();
  void collectKfuncs();
  void collectStructOps();
  void findInKernel();
  void reportTarget(const Expectation &E);
  void checkKfunc(uint32_t Function);
  void reportMissingKfunc(StringRef Name);
  void checkStructOps(StringRef Variable, uint32_t Record);
  void report(StringRef Check, StringRef Symbol, std::string Message, std::string Note, bool IsMap = false);
  std::string nearestName(StringRef Name, StringRef Prefix, Kind In, unsigned Limit) const;
  uint32_t functionOf(StringRef Name) const { return Functions.lookup(Name); }

  const BPFObject &Object;
  const BTF &Own, &Kernel;
  StringRef KernelPath;
  std::vector<Diagnostic> &Diagnostics;
  std::vector<Expectation> Targets;
  std::vector<uint32_t> OwnKfuncs;                    ///< Funcs of the object
  std::vector<std::pair<StringRef, uint32_t>> OwnOps; ///< struct_ops variables and their structs
  StringMap<uint32_t> Functions, Typedefs, Structs;   ///< the kernel's of the names that are looked for; 0: none
};
} // namespace

void NameCheck::report(StringRef Check, StringRef Symbol, std::string Message, std::string Note, bool IsMap) {
  Diagnostic D;
  D.Check = Check.str();
  D.Message = std::move(Message);
  D.Note = std::move(Note);
  D.Object = Object.name().str();
  D.Symbol = Symbol.str();
  D.IsMap = IsMap;
  Diagnostics.push_back(std::move(D));
}

void NameCheck::collectTargets() {
  for (const Symbol &S : Object.symbols()) {
    if (S.SymbolKind != Symbol::Kind::Function || !S.isDefined())
      continue;
    std::optional<Expectation> E = expectationOf(S, Object.sections()[S.Section].Name);
    if (!E)
      continue;
    Targets.push_back(*E);
    (E->Type->In == Kind::Func ? Functions : Typedefs)[(E->Type->Prefix + E->Name).str()] = 0;
  }
}

void NameCheck::collectKfuncs() {
  std::optional<btf::Type> Section = Object.findDataSection(".ksyms");
  if (!Section)
    return;
  for (btf::SectionVariable V : Section->variables())
    if (btf::Type T = Own.type(V.Type); T.TypeKind == Kind::Func) {
      OwnKfuncs.push_back(V.Type);
      Functions[T.Name] = 0;
    }
}

void NameCheck::collectStructOps() {
  for (StringRef Name : {".struct_ops", ".struct_ops.link"})
    if (std::optional<btf::Type> Section = Object.findDataSection(Name))
      for (btf::SectionVariable V : Section->variables()) {
        btf::Type Variable = Own.type(V.Type);
        uint32_t Record = Variable.TypeKind == Kind::Var ? Own.resolve(Variable.Ref) : 0;
        if (!Own.type(Record).isRecord())
          continue;
        OwnOps.push_back({Variable.Name, Record});
        Structs[withoutFlavour(Own.type(Record).Name)] = 0;
      }
}

void NameCheck::findInKernel() {
  btf::NameFinder FindFunction(Kernel, Functions);
  btf::NameFinder FindTypedef(Kernel, Typedefs);
  btf::NameFinder FindStruct(Kernel, Structs);
  if (!Functions.empty())
    for (uint32_t Id = 1; Id < Kernel.size(); ++Id)
      if (const char *Record = Kernel.rawRecord(Id); btf::kindOf(Record) == Kind::Func)
        if (auto *Found = FindFunction.find(btf::word(Record)))
          Found->second = Id;
  for (const BTF::Definition &D : Kernel.definitions()) {
    auto *Found = D.TypeKind == Kind::Typedef  ? FindTypedef.find(D.NameOffset)
                  : D.TypeKind == Kind::Struct ? FindStruct.find(D.NameOffset)
                                               : nullptr;
    if (Found)
      Found->second = D.Id;
  }
}

/// The function or tracepoint of the kernel, without its \p Prefix, that is most like \p Name; empty if it takes
/// \p Limit or more changes to make the one of the other.
std::string NameCheck::nearestName(StringRef Name, StringRef Prefix, Kind In, unsigned Limit) const {
  std::string Best;
  for (uint32_t Id = 1; Id < Kernel.size(); ++Id) {
    const char *Record = Kernel.rawRecord(Id);
    if (btf::kindOf(Record) != In)
      continue;
    StringRef Theirs = Kernel.string(btf::word(Record));
    if (!Theirs.consume_front(Prefix))
      continue;
    unsigned Distance = Theirs.edit_distance(Name, /*AllowReplacements=*/true, Limit);
    if (Distance < Limit) {
      Limit = Distance;
      Best = Theirs.str();
    }
  }
  return Best;
}

void NameCheck::reportTarget(const Expectation &E) {
  const StringMap<uint32_t> &Names = E.Type->In == Kind::Func ? Functions : Typedefs;
  if (Names.lookup((E.Type->Prefix + E.Name).str()))
    return;
  std::string Nearest = nearestName(E.Name, E.Type->Prefix, E.Type->In, E.Type->IsCertain ? 3 : 2);
  // A kernel has functions that its BTF has not: those in assembler, and static ones that were changed by the compiler.
  constexpr size_t TellingLength = 8;
  if (!E.Type->IsCertain && (Nearest.empty() || E.Name.size() < TellingLength))
    return;
  report("bpf-attach-target", E.Symbol,
         formatv("SEC(\"{0}\"): no {1} '{2}' in {3}{4}", E.Section, E.Type->What, E.Name, KernelPath,
                 Nearest.empty() ? "" : formatv("; did you mean '{0}'?", Nearest).str()),
         Nearest.empty() ? "a module may have it" : "");
}

/// One that has no like may be of another kernel, or of a module; one that is weak may be missing.
void NameCheck::reportMissingKfunc(StringRef Name) {
  const auto *Symbol = find_if(Object.symbols(), [Name](const struct Symbol &S) { return S.Name == Name; });
  if (Symbol != Object.symbols().end() && Symbol->Bind == Symbol::Binding::Weak)
    return;
  if (std::string Nearest = nearestName(Name, "", Kind::Func, 3); !Nearest.empty())
    report("bpf-kfunc-name", Name, formatv("no kfunc '{0}' in {1}; did you mean '{2}'?", Name, KernelPath, Nearest),
           "");
}

void NameCheck::checkKfunc(uint32_t Function) {
  btf::Type F = Own.type(Function);
  uint32_t Theirs = functionOf(F.Name);
  if (!Theirs)
    return reportMissingKfunc(F.Name);
  StringRef Announced;
  if (agree(Own, F.Ref, Kernel, Kernel.type(Theirs).Ref, Announced))
    return;
  report("bpf-kfunc-prototype", F.Name,
         formatv("kfunc '{0}' is declared as '{1}'", F.Name, btf::spellFunction(Own, Function)),
         formatv("in {0} it is '{1}'{2}", KernelPath, btf::spellFunction(Kernel, Theirs),
                 Announced.empty()
                     ? ""
                     : formatv("; libbpf wants 'struct {0}' defined, not only announced", Announced).str()));
}

void NameCheck::checkStructOps(StringRef Variable, uint32_t Record) {
  btf::Type Ours = Own.type(Record);
  StringRef Name = withoutFlavour(Ours.Name);
  uint32_t Theirs = Structs.lookup(Name);
  if (!Theirs)
    return report("bpf-attach-target", Variable,
                  formatv("struct_ops '{0}': no struct {1} in {2}", Variable, Name, KernelPath), "a module may have it",
                  /*IsMap=*/true);
  StringSet<> Members;
  for (btf::Member M : Kernel.type(Theirs).members())
    Members.insert(M.Name);
  for (btf::Member M : Ours.members())
    if (!M.Name.empty() && !Members.contains(M.Name))
      report("bpf-attach-target", Variable,
             formatv("struct_ops '{0}': struct {1} has no member '{2}' in {3}", Variable, Name, M.Name, KernelPath),
             "libbpf loads it only while the member is zero", /*IsMap=*/true);
}

void NameCheck::run() {
  collectTargets();
  collectKfuncs();
  collectStructOps();
  if (Targets.empty() && OwnKfuncs.empty() && OwnOps.empty())
    return;
  findInKernel();
  for (const Expectation &E : Targets)
    reportTarget(E);
  for (uint32_t Function : OwnKfuncs)
    checkKfunc(Function);
  for (const auto &[Variable, Record] : OwnOps)
    checkStructOps(Variable, Record);
}

void checkNames(const BPFObject &Object, const CheckTarget &Target, std::vector<Diagnostic> &Diagnostics) {
  if (Target.Types && Object.types())
    NameCheck(Object, Target, Diagnostics).run();
}

} // namespace bpfbuild
