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
  const Symbol *Program;
  StringRef Section, Name;
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
    if (is_contained({"syscalls", "kprobes", "uprobes", "synthetic"}, Category)) // made when the kernel runs
      return std::nullopt;
    Name = Event;
  }
  Name = Name.split('+').first; // kprobe/NAME+OFFSET
  bool IsPlain = all_of(Name, [](char C) { return isAlnum(C) || C == '_'; });
  return IsPlain && !Name.empty() ? std::optional(Expectation{Type, &Program, Section, Name}) : std::nullopt;
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
/// A kernel that is asked for names.
struct NamedKernel {
  const BTF &Types;
  StringRef Path; ///< as messages call it
  ArrayRef<btf::BTFFile> Modules = {};
  bool MustRunThere = false; ///< the user named it: what it lacks is an error
};

class NameCheck {
public:
  NameCheck(const BPFObject &Object, const NamedKernel &Of, std::vector<Diagnostic> &Diagnostics)
      : Object(Object), Own(*Object.types()), Kernel(Of.Types), KernelPath(Of.Path), Modules(Of.Modules),
        MustRunThere(Of.MustRunThere), Diagnostics(Diagnostics) {}

  /// Looks for all names; true if there is any to look for.
  bool find();
  /// Adds the functions that the kernel has.
  void addFound(StringSet<> &Names) const;
  /// Reports what is missing. A name that another kernel has (\p Elsewhere) is one that BTF tells of.
  void reportMissing(const StringSet<> &Elsewhere);

private:
  void collectTargets();
  void collectKfuncs();
  void collectStructOps();
  void findInKernel();
  void findIn(const BTF &Types);
  void reportTarget(const Expectation &E, const StringSet<> &Elsewhere);
  void reportRequired(StringRef Symbol, std::string Message);
  void checkKfunc(uint32_t Function);
  void reportMissingKfunc(StringRef Name);
  bool isWeak(StringRef Name) const;
  void checkStructOps(StringRef Variable, uint32_t Record);
  void report(StringRef Check, StringRef Symbol, std::string Message, std::string Note, bool IsMap = false);
  std::string nearestName(StringRef Name, StringRef Prefix, Kind In, unsigned Limit) const;

  /// A type of the kernel or of a module; null if there is none.
  struct Found {
    const BTF *Types = nullptr;
    uint32_t Id = 0;
  };

  const BPFObject &Object;
  const BTF &Own, &Kernel;
  StringRef KernelPath;
  ArrayRef<btf::BTFFile> Modules;
  bool MustRunThere;
  std::vector<Diagnostic> &Diagnostics;
  std::vector<Expectation> Targets;
  std::vector<uint32_t> OwnKfuncs;                    ///< Funcs of the object
  std::vector<std::pair<StringRef, uint32_t>> OwnOps; ///< struct_ops variables and their structs
  StringMap<Found> Functions, Typedefs, Structs;      ///< the kernel's of the names that are looked for
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
    (E->Type->In == Kind::Func ? Functions : Typedefs).try_emplace((E->Type->Prefix + E->Name).str());
  }
}

void NameCheck::collectKfuncs() {
  std::optional<btf::Type> Section = Object.findDataSection(".ksyms");
  if (!Section)
    return;
  for (btf::SectionVariable V : Section->variables())
    if (btf::Type T = Own.type(V.Type); T.TypeKind == Kind::Func) {
      OwnKfuncs.push_back(V.Type);
      Functions.try_emplace(withoutFlavour(T.Name));
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
        Structs.try_emplace(withoutFlavour(Own.type(Record).Name));
      }
}

void NameCheck::findInKernel() {
  findIn(Kernel);
  for (const btf::BTFFile &Module : Modules)
    findIn(Module.types());
}

