//===- SplitBTF.cpp - a module's BTF over another base --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/SplitBTF.h"
#include "BTF/Builder.h"
#include "BTF/NameFinder.h"
#include "BTF/Spelling.h"
#include "BTF/Walk.h"
#include "Support/Error.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace bpfbuild::core {

using btf::BTF;
using btf::Kind;
using btf::Type;

//===----------------------------------------------------------------------===//
// Distilling (btf__distill_base)
//===----------------------------------------------------------------------===//

/// What is found again by its name; everything else is copied into the module's BTF.
static bool isOfBase(const Type &T) {
  constexpr uint32_t Named = btf::bitOf(Kind::Int) | btf::bitOf(Kind::Float) | btf::bitOf(Kind::Fwd) |
                             btf::bitOf(Kind::Struct) | btf::bitOf(Kind::Union) | btf::bitOf(Kind::Enum) |
                             btf::bitOf(Kind::Enum64);
  return (btf::bitOf(T.TypeKind) & Named) && !T.Name.empty();
}

/// Kinds that a module's type may refer to.
static constexpr uint32_t ReferredKinds =
    ~(btf::bitOf(Kind::Func) | btf::bitOf(Kind::Var) | btf::bitOf(Kind::DataSec) | btf::bitOf(Kind::DeclTag));

/// The base types that the module needs: what it refers to, and what that refers to as far as it is copied.
static Expected<BitVector> findNeeded(const BTF &Module, StringRef Name) {
  BitVector Needed(Module.firstId());
  SmallVector<uint32_t> Worklist;
  auto Refer = [&](const char *Record) {
    auto Visit = [&](uint32_t Id) {
      if (Id && Id < Module.firstId() && !Needed.test(Id)) {
        Needed.set(Id);
        Worklist.push_back(Id);
      }
    };
    btf::forEachReference(Record, Visit);
    if (btf::kindOf(Record) == Kind::Array)
      Visit(btf::word(Record, 4));
  };
  for (uint32_t Id = Module.firstId(); Id < Module.size(); ++Id)
    Refer(Module.rawRecord(Id));
  while (!Worklist.empty()) {
    uint32_t Id = Worklist.pop_back_val();
    Type T = Module.type(Id);
    if (!(ReferredKinds & btf::bitOf(T.TypeKind)))
      return makeError("'{0}': a type refers to the base's [{1}] '{2}', a {3}, which a module cannot have", Name, Id,
                       T.Name, btf::toString(T.TypeKind));
    if (!isOfBase(T))
      Refer(Module.rawRecord(Id));
  }
  return std::move(Needed);
}

/// A struct, union or enum without what is in it; the others as they are.
static void addToBase(btf::Builder &Base, const BTF &From, uint32_t Id) {
  Type T = From.type(Id);
  if (T.isRecord())
    Base.addRecord(T.TypeKind, T.Name, T.Size, {});
  else if (T.isEnum())
    Base.addEnum(Kind::Enum, T.Name, T.Size, {});
  else
    Base.addCopy(From, Id, [](uint32_t) { return 0; });
}

Expected<DistilledBTF> distill(const BTF &Module, StringRef Name) {
  if (!Module.base())
    return makeError("'{0}' is not split BTF", Name);
  Expected<BitVector> Needed = findNeeded(Module, Name);
  if (!Needed)
    return Needed.takeError();
  std::vector<uint32_t> NewIds(Module.firstId(), 0);
  DistilledBTF Result;
  btf::Builder Base(Module.byteOrder());
  for (unsigned Id : Needed->set_bits())
    if (isOfBase(Module.type(Id))) {
      NewIds[Id] = Base.nextId();
      addToBase(Base, Module, Id);
    }
  Result.Base = Base.finish();
  Expected<BTF> Parsed = BTF::parse(Result.Base, Name, nullptr, BTF::Nesting::Unchecked);
  if (!Parsed)
    return Parsed.takeError();
  uint32_t Shift = Module.firstId() - Parsed->size(), Next = Module.size() - Shift;
  for (unsigned Id : Needed->set_bits())
    if (!isOfBase(Module.type(Id)))
      NewIds[Id] = Next++;
  auto NewId = [&](uint32_t Id) { return Id < Module.firstId() ? NewIds[Id] : Id - Shift; };
  btf::Builder Split(Module.byteOrder(), &*Parsed);
  for (uint32_t Id = Module.firstId(); Id < Module.size(); ++Id)
    Split.addCopy(Module, Id, NewId);
  for (unsigned Id : Needed->set_bits())
    if (!isOfBase(Module.type(Id)))
      Split.addCopy(Module, Id, NewId);
  Result.Split = Split.finish();
  return std::move(Result);
}

