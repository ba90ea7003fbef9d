//===- Compatible.cpp - types of a program against a kernel's -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/Compatible.h"
#include "BTF/Flavour.h"
#include "CoRe/Spec.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace bpfbuild::core {

using btf::BTF;
using btf::Kind;
using btf::Type;

static constexpr int MaxNesting = 32;

static Answer answer(bool IsYes) {
  return IsYes ? Answer::Yes : Answer::No;
}

bool areFieldsCompatible(const BTF &Own, uint32_t OwnId, const BTF &Kernel, uint32_t KernelId) {
  for (;;) {
    OwnId = Own.resolve(OwnId);
    KernelId = Kernel.resolve(KernelId);
    Type A = Own.type(OwnId), B = Kernel.type(KernelId);
    if (A.isRecord() && B.isRecord())
      return true;
    if (!isSameKind(A, B))
      return false;
    switch (A.TypeKind) {
    case Kind::Ptr:
    case Kind::Float:
      return true;
    case Kind::Fwd:
    case Kind::Enum:
    case Kind::Enum64: {
      StringRef OwnName = btf::withoutFlavour(A.Name), KernelName = btf::withoutFlavour(B.Name);
      return OwnName.empty() || KernelName.empty() || OwnName == KernelName;
    }
    case Kind::Int:
      return !isOldBitField(Own, OwnId) && !isOldBitField(Kernel, KernelId);
    case Kind::Array: // nested no deeper than BTF::MaxDepth
      OwnId = A.Ref;
      KernelId = B.Ref;
      continue;
    default:
      return false;
    }
  }
}

static Answer areCompatible(const BTF &Own, uint32_t OwnId, const BTF &Kernel, uint32_t KernelId, int Level,
                            unsigned &Left) {
  if (!isSameKind(Own.type(OwnId), Kernel.type(KernelId)))
    return Answer::No;
  for (int Depth = MaxNesting; Depth > 0; --Depth) {
    OwnId = Own.resolve(OwnId);
    KernelId = Kernel.resolve(KernelId);
    Type A = Own.type(OwnId), B = Kernel.type(KernelId);
    if (!isSameKind(A, B))
      return Answer::No;
    switch (A.TypeKind) {
    case Kind::Void:
    case Kind::Struct:
    case Kind::Union:
    case Kind::Enum:
    case Kind::Enum64:
    case Kind::Fwd:
      return Answer::Yes;
    case Kind::Int:
      return answer(!isOldBitField(Own, OwnId) && !isOldBitField(Kernel, KernelId));
    case Kind::FuncProto:
      if (A.parameters().size() != B.parameters().size())
        return Answer::No;
      for (const auto &[P, Q] : zip(A.parameters(), B.parameters())) {
        if (Level <= 0 || Left-- == 0)
          return Answer::Fails;
        Answer Result = areCompatible(Own, Own.resolve(P.Type), Kernel, Kernel.resolve(Q.Type), Level - 1, Left);
        if (Result != Answer::Yes)
          return Result;
      }
      [[fallthrough]]; // to what it returns
    case Kind::Ptr:
    case Kind::Array:
      OwnId = A.Ref;
      KernelId = B.Ref;
      continue;
    default:
      return Answer::No;
    }
  }
  return Answer::Fails;
}

Answer areTypesCompatible(const BTF &Own, uint32_t OwnId, const BTF &Kernel, uint32_t KernelId) {
  unsigned Left = 1 << 20; // parameters: functions can take functions that take functions
  return areCompatible(Own, OwnId, Kernel, KernelId, MaxNesting, Left);
}

//===----------------------------------------------------------------------===//
// Matching
//===----------------------------------------------------------------------===//

/// bpf_core_names_match(): what has no name in the kernel has none in the program.
static bool doNamesMatch(StringRef Own, StringRef Kernel) {
  return Kernel.empty() ? Own.empty() : btf::withoutFlavour(Own) == btf::withoutFlavour(Kernel);
}

namespace {
class Matcher {
public:
  Matcher(const BTF &Own, const BTF &Kernel, NoteUse Note) : Own(Own), Kernel(Kernel), Note(Note) {}

  Answer match(uint32_t OwnId, uint32_t KernelId, bool IsBehindPointer, int Level);

private:
  Answer matchMembers(const Type &A, const Type &B, uint32_t KernelId, bool IsBehindPointer, int Level);
  bool matchEnumerators(const Type &A, const Type &B, uint32_t KernelId);

