//===- MinimalBTF.cpp - what programs use of a kernel's BTF ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// First everything that is used is collected, by following the specs that were found; then each type gets its new
// number, by the order of the old ones; then they are written.
//===----------------------------------------------------------------------===//
#include "CoRe/MinimalBTF.h"
#include "BTF/Builder.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/xxhash.h"
#include <map>
#include <set>

using namespace llvm;

namespace bpfbuild::core {

using btf::BTF;
using btf::Kind;
using btf::Type;

namespace {
/// A type of the kernel (Part 0) or of a module, whose own types have the numbers from its firstId() on.
struct Key {
  uint32_t Part = 0, Id = 0;
  auto operator<=>(const Key &) const = default;
};

/// What is kept of a type.
struct Need {
  std::set<uint32_t> Items; ///< members or enumerators, by index
  size_t AtLeast = 0;       ///< how many there must be
  bool IsDeep = false;      ///< what it points to, or what a function takes, counts too
};

class Minimizer {
public:
  /// \p ComparesPointees: some bpf_core_type_matches() looks at what pointers point to, at least at its name.
  Minimizer(const KernelTypes &Kernel, bool ComparesPointees);

  void add(const Spec &Found, CoreKind K);
  void addUse(const BTF &Types, uint32_t Id, uint32_t Index, uint32_t AtLeast);
  std::string write();

private:
  Key keyOf(const BTF &Types, uint32_t Id) const;
  const BTF &typesOf(const Key &K) const { return *Parts[K.Part]; }
  Need &need(const BTF &Types, uint32_t Id) { return Needs[keyOf(Types, Id)]; }
  void addRoot(const BTF &Types, uint32_t Id);
  void addShallow(const BTF &Types, uint32_t Id);
  void addDeep(const BTF &Types, uint32_t Id);
  void addPath(const Spec &Found);
  void complete(const Key &K, Need &N);
  uint32_t newId(const BTF &Types, uint32_t Id) const;
  void writeType(btf::Builder &Into, const Key &K, const Need &N) const;
  void writeRecord(btf::Builder &Into, const Key &K, const Need &N, const Type &T) const;
  void writeEnum(btf::Builder &Into, const Need &N, const Type &T) const;
  void writePrototype(btf::Builder &Into, const Key &K, const Type &T) const;