//===----------------------------------------------------------------------===//
// Relocating (btf__relocate)
//===----------------------------------------------------------------------===//

namespace {
class Relocator {
public:
  Relocator(const BTF &Distilled, const BTF &NewBase, StringRef Name)
      : Distilled(Distilled), Old(*Distilled.base()), New(NewBase), Name(Name), Embedded(Old.size()),
        NewIds(Old.size(), 0) {}

  Expected<std::string> run();

private:
  Error validate() const;
  void findEmbedded();
  void findCandidates();
  SmallVector<uint32_t> candidatesOf(const Type &T) const;
  Expected<uint32_t> choose(uint32_t Id) const;
  Expected<uint32_t> chooseRecord(uint32_t Id, const Type &T, ArrayRef<uint32_t> Candidates) const;
  Error fail(uint32_t Id, const Type &T, ArrayRef<uint32_t> Candidates, StringRef Why) const;

  const BTF &Distilled, &Old, &New;
  StringRef Name;
  BitVector Embedded;                         ///< of Old: a type of the module has it in it
  StringMap<SmallVector<uint32_t, 1>> ByName; ///< of New, of the names of Old
  std::vector<uint32_t> NewIds;               ///< of Old
};
} // namespace

/// btf_relocate_validate_distilled_base()
Error Relocator::validate() const {
  for (uint32_t Id = 1; Id < Old.size(); ++Id)
    if (Type T = Old.type(Id); !isOfBase(T))
      return makeError(
          "'{0}': type [{1}] of .BTF.base is a {2}{3}; expected a distilled base, which has integers, floats, "
          "enums, structs, unions and forward declarations with names",
          Name, Id, btf::toString(T.TypeKind), T.Name.empty() ? " without a name" : "");
  return Error::success();
}

/// Marks what members are, or arrays of, not behind a pointer.
void Relocator::findEmbedded() {
  for (uint32_t Id = Old.size(); Id < Distilled.size(); ++Id)
    for (btf::Member M : Distilled.type(Id).members()) {
      uint32_t Part = Distilled.resolve(M.Type);
      while (Distilled.type(Part).TypeKind == Kind::Array)
        Part = Distilled.resolve(Distilled.type(Part).Ref);
      if (Part < Old.size())
        Embedded.set(Part);
    }
}

void Relocator::findCandidates() {
  for (uint32_t Id = 1; Id < Old.size(); ++Id)
    ByName.try_emplace(Old.type(Id).Name);
  btf::NameFinder Finder(New, ByName);
  for (uint32_t Id = 1; Id < New.size(); ++Id)
    if (auto *Entry = Finder.find(btf::word(New.rawRecord(Id))))
      Entry->second.push_back(Id);
}

/// True if \p B can be what the distilled \p A stands for, sizes of structs aside.
static bool canBe(const Type &A, const Type &B) {
  switch (A.TypeKind) {
  case Kind::Int:
    return B.TypeKind == Kind::Int && A.Size == B.Size && A.IsSigned == B.IsSigned && A.IsChar == B.IsChar &&
           A.IsBool == B.IsBool;
  case Kind::Float:
    return B.TypeKind == Kind::Float && A.Size == B.Size;
  case Kind::Enum:
  case Kind::Enum64:
    return B.isEnum() && A.Size == B.Size;
  case Kind::Fwd:
    return (B.TypeKind == Kind::Fwd && A.KindFlag == B.KindFlag) ||
           B.TypeKind == (A.KindFlag ? Kind::Union : Kind::Struct);
  default:
    return A.TypeKind == B.TypeKind;
  }
}