  const BTF &Own, &Kernel;
  NoteUse Note;
  unsigned Left = 1 << 20; ///< steps: what is nested can branch at each level
};
} // namespace

bool Matcher::matchEnumerators(const Type &A, const Type &B, uint32_t KernelId) {
  if (A.Size != B.Size || A.enumerators().size() > B.enumerators().size())
    return false;
  return all_of(A.enumerators(), [&](const btf::Enumerator &Wanted) {
    for (const auto &[Index, E] : enumerate(B.enumerators()))
      if (doNamesMatch(Wanted.Name, E.Name))
        return Note(Kernel, KernelId, static_cast<uint32_t>(Index), static_cast<uint32_t>(A.enumerators().size())),
               true;
    return false;
  });
}

Answer Matcher::matchMembers(const Type &A, const Type &B, uint32_t KernelId, bool IsBehindPointer, int Level) {
  if (A.members().size() > B.members().size())
    return Answer::No;
  for (btf::Member Wanted : A.members()) {
    bool IsFound = false;
    for (const auto &[Index, M] : enumerate(B.members())) {
      if (Left == 0 || --Left == 0)
        return Answer::Fails;
      if (!doNamesMatch(Wanted.Name, M.Name))
        continue;
      Answer Result = match(Wanted.Type, M.Type, IsBehindPointer, Level - 1);
      if (Result == Answer::Fails)
        return Result;
      if (Result == Answer::No)
        continue;
      Note(Kernel, KernelId, static_cast<uint32_t>(Index), static_cast<uint32_t>(A.members().size()));
      IsFound = true;
      break;
    }
    if (!IsFound)
      return Answer::No;
  }
  return Answer::Yes;
}

/// A forward declaration for a struct or union of that kind: its kind_flag is set for a union.
static bool announces(const Type &Forward, const Type &Record) {
  return Record.TypeKind == (Forward.KindFlag ? Kind::Union : Kind::Struct);
}

Answer Matcher::match(uint32_t OwnId, uint32_t KernelId, bool IsBehindPointer, int Level) {
  if (Level <= 0 || Left-- == 0)
    return Answer::Fails;
  for (int Depth = MaxNesting; Depth > 0; --Depth) {
    OwnId = Own.resolve(OwnId);
    KernelId = Kernel.resolve(KernelId);
    Type A = Own.type(OwnId), B = Kernel.type(KernelId);
    if (!doNamesMatch(A.Name, B.Name))
      return Answer::No;
    switch (A.TypeKind) {
    case Kind::Void:
      return answer(B.TypeKind == Kind::Void);
    case Kind::Fwd:
      return answer(B.TypeKind == Kind::Fwd ? A.KindFlag == B.KindFlag : IsBehindPointer && announces(A, B));
    case Kind::Enum:
    case Kind::Enum64:
      return answer(B.isEnum() && matchEnumerators(A, B, KernelId));
    case Kind::Struct:
    case Kind::Union:
      if (IsBehindPointer)
        return answer(A.TypeKind == B.TypeKind || (B.TypeKind == Kind::Fwd && announces(B, A)));
      return A.TypeKind == B.TypeKind ? matchMembers(A, B, KernelId, IsBehindPointer, Level) : Answer::No;
    case Kind::Int:
      return answer(A.TypeKind == B.TypeKind && A.Size == B.Size && A.IsSigned == B.IsSigned);
    case Kind::Array:
      if (A.TypeKind != B.TypeKind || A.ElementCount != B.ElementCount)
        return Answer::No;
      break;
    case Kind::Ptr:
      if (A.TypeKind != B.TypeKind)
        return Answer::No;
      IsBehindPointer = true;
      break;
    case Kind::FuncProto:
      if (A.TypeKind != B.TypeKind || A.parameters().size() != B.parameters().size())
        return Answer::No;
      for (const auto &[P, Q] : zip(A.parameters(), B.parameters()))
        if (Answer Result = match(P.Type, Q.Type, IsBehindPointer, Level - 1); Result != Answer::Yes)
          return Result;
      break;
    default:
      return Answer::No;
    }
    OwnId = A.Ref; // what is pointed to, repeated or returned
    KernelId = B.Ref;
  }
  return Answer::Fails;
}

Answer doTypesMatch(const BTF &Own, uint32_t OwnId, const BTF &Kernel, uint32_t KernelId, NoteUse Note) {
  return Matcher(Own, Kernel, Note).match(OwnId, KernelId, /*IsBehindPointer=*/false, MaxNesting);
}

} // namespace bpfbuild::core
