//===- Record.cpp - every relocation's fate in every kernel ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/Record.h"
#include "CoRe/Explain.h"
#include "CoRe/Guards.h"
#include "Support/Error.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Parallel.h"
#include "llvm/Support/Path.h"
#include <map>

using namespace llvm;

namespace bpfbuild::core {

using btf::BTF;

StringRef toString(Fate F) {
  return F == Fate::Resolved ? "resolved" : F == Fate::Guarded ? "guarded" : "broken";
}

namespace {
/// The functions of an object by where they are; of those that begin at the same place the last counts.
class FunctionIndex {
public:
  explicit FunctionIndex(const BPFObject &Object) {
    for (const Symbol &S : Object.symbols())
      if (S.SymbolKind == Symbol::Kind::Function && S.isDefined())
        ByPlace[{S.Section, S.Value}] = &S;
  }

  /// The name of the function that has the instruction; empty if there is none.
  StringRef find(const CoreRelocation &R) const {
    auto It = ByPlace.upper_bound({R.Section, R.Offset});
    if (It == ByPlace.begin())
      return "";
    const Symbol &S = *std::prev(It)->second;
    return S.Section == R.Section && R.Offset - S.Value < S.Size ? S.Name : "";
  }

private:
  std::map<std::pair<uint32_t, uint64_t>, const Symbol *> ByPlace;
};
} // namespace

Expected<ObjectToResolve> prepare(const BPFObject &Object) {
  if (!Object.types())
    return makeError("'{0}' has no section .BTF; compile it with -g", Object.name());
  bool HasCode = any_of(Object.sections(), [](const Section &S) { return S.IsCode && S.Size > 0; });
  if (HasCode && !Object.findSection(".BTF.ext"))
    return makeError(
        "'{0}' has code, and no section .BTF.ext, where its CO-RE relocations would be; compile it with -g, "
        "and do not strip it",
        Object.name());
  Expected<BTFExt> Ext = BTFExt::read(Object);
  if (!Ext)
    return Ext.takeError();
  FunctionIndex Functions(Object);
  erase_if(Ext->Relocations, [&](const CoreRelocation &R) { return Functions.find(R).empty(); });
  return ObjectToResolve{&Object, std::move(*Ext)};
}

Expected<std::vector<ObjectToResolve>> prepareAll(ArrayRef<BPFObject> Objects) {
  std::vector<ObjectToResolve> Result;
  for (const BPFObject &Object : Objects) {
    Expected<ObjectToResolve> Input = prepare(Object);
    if (!Input)
      return Input.takeError();
    Result.push_back(std::move(*Input));
  }
  return std::move(Result);
}

/// The bytes of the instruction at \p Offset; fewer where the section ends.
static StringRef codeAt(const BPFObject &Object, const CoreRelocation &R) {
  StringRef Bytes = Object.sections()[R.Section].Bytes.substr(R.Offset);
  bool IsWide = !Bytes.empty() && Bytes.front() == 0x18;
  return Bytes.take_front(IsWide ? 2 * Instruction::Size : Instruction::Size);
}

namespace {
/// All relocations of one object in one kernel.
class KernelPass {
public:
  KernelPass(const ObjectToResolve &Input, const Candidates &All, ObjectRecord &Into, size_t Column)
      : Input(Input), Object(*Input.Object), All(All), Into(Into), Column(Column) {}

  void run();

private:
  Decision decide(const RelocationRecord &Record, Resolution R);
  void judge();