SmallVector<uint32_t> Relocator::candidatesOf(const Type &T) const {
  auto It = ByName.find(T.Name);
  return SmallVector<uint32_t>(It->second.begin(), It->second.end());
}

Error Relocator::fail(uint32_t Id, const Type &T, ArrayRef<uint32_t> Candidates, StringRef Why) const {
  std::string There;
  for (uint32_t Each : Candidates) {
    Type C = New.type(Each);
    There += formatv("{0}[{1}] {2}{3}", There.empty() ? "" : ", ", Each, btf::toString(C.TypeKind),
                     C.Size ? formatv(" of size {0}", C.Size).str() : "");
  }
  return makeError("'{0}': '{1}' of size {2}, base type [{3}]: {4}; {5}", Name, btf::spellDeclaration(Old, Id), T.Size,
                   Id, Why, There.empty() ? "the new base has no type of that name" : "the new base has " + There);
}

Expected<uint32_t> Relocator::chooseRecord(uint32_t Id, const Type &T, ArrayRef<uint32_t> Candidates) const {
  SmallVector<uint32_t> SameSize;
  copy_if(Candidates, std::back_inserter(SameSize), [&](uint32_t Each) { return New.type(Each).Size == T.Size; });
  if (!Embedded.test(Id) && Candidates.size() == 1)
    return Candidates.front();
  if (SameSize.size() == 1)
    return SameSize.front();
  return fail(Id, T, candidatesOf(T),
              Candidates.empty()    ? "it is missing"
              : SameSize.size() > 1 ? "several have this name and size"
              : Embedded.test(Id)   ? "the module's types have it in them, so it must have the same size"
                                    : "the name has several types, none of which has the same size");
}

Expected<uint32_t> Relocator::choose(uint32_t Id) const {
  Type T = Old.type(Id);
  SmallVector<uint32_t> Candidates = candidatesOf(T);
  erase_if(Candidates, [&](uint32_t Each) { return !canBe(T, New.type(Each)); });
  if (T.isRecord())
    return chooseRecord(Id, T, Candidates);
  if (T.TypeKind == Kind::Fwd && Candidates.size() > 1) // a definition is better than another announcement
    erase_if(Candidates, [&](uint32_t Each) { return New.type(Each).TypeKind == Kind::Fwd; });
  if (T.TypeKind == Kind::Int && Candidates.size() > 1) // in old BTF bit-fields have integers of their own
    erase_if(Candidates,
             [&](uint32_t Each) { return btf::word(New.rawRecord(Each), 3) != btf::word(Old.rawRecord(Id), 3); });
  if (Candidates.size() == 1)
    return Candidates.front();
  return fail(Id, T, candidatesOf(T),
              !Candidates.empty()       ? "several are alike"
              : candidatesOf(T).empty() ? "it is missing"
                                        : "none that is there is of its kind, size and sign");
}

Expected<std::string> Relocator::run() {
  if (Error E = validate())
    return std::move(E);
  findEmbedded();
  findCandidates();
  Error Failed = Error::success();
  for (uint32_t Id = 1; Id < Old.size(); ++Id) {
    Expected<uint32_t> Chosen = choose(Id);
    if (Chosen)
      NewIds[Id] = *Chosen;
    else
      Failed = joinErrors(std::move(Failed), Chosen.takeError());
  }
  if (Failed)
    return std::move(Failed);
  btf::Builder Result(Distilled.byteOrder(), &New);
  auto NewId = [&](uint32_t Id) { return Id < Old.size() ? NewIds[Id] : Id - Old.size() + New.size(); };
  for (uint32_t Id = Old.size(); Id < Distilled.size(); ++Id)
    Result.addCopy(Distilled, Id, NewId);
  return Result.finish();
}

Expected<std::string> relocate(const BTF &Distilled, const BTF &NewBase, StringRef Name) {
  if (!Distilled.base())
    return makeError("'{0}' is not split BTF", Name);
  return Relocator(Distilled, NewBase, Name).run();
}

} // namespace bpfbuild::core
