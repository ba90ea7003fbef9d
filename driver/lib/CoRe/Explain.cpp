//===- Explain.cpp - why a kernel lacks what a program asks for -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/Explain.h"
#include "BTF/Flavour.h"
#include "BTF/Spelling.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild::core {

using btf::BTF;
using btf::Type;

/// "struct sk_buff", for messages; without what CO-RE leaves out of its name.
static std::string spellType(const BTF &Types, uint32_t Id) {
  std::string Text = btf::spellDeclaration(Types, Id);
  return btf::withoutFlavour(Text).str();
}

/// The program's accessor at which the kernel stops.
static const Accessor &stoppedAt(const Resolution &R) {
  return R.OwnSpec.Accessors[std::min<size_t>(R.Where.Step, R.OwnSpec.Accessors.size() - 1)];
}

/// Calls Visit(member) for those of the record and of its members without a name, up to a limit.
template <typename Visitor> static void forEachMember(const BTF &Types, uint32_t Id, Visitor Visit) {
  constexpr size_t MaxMembers = 1 << 16;
  SmallVector<uint32_t> Worklist = {Id};
  for (size_t Count = 0; !Worklist.empty();)
    for (btf::Member M : Types.resolved(Worklist.pop_back_val()).members()) {
      if (++Count > MaxMembers)
        return;
      if (!M.Name.empty())
        Visit(M);
      else
        Worklist.push_back(M.Type);
    }
}

static std::string explainMember(const Resolution &R) {
  const Accessor &Wanted = stoppedAt(R);
  std::string Record = spellType(*R.WhereTypes, R.Where.Type);
  if (R.Where.Why == Reason::NoMember)
    return formatv("{0} has no member '{1}'", Record, Wanted.Name);
  std::string Theirs;
  forEachMember(*R.WhereTypes, R.Where.Type, [&](const btf::Member &M) {
    if (M.Name == Wanted.Name)
      Theirs = btf::spellDeclaration(*R.WhereTypes, M.Type, M.Name);
  });
  btf::Member Own = R.OwnSpec.Types->type(Wanted.Type).members()[Wanted.Index];
  return formatv("the member of {0} is '{1}', which cannot be read as '{2}'", Record, Theirs,
                 btf::spellDeclaration(*R.OwnSpec.Types, Own.Type, Own.Name));
}

static std::string explainAmbiguity(const Resolution &R) {
  std::string Ids;
  for (const Spec &S : R.Matching)
    Ids += formatv("{0}[{1}]", Ids.empty() ? "" : ", ", S.Root);
  return formatv("{0} types are called '{1}' and lead to different results: {2}", R.Matching.size(),
                 spellType(*R.OwnSpec.Types, R.OwnSpec.Root), Ids);
}

std::string explain(const Resolution &R, CoreKind K) {
  switch (R.Why) {
  case Reason::None:
    return "";
  case Reason::NoType:
    return formatv("there is no '{0}'", spellType(*R.OwnSpec.Types, R.OwnSpec.Root));
  case Reason::NoMember:
  case Reason::OtherMember:
    return explainMember(R);
  case Reason::NoArray:
  case Reason::ShortArray:
    return formatv("'{0}' has no element {1}",
                   btf::spellDeclaration(*R.WhereTypes, R.Where.Type,
                                         R.Where.Step ? R.OwnSpec.Accessors[R.Where.Step - 1].Name : StringRef()),
                   stoppedAt(R).Index);
  case Reason::NoEnumerator:
    return formatv("{0} has no enumerator '{1}'", spellType(*R.WhereTypes, R.Where.Type),
                   btf::withoutFlavour(stoppedAt(R).Name));
  case Reason::OtherType:
    return formatv("its '{0}' {1}", spellType(*R.WhereTypes, R.Where.Type),
                   K == CoreKind::TypeMatches ? "does not match" : "is not compatible");
  case Reason::OtherSize:
    return formatv(
        "the member has {0} bytes and not {1}, and is no pointer or unsigned integer whose load can be adjusted",
        R.New.Size, R.Own.Size);
  case Reason::Ambiguous:
    return explainAmbiguity(R);
  case Reason::Malformed:
    return "the relocation does not fit the program's type";
  case Reason::Anonymous:
    return "libbpf cannot look for a type without a name";
  case Reason::TooDeep:
    return "types are nested deeper than libbpf follows them";
  case Reason::BitField:
    return "the bit-field lies so that no load of 64 bits has all of it";
  case Reason::NoSize:
    return "the type has no size";
  case Reason::ElementKind:
    return formatv("an element of an array has no {0}", toString(K));
  case Reason::UnknownKind:
    return formatv("relocation kind {0} is newer than what is known here", static_cast<uint32_t>(K));
  case Reason::Instruction:
    return "the instruction is none that libbpf can patch";
  case Reason::OtherValue:
    return "the instruction does not have the value that the program's BTF says";
  case Reason::TooLarge:
    return formatv("an offset of {0} does not fit into a load or store; read it by bpf_core_read()", R.New.Value);
  case Reason::UnexpectedSize:
    return formatv("the load or store cannot have the member's {0} bytes", R.New.Size);
  }
  return "";
}

std::string nearestName(const Resolution &R) {
  if ((R.Why != Reason::NoMember && R.Why != Reason::NoEnumerator) || !R.WhereTypes)
    return "";
  StringRef Wanted = btf::withoutFlavour(stoppedAt(R).Name);
  constexpr size_t TellingLength = 4;
  if (Wanted.size() < TellingLength)
    return "";
  std::string Best;
  bool IsMember = R.Why == Reason::NoMember; // enumerators have long beginnings in common
  unsigned Limit = (IsMember ? std::max<unsigned>(1, Wanted.size() / 4) : 1) + 1;
  auto Consider = [&](StringRef Name) {
    // A name with more before or behind it is nearer than one with changes in it: __state for state.
    bool HasAll = Name.contains(Wanted) || Name == Wanted.trim('_');
    unsigned Distance = HasAll ? 1 : Name.edit_distance(Wanted, /*AllowReplacements=*/true, Limit);
    if (Distance < Limit) {
      Limit = Distance;
      Best = Name.str();
    }
  };
  if (IsMember)
    forEachMember(*R.WhereTypes, R.Where.Type, [&](const btf::Member &M) { Consider(M.Name); });
  else
    for (btf::Enumerator E : R.WhereTypes->type(R.Where.Type).enumerators())
      Consider(E.Name);
  return Best;
}

StringRef guardFor(CoreKind K) {
  return isAboutField(K)        ? "bpf_core_field_exists"
         : isAboutEnumerator(K) ? "bpf_core_enum_value_exists"
                                : "bpf_core_type_exists";
}

} // namespace bpfbuild::core