  const ObjectToResolve &Input;
  const BPFObject &Object;
  const Candidates &All;
  ObjectRecord &Into;
  size_t Column;
  PatchedValues Patched;
};
} // namespace

/// The module that a candidate is of.
static std::string moduleOf(const KernelTypes &Kernel, const BTF &Types) {
  for (const btf::BTFFile &Module : Kernel.modules())
    if (&Module.types() == &Types)
      return sys::path::filename(Module.path()).split('.').first.str();
  return "";
}

Decision KernelPass::decide(const RelocationRecord &Record, Resolution R) {
  Decision D;
  bool IsWhole = !Record.Code.empty() && Record.Code.size() % Instruction::Size == 0 &&
                 (Record.Code.front() != 0x18 || Record.Code.size() == 2 * Instruction::Size);
  std::string Code = Record.Code.str();
  if (!IsWhole || Record.Relocation.Offset % Instruction::Size) {
    R.Why = R.refusesObject() ? R.Why : Reason::Instruction;
  } else {
    bool IsLittle = Object.isLittleEndian();
    Instruction I = Instruction::decode(Code.data(), IsLittle), Second;
    if (Code.size() > Instruction::Size)
      Second = Instruction::decode(Code.data() + Instruction::Size, IsLittle);
    R.Why = patch(I, Second, R);
    I.encode(Code.data(), IsLittle);
    if (Code.size() > Instruction::Size)
      Second.encode(Code.data() + Instruction::Size, IsLittle);
  }
  D.Why = R.Why;
  if (!R.refusesObject())
    D.Code = std::move(Code);
  bool IsPoisoned = R.IsPoisoned || R.Why == Reason::OtherSize;
  D.What = R.refusesObject() || IsPoisoned ? Fate::Broken : Fate::Resolved;
  D.Value = R.New.Value;
  D.OwnSize = R.Own.Size;
  if (!R.Found.isEmpty()) {
    D.Found = spell(R.Found);
    D.Module = moduleOf(All.kernel(), *R.Found.Types);
  }
  if (R.Why != Reason::None) {
    D.Explanation = explain(R, Record.Relocation.Kind);
    D.Nearest = nearestName(R);
  }
  Patched[{Record.Relocation.Section, Record.Relocation.Offset}] =
      D.What == Fate::Resolved ? std::optional(D.Value) : std::nullopt;
  return D;
}

/// What is broken in code that no run reaches is guarded. Relocations that libbpf cannot resolve at all it refuses
/// wherever they are, but for the programs that it does not load by themselves.
void KernelPass::judge() {
  auto IsBroken = [this](const RelocationRecord &R) { return R.Decisions[Column].What == Fate::Broken; };
  if (none_of(Into.Relocations, IsBroken))
    return;
  constexpr KernelVersion ChecksCalledOnly = {6, 8}; // before, every global function is verified by itself
  std::optional<KernelVersion> Version = All.kernel().version();
  bool ChecksGlobals = !Version || *Version < ChecksCalledOnly;
  Guards Guarded(Object, Input.Ext, ChecksGlobals, &Patched, Version);
  for (RelocationRecord &R : Into.Relocations) {
    Decision &D = R.Decisions[Column];
    const CoreRelocation &At = R.Relocation;
    if (!IsBroken(R))
      continue;
    if (refusesObject(D.Why) ? R.Section.starts_with("?") : Guarded.isGuarded(At.Section, At.Offset))
      D.What = Fate::Guarded;
  }
}

void KernelPass::run() {
  std::vector<RelocationRecord *> InOrder;
  for (RelocationRecord &R : Into.Relocations)
    InOrder.push_back(&R);
  llvm::sort(InOrder, [](const auto *A, const auto *B) { return A->Relocation.Order < B->Relocation.Order; });
  Resolver Resolve(*Object.types(), Object.isLittleEndian(), All);
  for (RelocationRecord *R : InOrder)
    R->Decisions[Column] = decide(*R, Resolve.resolve(R->Relocation));
  judge();
}

/// True if \p Name stands in \p Text as a word.
static bool hasWord(StringRef Text, StringRef Name) {
  auto IsPart = [&](size_t At) { return At < Text.size() && (isAlnum(Text[At]) || Text[At] == '_'); };
  for (size_t At = 0; (At = Text.find(Name, At)) != StringRef::npos; ++At)
    if ((At == 0 || !IsPart(At - 1)) && !IsPart(At + Name.size()))
      return true;
  return false;
}

/// The line of the relocation. The compiler puts an offset with the instruction that it is added to, which can be one
/// of a line before: then the first that follows and names what is accessed is meant, in an inlined function too.
static const LineInfo *lineOf(const BTFExt &Ext, const CoreRelocation &R, const Spec &Local) {
  const LineInfo *Line = Ext.findLine(R.Section, R.Offset);
  StringRef Name = Local.isEmpty() || Local.Accessors.empty() ? StringRef() : Local.Accessors.back().Name;
  // Where a line asks whether a member is there, it is mostly the next one that reads it.
  auto Fits = [&](const LineInfo &L) {
    return hasWord(L.Text, Name) && (isQuestion(R.Kind) || !L.Text.contains("_exists("));
  };
  if (!Line || Line->Text.empty() || Name.empty() || Fits(*Line))
    return Line;
  constexpr ptrdiff_t MaxLines = 12;
  const LineInfo *End = Line + std::min<ptrdiff_t>(MaxLines, Ext.Lines.data() + Ext.Lines.size() - Line);
  for (const LineInfo *Next = Line; Next != End && Next->Section == R.Section; ++Next)
    if (Next->File == Line->File && Fits(*Next))
      return Next;
  return Line;
}

/// The part of the record that does not depend on kernels.
static ObjectRecord describe(const ObjectToResolve &Input, size_t KernelCount) {
  ObjectRecord Result{Input.Object, {}};
  FunctionIndex Functions(*Input.Object);
  for (const CoreRelocation &R : Input.Ext.Relocations) {
    Reason Why;
    Spec Local = parseSpec(*Input.Object->types(), R, Why);
    std::string Text = Local.isEmpty() ? formatv("type [{0}] + {1}", R.Type, R.Access).str() : spell(Local);
    Result.Relocations.push_back({R, Input.Object->sections()[R.Section].Name, Functions.find(R),
                                  lineOf(Input.Ext, R, Local), std::move(Text), codeAt(*Input.Object, R),
                                  std::vector<Decision>(KernelCount)});
  }
  return Result;
}

std::vector<ObjectRecord> resolveAll(ArrayRef<ObjectToResolve> Objects, ArrayRef<KernelTypes> Kernels) {
  std::vector<ObjectRecord> Result;
  std::vector<std::pair<const BTF *, const BTFExt *>> Names;
  for (const ObjectToResolve &Input : Objects) {
    Result.push_back(describe(Input, Kernels.size()));
    Names.push_back({Input.Object->types(), &Input.Ext});
  }
  parallelFor(0, Kernels.size(), [&](size_t Column) {
    Candidates All(Kernels[Column], Names);
    for (const auto &[Input, Into] : zip_equal(Objects, Result))
      KernelPass(Input, All, Into, Column).run();
  });
  return Result;
}

} // namespace bpfbuild::core