  const KernelTypes &Kernel;
  bool ComparesPointees;
  std::vector<const BTF *> Parts; ///< vmlinux, then the modules
  std::map<Key, Need> Needs;
  std::map<Key, uint32_t> NewIds;
  uint32_t VoidPointer = 0; ///< the one that stands for all pointers whose target does not count
};
} // namespace

Minimizer::Minimizer(const KernelTypes &Kernel, bool ComparesPointees)
    : Kernel(Kernel), ComparesPointees(ComparesPointees) {
  Parts.push_back(&Kernel.vmlinux());
  for (const btf::BTFFile &Module : Kernel.modules())
    Parts.push_back(&Module.types());
}

Key Minimizer::keyOf(const BTF &Types, uint32_t Id) const {
  uint32_t Part = Id < Types.firstId() ? 0 : static_cast<uint32_t>(find(Parts, &Types) - Parts.begin());
  return {Part, Id};
}

//===----------------------------------------------------------------------===//
// Collecting
//===----------------------------------------------------------------------===//

/// A type that the program names: if it is a typedef, that too.
void Minimizer::addRoot(const BTF &Types, uint32_t Id) {
  if (Types.type(Id).TypeKind == Kind::Typedef)
    need(Types, Id);
}

/// What a path ends in: its kind, size and name.
void Minimizer::addShallow(const BTF &Types, uint32_t Id) {
  for (;;) {
    Id = Types.resolve(Id);
    if (Id == 0)
      return;
    need(Types, Id);
    Type T = Types.type(Id);
    if (T.TypeKind == Kind::Ptr && ComparesPointees)
      return addDeep(Types, Id);
    if (T.TypeKind != Kind::Array)
      return;
    Id = T.Ref;
  }
}

/// What is compared behind pointers, arrays and functions too, as far as libbpf follows it.
void Minimizer::addDeep(const BTF &Types, uint32_t Id) {
  SmallVector<uint32_t> Worklist = {Id};
  while (!Worklist.empty()) {
    Id = Types.resolve(Worklist.pop_back_val());
    Type T = Types.type(Id);
    if (Id == 0)
      continue;
    Need &N = need(Types, Id);
    if (std::exchange(N.IsDeep, true))
      continue;
    if (T.TypeKind == Kind::Ptr || T.TypeKind == Kind::Array || T.TypeKind == Kind::FuncProto)
      Worklist.push_back(T.Ref);
    for (btf::Parameter P : T.parameters())
      Worklist.push_back(P.Type);
  }
}

/// Every step of \p Found, through members without a name too.
void Minimizer::addPath(const Spec &Found) {
  const BTF &Types = *Found.Types;
  uint32_t Id = Types.resolve(Found.Root);
  for (uint32_t Index : drop_begin(Found.Indices)) {
    Type T = Types.type(Id);
    Need &N = need(Types, Id);
    if (T.isRecord())
      N.Items.insert(Index);
    Id = Types.resolve(T.isRecord() ? T.members()[Index].Type : T.Ref);
  }
  addShallow(Types, Id);
}

void Minimizer::add(const Spec &Found, CoreKind K) {
  addRoot(*Found.Types, Found.Root);
  if (isAboutField(K))
    return addPath(Found);
  if (!isAboutEnumerator(K))
    return addDeep(*Found.Types, Found.Root);
  const Accessor &Enumerator = Found.Accessors.front();
  need(*Found.Types, Enumerator.Type).Items.insert(Enumerator.Index);
}

/// A member or enumerator that a bpf_core_type_matches() rests on.
void Minimizer::addUse(const BTF &Types, uint32_t Id, uint32_t Index, uint32_t AtLeast) {
  Need &N = need(Types, Id);
  N.Items.insert(Index);
  N.AtLeast = std::max<size_t>(N.AtLeast, AtLeast);
  if (Type T = Types.type(Id); T.isRecord())
    addDeep(Types, T.members()[Index].Type);
}

/// Adds the members that are kept because of others: as many as are compared, and one behind an array without elements
/// that is not the last, or it would be a flexible one.
void Minimizer::complete(const Key &K, Need &N) {
  const BTF &Types = typesOf(K);
  Type T = Types.type(K.Id);
  size_t Count = T.isRecord() ? T.members().size() : T.enumerators().size();
  for (uint32_t Index = 0; Index < Count && N.Items.size() < N.AtLeast; ++Index)
    N.Items.insert(Index);
  if (!T.isRecord() || N.Items.empty() || *N.Items.rbegin() + 1 == Count)
    return;
  Type Last = Types.resolved(T.members()[*N.Items.rbegin()].Type);
  if (Last.TypeKind == Kind::Array && Last.ElementCount == 0)
    N.Items.insert(static_cast<uint32_t>(Count - 1));
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

/// The new number of what \p Id stands for; 0 for what does not count.
uint32_t Minimizer::newId(const BTF &Types, uint32_t Id) const {
  Id = Types.resolve(Id);
  auto It = Id ? NewIds.find(keyOf(Types, Id)) : NewIds.end();
  return It == NewIds.end() ? 0 : It->second;
}

void Minimizer::writeRecord(btf::Builder &Into, const Key &K, const Need &N, const Type &T) const {
  SmallVector<btf::Builder::NewMember> Members;
  for (uint32_t Index : N.Items) {
    btf::Member M = T.members()[Index];
    Members.push_back({M.Name.ref(), newId(typesOf(K), M.Type), M.BitOffset, M.BitSize});
  }
  Into.addRecord(T.TypeKind, T.Name, T.Size, Members);
}

void Minimizer::writeEnum(btf::Builder &Into, const Need &N, const Type &T) const {
  SmallVector<btf::Builder::NewEnumerator> Enumerators;
  for (uint32_t Index : N.Items)
    Enumerators.push_back({T.enumerators()[Index].Name.ref(), T.enumerators()[Index].Value});
  Into.addEnum(T.TypeKind, T.Name, T.Size, Enumerators, T.IsSigned);
}

void Minimizer::writePrototype(btf::Builder &Into, const Key &K, const Type &T) const {
  SmallVector<btf::Builder::NewParameter> Parameters;
  for (btf::Parameter P : T.parameters())
    Parameters.push_back({"", newId(typesOf(K), P.Type)});
  Into.addPrototype(newId(typesOf(K), T.Ref), Parameters);
}

void Minimizer::writeType(btf::Builder &Into, const Key &K, const Need &N) const {
  const BTF &Types = typesOf(K);
  Type T = Types.type(K.Id);
  switch (T.TypeKind) {
  case Kind::Int:
    Into.addInt(T.Name, T.Size, uint32_t(T.IsSigned) | uint32_t(T.IsChar) << 1 | uint32_t(T.IsBool) << 2, T.IntBits);
    return;
  case Kind::Float:
    Into.addFloat(T.Name, T.Size);
    return;
  case Kind::Fwd:
    Into.addForward(T.Name, T.KindFlag);
    return;
  case Kind::Struct:
  case Kind::Union:
    return writeRecord(Into, K, N, T);
  case Kind::Enum:
  case Kind::Enum64:
    return writeEnum(Into, N, T);
  case Kind::Array:
    Into.addArray(newId(Types, T.Ref), /*IndexType=*/0, T.ElementCount);
    return;
  case Kind::FuncProto:
    return writePrototype(Into, K, T);
  default: // a pointer, or a typedef of the program's
    Into.addReference(T.TypeKind, newId(Types, T.Ref), T.Name);
    return;
  }
}

std::string Minimizer::write() {
  if (Kernel.pointerSize() != 8) // by which libbpf tells how large pointers are
    for (uint32_t Id = 1; Id < Kernel.vmlinux().size(); ++Id)
      if (Type T = Kernel.vmlinux().type(Id); T.TypeKind == Kind::Int && T.Name == "long unsigned int")
        need(Kernel.vmlinux(), Id);
  std::vector<Key> Given;
  for (auto &[K, N] : Needs)
    Given.push_back(K);
  for (const Key &K : Given) {
    Need &N = Needs[K];
    std::set<uint32_t> Before = N.Items;
    complete(K, N);
    if (Type T = typesOf(K).type(K.Id); T.isRecord())
      for (uint32_t Index : N.Items)
        if (!Before.contains(Index))
          addShallow(typesOf(K), T.members()[Index].Type);
  }
  auto IsPlainPointer = [this](const Key &K, const Need &N) {
    return !N.IsDeep && typesOf(K).type(K.Id).TypeKind == Kind::Ptr;
  };
  uint32_t Next = 1;
  for (const auto &[K, N] : Needs)
    NewIds[K] = IsPlainPointer(K, N) ? (VoidPointer ? VoidPointer : VoidPointer = Next++) : Next++;
  btf::Builder Into(Kernel.vmlinux().byteOrder());
  for (const auto &[K, N] : Needs)
    if (NewIds[K] == Into.nextId()) // the first of those that are one
      IsPlainPointer(K, N) ? void(Into.addReference(Kind::Ptr, 0)) : writeType(Into, K, N);
  return Into.finish();
}

std::string minimizeBTF(const KernelTypes &Kernel, ArrayRef<ObjectToResolve> Objects) {
  std::vector<std::pair<const BTF *, const BTFExt *>> Names;
  for (const ObjectToResolve &Input : Objects)
    Names.push_back({Input.Object->types(), &Input.Ext});
  Candidates All(Kernel, Names);
  bool ComparesPointees = any_of(Objects, [](const ObjectToResolve &Input) {
    return any_of(Input.Ext.Relocations, [](const CoreRelocation &R) { return R.Kind == CoreKind::TypeMatches; });
  });
  Minimizer Result(Kernel, ComparesPointees);
  for (const ObjectToResolve &Input : Objects) {
    std::vector<std::tuple<const BTF *, uint32_t, uint32_t, uint32_t>> Uses;
    auto Note = [&](const BTF &Types, uint32_t Id, uint32_t Index, uint32_t AtLeast) {
      Uses.push_back({&Types, Id, Index, AtLeast});
    };
    Resolver Resolve(*Input.Object->types(), Input.Object->isLittleEndian(), All, Note);
    std::vector<const CoreRelocation *> InOrder;
    for (const CoreRelocation &R : Input.Ext.Relocations)
      InOrder.push_back(&R);
    llvm::sort(InOrder, [](const auto *A, const auto *B) { return A->Order < B->Order; });
    for (const CoreRelocation *R : InOrder) {
      Uses.clear();
      Resolution Found = Resolve.resolve(*R);
      if (R->Kind == CoreKind::TypeIdLocal)
        continue;
      for (const Spec &S : Found.Matching)
        Result.add(S, R->Kind);
      if (!Found.Matching.empty())
        for (const auto &[Types, Id, Index, AtLeast] : Uses)
          Result.addUse(*Types, Id, Index, AtLeast);
    }
  }
  return Result.write();
}

std::vector<uint64_t> hashUses(ArrayRef<ObjectToResolve> Objects) {
  std::vector<uint64_t> Result;
  for (const ObjectToResolve &Input : Objects)
    for (const CoreRelocation &R : Input.Ext.Relocations) {
      Reason Why;
      if (Spec Local = parseSpec(*Input.Object->types(), R, Why); !Local.isEmpty() && R.Kind != CoreKind::TypeIdLocal)
        Result.push_back(xxh3_64bits((toString(R.Kind) + " " + spell(Local)).str()));
    }
  llvm::sort(Result);
  Result.erase(llvm::unique(Result), Result.end());
  return Result;
}

} // namespace bpfbuild::core
