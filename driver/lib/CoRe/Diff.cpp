//===- Diff.cpp - what changed between two kernels ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/Diff.h"
#include "BTF/Flavour.h"
#include "BTF/Spelling.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include <map>

using namespace llvm;

namespace bpfbuild::core {

using btf::BTF;
using btf::Kind;
using btf::Type;

StringRef toString(Change C) {
  static constexpr StringLiteral Names[] = {"added", "removed", "renamed", "moved", "retyped"};
  return Names[static_cast<unsigned>(C)];
}

//===----------------------------------------------------------------------===//
// What there is
//===----------------------------------------------------------------------===//

namespace {
/// A named type or function; Id is 0 where several have the name.
struct Named {
  uint32_t Id;
  bool IsKfunc = false;
};
using NamedTypes = std::map<std::pair<Kind, StringRef>, Named>;

/// A member, through those without names; or an enumerator.
struct Item {
  StringRef Name;
  std::string Type; ///< as C declares it, or the enumerator's value
  uint64_t BitOffset = 0;
  uint32_t BitSize = 0;
};
} // namespace

/// Both widths of enum are one.
static Kind comparedKind(Kind K) {
  return K == Kind::Enum64 ? Kind::Enum : K;
}

static NamedTypes namedTypes(const BTF &Types) {
  constexpr uint32_t Compared = btf::bitOf(Kind::Struct) | btf::bitOf(Kind::Union) | btf::bitOf(Kind::Enum) |
                                btf::bitOf(Kind::Enum64) | btf::bitOf(Kind::Func);
  NamedTypes Result;
  for (uint32_t Id = 1; Id < Types.size(); ++Id) {
    const char *Record = Types.rawRecord(Id);
    StringRef Name = Types.string(btf::word(Record));
    if (!(Compared & btf::bitOf(btf::kindOf(Record))) || Name.empty())
      continue;
    auto [It, IsNew] = Result.try_emplace({comparedKind(btf::kindOf(Record)), Name}, Named{Id});
    if (!IsNew)
      It->second.Id = 0;
  }
  for (const BTF::Definition &D : Types.definitions())
    if (D.TypeKind == Kind::DeclTag && Types.string(D.NameOffset) == "bpf_kfunc")
      if (Type F = Types.type(Types.type(D.Id).Ref); F.TypeKind == Kind::Func)
        if (auto It = Result.find({Kind::Func, F.Name.ref()}); It != Result.end())
          It->second.IsKfunc = true;
  return Result;
}

static void addItems(const BTF &Types, uint32_t Id, uint64_t Base, std::vector<Item> &Into, size_t &Left,
                     unsigned Depth = 0) {
  Type T = Types.type(Id);
  for (btf::Enumerator E : T.enumerators())
    Into.push_back({E.Name.ref(), T.IsSigned ? formatv("{0}", int64_t(E.Value)).str() : formatv("{0}", E.Value).str()});
  constexpr size_t MaxItems = 1 << 16;
  for (btf::Member M : T.members()) {
    if (Into.size() >= MaxItems || Left == 0 || --Left == 0)
      return;
    uint32_t Of = Types.resolve(M.Type);
    if (!M.Name.empty())
      Into.push_back({M.Name.ref(), btf::spellDeclaration(Types, M.Type, M.Name), Base + M.BitOffset, M.BitSize});
    else if (Types.type(Of).isRecord() && Depth < Spec::MaxSteps)
      addItems(Types, Of, Base + M.BitOffset, Into, Left, Depth + 1);
  }
}

static std::string describe(const Item &I, bool IsEnum) {
  if (IsEnum)
    return I.Type;
  std::string Text =
      formatv("'{0}{1}' at {2}", I.Type, I.BitSize ? formatv(" : {0}", I.BitSize).str() : "", I.BitOffset / 8);
  return I.BitOffset % 8 ? formatv("{0}, bit {1}", Text, I.BitOffset % 8).str() : Text;
}

//===----------------------------------------------------------------------===//
// What changed
//===----------------------------------------------------------------------===//

/// The type of a declaration without the name in it.
static std::string typeOf(const Item &I) {
  size_t At = StringRef(I.Type).rfind(I.Name);
  return At == StringRef::npos ? I.Type : I.Type.substr(0, At) + I.Type.substr(At + I.Name.size());
}

/// The item of \p Came that \p Gone was renamed to; null if there is none.
static const Item *renamedTo(const Item &Gone, StringRef Before, ArrayRef<Item> New, const StringSet<> &OldNames) {
  for (const Item &Came : New)
    if (!OldNames.contains(Came.Name) && Came.Name.trim('_') == Gone.Name.trim('_'))
      return &Came;
  for (size_t I = 0; I < New.size(); ++I) {
    bool IsAfterSame = (I ? New[I - 1].Name : StringRef()) == Before;
    if (!OldNames.contains(New[I].Name) && typeOf(New[I]) == typeOf(Gone) && New[I].BitSize == Gone.BitSize &&
        (New[I].BitOffset == Gone.BitOffset || IsAfterSame))
      return &New[I];
  }
  constexpr size_t TellingLength = 4;
  const Item *Like = nullptr;
  for (const Item &Came : New)
    if (!OldNames.contains(Came.Name) && Gone.Name.size() >= TellingLength && Came.Name.size() >= TellingLength &&
        (Came.Name.contains(Gone.Name) || Gone.Name.contains(Came.Name)))
      Like = Like ? &Gone : &Came; // the only one
  return Like == &Gone ? nullptr : Like;
}

static std::vector<MemberChange> compareItems(ArrayRef<Item> Old, ArrayRef<Item> New, bool IsEnum) {
  std::vector<MemberChange> Result;
  StringMap<const Item *> NewByName;
  StringSet<> OldNames, Taken;
  for (const Item &I : New)
    NewByName[I.Name] = &I;
  for (const Item &I : Old)
    OldNames.insert(I.Name);
  for (size_t I = 0; I < Old.size(); ++I) {
    const Item &Was = Old[I], *Is = NewByName.lookup(Was.Name);
    const Item *Renamed = Is || IsEnum ? nullptr : renamedTo(Was, I ? Old[I - 1].Name : StringRef(), New, OldNames);
    std::string Before = describe(Was, IsEnum);
    if (Renamed && Taken.insert(Renamed->Name).second)
      Result.push_back({Change::Renamed, Renamed->Name.str(), Was.Name.str(), Before, describe(*Renamed, IsEnum)});
    else if (!Is)
      Result.push_back({Change::Removed, Was.Name.str(), "", Before, ""});
    else if (Was.Type != Is->Type || Was.BitSize != Is->BitSize)
      Result.push_back({Change::Retyped, Was.Name.str(), "", Before, describe(*Is, IsEnum)});
    else if (Was.BitOffset != Is->BitOffset)
      Result.push_back({Change::Moved, Was.Name.str(), "", Before, describe(*Is, IsEnum)});
  }
  for (const Item &I : New)
    if (!OldNames.contains(I.Name) && !Taken.contains(I.Name))
      Result.push_back({Change::Added, I.Name.str(), "", "", describe(I, IsEnum)});
  return Result;
}

/// What there is to say of a type beside its members.
static std::string describe(const BTF &Types, uint32_t Id) {
  Type T = Types.type(Id);
  return T.TypeKind == Kind::Func ? btf::spellFunction(Types, Id) : formatv("{0} bytes", T.Size).str();
}

static std::string nameOf(const BTF &Types, uint32_t Id) {
  Type T = Types.type(Id);
  return T.TypeKind == Kind::Func ? T.Name.str() : btf::spellDeclaration(Types, Id);
}

/// True of two functions that differ at most in their parameters' names.
static bool haveSameTypes(const BTF &Old, uint32_t OldId, const BTF &New, uint32_t NewId) {
  Type A = Old.type(Old.type(OldId).Ref), B = New.type(New.type(NewId).Ref);
  auto IsSame = [&](uint32_t Was, uint32_t Is) {
    return btf::spellDeclaration(Old, Was) == btf::spellDeclaration(New, Is);
  };
  return A.parameters().size() == B.parameters().size() && IsSame(A.Ref, B.Ref) &&
         all_of(zip(A.parameters(), B.parameters()),
                [&](const auto &Pair) { return IsSame(std::get<0>(Pair).Type, std::get<1>(Pair).Type); });
}

static std::optional<TypeChange> compareTypes(const BTF &Old, Named Was, const BTF &New, Named Is,
                                              const StringSet<> *Only) {
  TypeChange Result{Change::Retyped,       nameOf(Old, Was.Id),  Was.IsKfunc || Is.IsKfunc,
                    describe(Old, Was.Id), describe(New, Is.Id), {}};
  std::vector<Item> OldItems, NewItems;
  for (auto [Types, Id, Items] : {std::tuple(&Old, Was.Id, &OldItems), {&New, Is.Id, &NewItems}}) {
    size_t Left = 1 << 18; // members without names can be nested without end
    addItems(*Types, Id, 0, *Items, Left);
  }
  Result.Members = compareItems(OldItems, NewItems, Old.type(Was.Id).isEnum());
  if (Only && !Only->empty())
    erase_if(Result.Members,
             [&](const MemberChange &M) { return !Only->contains(M.Name) && !Only->contains(M.OldName); });
  bool IsFunction = Old.type(Was.Id).TypeKind == Kind::Func;
  bool IsAlike = IsFunction ? haveSameTypes(Old, Was.Id, New, Is.Id) : Result.Old == Result.New;
  bool IsSame = Result.Members.empty() && (IsAlike || (Only && !Only->empty()));
  return IsSame ? std::nullopt : std::optional(std::move(Result));
}

std::vector<TypeChange> compareKernels(const KernelTypes &Old, const KernelTypes &New, const Uses *Only) {
  NamedTypes Before = namedTypes(Old.vmlinux()), After = namedTypes(New.vmlinux());
  std::vector<TypeChange> Result;
  auto IsAsked = [Only](const auto &Key) {
    return !Only ||
           (Key.first == Kind::Func ? Only->Functions.contains(Key.second) : Only->Members.contains(Key.second));
  };
  for (const auto &[Key, Was] : Before) {
    auto It = After.find(Key);
    if (!Was.Id || !IsAsked(Key) || (It != After.end() && !It->second.Id))
      continue;
    if (It == After.end()) {
      Result.push_back(
          {Change::Removed, nameOf(Old.vmlinux(), Was.Id), Was.IsKfunc, describe(Old.vmlinux(), Was.Id), "", {}});
      continue;
    }
    auto Members = Only ? Only->Members.find(Key.second) : StringMap<StringSet<>>::const_iterator();
    bool HasMembers = Only && Key.first != Kind::Func && Members != Only->Members.end();
    if (auto Changed =
            compareTypes(Old.vmlinux(), Was, New.vmlinux(), It->second, HasMembers ? &Members->second : nullptr))
      Result.push_back(std::move(*Changed));
  }
  for (const auto &[Key, Is] : After)
    if (Is.Id && IsAsked(Key) && !Before.contains(Key))
      Result.push_back(
          {Change::Added, nameOf(New.vmlinux(), Is.Id), Is.IsKfunc, "", describe(New.vmlinux(), Is.Id), {}});
  return Result;
}

Uses usesOf(const ObjectToResolve &Input) {
  Uses Result;
  const BPFObject &Object = *Input.Object;
  const BTF &Own = *Object.types();
  auto Use = [&](uint32_t Id, StringRef Member) {
    StringRef Name = btf::withoutFlavour(Own.resolved(Id).Name);
    if (!Name.empty() && !Member.empty())
      Result.Members[Name].insert(btf::withoutFlavour(Member));
    else if (!Name.empty())
      Result.Members.try_emplace(Name);
  };
  for (const CoreRelocation &R : Input.Ext.Relocations) {
    Reason Why;
    Spec Local = parseSpec(Own, R, Why);
    if (Local.isEmpty())
      continue;
    Use(R.Type, "");
    // A member of one without a name counts as the last one's that has a name.
    uint32_t In = R.Type;
    for (const Accessor &A : Local.Accessors) {
      In = Own.resolved(A.Type).Name.empty() ? In : A.Type;
      Use(In, A.Name);
    }
  }
  for (const Symbol &S : Object.symbols())
    if (S.SymbolKind == Symbol::Kind::Function && S.isDefined())
      Result.Functions.insert(Object.sections()[S.Section].Name.rsplit('/').second);
  if (std::optional<Type> Externs = Object.findDataSection(".ksyms"))
    for (btf::SectionVariable V : Externs->variables())
      Result.Functions.insert(Own.type(V.Type).Name);
  return Result;
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

static std::string describe(const MemberChange &M) {
  switch (M.What) {
  case Change::Added:
    return formatv("added {0}: {1}", M.Name, M.New);
  case Change::Removed:
    return formatv("removed {0}: {1}", M.Name, M.Old);
  case Change::Renamed:
    return formatv("renamed {0} to {1}: {2}, was {3}", M.OldName, M.Name, M.New, M.Old);
  default:
    return formatv("{0} {1}: {2}, was {3}", toString(M.What), M.Name, M.New, M.Old);
  }
}

void printText(raw_ostream &OS, ArrayRef<TypeChange> Changes) {
  for (const TypeChange &C : Changes) {
    StringRef Kfunc = C.IsKfunc ? "kfunc " : "";
    if (C.What != Change::Retyped) {
      OS << formatv("{0} {1}{2}: {3}\n", toString(C.What), Kfunc, C.Name, C.What == Change::Added ? C.New : C.Old);
      continue;
    }
    OS << formatv("{0}{1}: {2}{3}\n", Kfunc, C.Name, C.New, C.Old == C.New ? "" : formatv(", was {0}", C.Old).str());
    auto IsMoved = [](const MemberChange &M) { return M.What == Change::Moved; };
    constexpr ptrdiff_t MaxMoved = 4; // a member that comes moves all behind it
    ptrdiff_t Moved = count_if(C.Members, IsMoved);
    for (const MemberChange &M : C.Members)
      if (!IsMoved(M) || Moved <= MaxMoved)
        OS << formatv("  {0}\n", describe(M));
    if (Moved > MaxMoved)
      OS << formatv("  moved {0} members\n", Moved);
  }
  OS << formatv("{0} added, {1} removed, {2} changed\n",
                count_if(Changes, [](const TypeChange &C) { return C.What == Change::Added; }),
                count_if(Changes, [](const TypeChange &C) { return C.What == Change::Removed; }),
                count_if(Changes, [](const TypeChange &C) { return C.What == Change::Retyped; }));
}

static json::Object toObject(StringRef Name, Change What, StringRef Old, StringRef New) {
  json::Object Result{{"name", json::fixUTF8(Name)}, {"change", toString(What)}};
  if (!Old.empty())
    Result["old"] = json::fixUTF8(Old);
  if (!New.empty())
    Result["new"] = json::fixUTF8(New);
  return Result;
}

void printJSON(raw_ostream &OS, ArrayRef<TypeChange> Changes) {
  json::Array Result;
  for (const TypeChange &C : Changes) {
    json::Object Each = toObject(C.Name, C.What, C.Old, C.New);
    if (C.IsKfunc)
      Each["kfunc"] = true;
    json::Array Members;
    for (const MemberChange &M : C.Members) {
      json::Object Member = toObject(M.Name, M.What, M.Old, M.New);
      if (!M.OldName.empty())
        Member["oldName"] = json::fixUTF8(M.OldName);
      Members.push_back(std::move(Member));
    }
    if (!Members.empty())
      Each["members"] = std::move(Members);
    Result.push_back(std::move(Each));
  }
  OS << formatv("{0:2}", json::Value(std::move(Result))) << '\n';
}

} // namespace bpfbuild::core
