//===- Match.cpp - a program's spec in a kernel ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/Match.h"
#include "BTF/Flavour.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace bpfbuild::core {

using btf::BTF;
using btf::Kind;
using btf::Type;

namespace {
/// Follows the accessors one by one; Id is the kernel's type that was reached.
class FieldMatcher {
public:
  FieldMatcher(const Spec &Own, const Candidate &C, unsigned PointerSize)
      : Own(Own), Kernel(*C.Types), PointerSize(PointerSize), Id(C.Id) {
    Found.Types = &Kernel;
    Found.Root = C.Id;
  }

  MatchResult run();

private:
  Reason takeMember(const Accessor &Wanted, uint32_t In);
  Reason takeElement(size_t Step, const Accessor &Wanted);

  const Spec &Own;
  const BTF &Kernel;
  unsigned PointerSize;
  uint32_t Id;
  Spec Found;
  /// What is looked at, at most: BTF can say that a struct has two of another without names in it, and that two more.
  unsigned Left = 1 << 20;
};
} // namespace

/// Looks for the member in \p In and in its members without a name (bpf_core_match_member).
Reason FieldMatcher::takeMember(const Accessor &Wanted, uint32_t In) {
  In = Kernel.resolve(In);
  Type Record = Kernel.type(In);
  if (!Record.isRecord())
    return Reason::NoMember;
  btf::Member OwnMember = Own.Types->type(Wanted.Type).members()[Wanted.Index];
  for (const auto &[Index, M] : enumerate(Record.members())) {
    if (Found.Indices.size() == Spec::MaxSteps || Left-- == 0)
      return Reason::TooDeep;
    if (!M.Name.empty() && M.Name != Wanted.Name)
      continue;
    Found.BitOffset += M.BitOffset;
    Found.Indices.push_back(Index);
    if (!M.Name.empty()) {
      Found.Accessors.push_back({In, static_cast<uint32_t>(Index), true, M.Name.ref()});
      Id = M.Type;
      return areFieldsCompatible(*Own.Types, OwnMember.Type, Kernel, M.Type) ? Reason::None : Reason::OtherMember;
    }
    if (Reason Why = takeMember(Wanted, M.Type); Why != Reason::NoMember)
      return Why;
    Found.BitOffset -= M.BitOffset;
    Found.Indices.pop_back();
  }
  return Reason::NoMember;
}

/// The first element is that of the pointer by which the program came.
Reason FieldMatcher::takeElement(size_t Step, const Accessor &Wanted) {
  if (Step > 0) {
    Type Array = Kernel.type(Id);
    if (Array.TypeKind != Kind::Array)
      return Reason::NoArray;
    if (Wanted.Index >= Array.ElementCount && !isFlexibleArray(Kernel, Found.Accessors.back(), Array))
      return Reason::ShortArray;
    Id = Kernel.resolve(Array.Ref);
  }
  if (Found.Indices.size() == Spec::MaxSteps)
    return Reason::TooDeep;
  Found.Accessors.push_back({Id, Wanted.Index, false, {}});
  Found.Indices.push_back(Wanted.Index);
  std::optional<uint64_t> Size = Kernel.sizeOf(Id, PointerSize);
  if (!Size)
    return Reason::NoSize;
  Found.BitOffset += static_cast<uint32_t>(Wanted.Index * *Size * 8);
  return Reason::None;
}

MatchResult FieldMatcher::run() {
  for (const auto &[Step, Wanted] : enumerate(Own.Accessors)) {
    Id = Kernel.resolve(Id);
    uint32_t In = Id;
    Reason Why = Wanted.IsMember ? takeMember(Wanted, Id) : takeElement(Step, Wanted);
    if (Why != Reason::None)
      return {Spec(), {Why, Step, In}};
  }
  return {std::move(Found), {}};
}

static MatchResult matchEnumerator(const Spec &Own, const Candidate &C) {
  uint32_t Id = C.Types->resolve(C.Id);
  StringRef Wanted = btf::withoutFlavour(Own.Accessors.front().Name);
  for (const auto &[Index, E] : enumerate(C.Types->type(Id).enumerators()))
    if (btf::withoutFlavour(E.Name) == Wanted) {
      Spec Found;
      Found.Types = C.Types;
      Found.Root = C.Id;
      Found.Indices.push_back(Index);
      Found.Accessors.push_back({Id, static_cast<uint32_t>(Index), false, E.Name.ref()});
      return {std::move(Found), {}};
    }
  return {Spec(), {Reason::NoEnumerator, 0, Id}};
}

static MatchResult matchType(const Spec &Own, CoreKind K, const Candidate &C, NoteUse Note) {
  Answer Result = K == CoreKind::TypeMatches ? doTypesMatch(*Own.Types, Own.Root, *C.Types, C.Id, Note)
                                             : areTypesCompatible(*Own.Types, Own.Root, *C.Types, C.Id);
  if (Result != Answer::Yes)
    return {Spec(), {Result == Answer::No ? Reason::OtherType : Reason::TooDeep, 0, C.Id}};
  Spec Found;
  Found.Types = C.Types;
  Found.Root = C.Id;
  return {std::move(Found), {}};
}

MatchResult matchSpec(const Spec &Own, CoreKind K, const Candidate &C, unsigned PointerSize, NoteUse Note) {
  if (isAboutField(K))
    return FieldMatcher(Own, C, PointerSize).run();
  return isAboutEnumerator(K) ? matchEnumerator(Own, C) : matchType(Own, K, C, Note);
}

} // namespace bpfbuild::core