/// The own types of \p Types; what was found before stays.
void NameCheck::findIn(const BTF &Types) {
  btf::NameFinder FindFunction(Types, Functions);
  btf::NameFinder FindTypedef(Types, Typedefs);
  btf::NameFinder FindStruct(Types, Structs);
  auto Note = [&](auto *Entry, uint32_t Id) {
    if (Entry && !Entry->second.Types)
      Entry->second = {&Types, Id};
  };
  if (!Functions.empty())
    for (uint32_t Id = Types.firstId(); Id < Types.size(); ++Id)
      if (const char *Record = Types.rawRecord(Id); btf::kindOf(Record) == Kind::Func)
        Note(FindFunction.find(btf::word(Record)), Id);
  for (const BTF::Definition &D : Types.definitions())
    if (D.TypeKind == Kind::Typedef)
      Note(FindTypedef.find(D.NameOffset), D.Id);
    else if (D.TypeKind == Kind::Struct)
      Note(FindStruct.find(D.NameOffset), D.Id);
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

/// What a kernel that the user named lacks.
void NameCheck::reportRequired(StringRef Symbol, std::string Message) {
  report("bpf-core-target", Symbol, std::move(Message),
         Modules.empty()
             ? formatv("if a module has it, name a folder with the BTF of {0} and its modules", KernelPath).str()
             : formatv("neither {0} nor one of its {1} modules has it", KernelPath, Modules.size()).str());
}

void NameCheck::reportTarget(const Expectation &E, const StringSet<> &Elsewhere) {
  const StringMap<Found> &Names = E.Type->In == Kind::Func ? Functions : Typedefs;
  std::string Name = (E.Type->Prefix + E.Name).str();
  bool IsOptional = MustRunThere && Object.sections()[E.Program->Section].Name.starts_with("?");
  if (Names.lookup(Name).Types || IsOptional)
    return;
  std::string Nearest = nearestName(E.Name, E.Type->Prefix, E.Type->In, E.Type->IsCertain ? 3 : 2);
  // A kernel has functions that its BTF has not: those in assembler, and static ones that were changed by the compiler.
  constexpr size_t TellingLength = 8;
  if (!E.Type->IsCertain && !Elsewhere.contains(Name) && (Nearest.empty() || E.Name.size() < TellingLength))
    return;
  std::string Message = formatv("SEC(\"{0}\"): no {1} '{2}' in {3}{4}", E.Section, E.Type->What, E.Name, KernelPath,
                                Nearest.empty() ? "" : formatv("; did you mean '{0}'?", Nearest).str());
  if (MustRunThere && E.Type->IsCertain)
    return reportRequired(E.Program->Name, std::move(Message));
  report("bpf-attach-target", E.Program->Name, std::move(Message), Nearest.empty() ? "a module may have it" : "");
}

bool NameCheck::isWeak(StringRef Name) const {
  const auto *Symbol = find_if(Object.symbols(), [Name](const struct Symbol &S) { return S.Name == Name; });
  return Symbol != Object.symbols().end() && Symbol->Bind == Symbol::Binding::Weak;
}

/// One that has no like may be of another kernel, or of a module; one that is weak may be missing.
void NameCheck::reportMissingKfunc(StringRef Name) {
  if (isWeak(Name))
    return;
  std::string Nearest = nearestName(withoutFlavour(Name), "", Kind::Func, 3);
  std::string Message = formatv("no kfunc '{0}' in {1}{2}", Name, KernelPath,
                                Nearest.empty() ? "" : formatv("; did you mean '{0}'?", Nearest).str());
  if (MustRunThere)
    return reportRequired(Name, std::move(Message));
  if (!Nearest.empty())
    report("bpf-kfunc-name", Name, std::move(Message), "");
}

void NameCheck::checkKfunc(uint32_t Function) {
  btf::Type F = Own.type(Function);
  Found Theirs = Functions.lookup(withoutFlavour(F.Name));
  if (!Theirs.Types)
    return reportMissingKfunc(F.Name);
  if (MustRunThere && isWeak(F.Name)) // libbpf takes one with another prototype for missing
    return;
  StringRef Announced;
  if (agree(Own, F.Ref, *Theirs.Types, Theirs.Types->type(Theirs.Id).Ref, Announced))
    return;
  report("bpf-kfunc-prototype", F.Name,
         formatv("kfunc '{0}' is declared as '{1}'", F.Name, btf::spellFunction(Own, Function)),
         formatv("in {0} it is '{1}'{2}", KernelPath, btf::spellFunction(*Theirs.Types, Theirs.Id),
                 Announced.empty()
                     ? ""
                     : formatv("; libbpf wants 'struct {0}' defined, not only announced", Announced).str()));
}

void NameCheck::checkStructOps(StringRef Variable, uint32_t Record) {
  btf::Type Ours = Own.type(Record);
  StringRef Name = withoutFlavour(Ours.Name);
  Found Theirs = Structs.lookup(Name);
  if (!Theirs.Types)
    return report("bpf-attach-target", Variable,
                  formatv("struct_ops '{0}': no struct {1} in {2}", Variable, Name, KernelPath), "a module may have it",
                  /*IsMap=*/true);
  StringSet<> Members;
  for (btf::Member M : Theirs.Types->type(Theirs.Id).members())
    Members.insert(M.Name);
  for (btf::Member M : Ours.members())
    if (!M.Name.empty() && !Members.contains(M.Name))
      report("bpf-attach-target", Variable,
             formatv("struct_ops '{0}': struct {1} has no member '{2}' in {3}", Variable, Name, M.Name, KernelPath),
             "libbpf loads it only while the member is zero", /*IsMap=*/true);
}

bool NameCheck::find() {
  collectTargets();
  collectKfuncs();
  collectStructOps();
  bool HasNames = !Targets.empty() || !OwnKfuncs.empty() || !OwnOps.empty();
  if (HasNames)
    findInKernel();
  return HasNames;
}

void NameCheck::addFound(StringSet<> &Names) const {
  for (const auto &Entry : Functions)
    if (Entry.second.Types)
      Names.insert(Entry.first());
}

void NameCheck::reportMissing(const StringSet<> &Elsewhere) {
  for (const Expectation &E : Targets)
    reportTarget(E, Elsewhere);
  for (uint32_t Function : OwnKfuncs)
    checkKfunc(Function);
  for (const auto &[Variable, Record] : OwnOps)
    checkStructOps(Variable, Record);
}

void checkNames(const BPFObject &Object, const CheckTarget &Target, std::vector<Diagnostic> &Diagnostics) {
  if (!Object.types())
    return;
  StringSet<> Elsewhere;
  if (Target.Types && Target.Kernels.empty())
    if (NameCheck Check(Object, {*Target.Types, Target.TypesPath}, Diagnostics); Check.find())
      Check.reportMissing(Elsewhere);
  std::vector<NameCheck> Checks;
  for (const core::KernelTypes &K : Target.Kernels)
    Checks.push_back(NameCheck(Object, {K.vmlinux(), K.name(), K.modules(), /*MustRunThere=*/true}, Diagnostics));
  for (NameCheck &Check : Checks)
    if (Check.find())
      Check.addFound(Elsewhere);
  for (NameCheck &Check : Checks)
    Check.reportMissing(Elsewhere);
}

} // namespace bpfbuild
