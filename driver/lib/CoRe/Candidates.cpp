//===- Candidates.cpp - a kernel's types of the names asked for -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "CoRe/Candidates.h"
#include "BTF/Flavour.h"
#include "BTF/NameFinder.h"
#include "CoRe/Compatible.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace bpfbuild::core {

using btf::BTF;
using btf::Type;

/// Where in the strings flavours are set off, ascending: a kernel has few of them. One in three characters is looked
/// at.
static std::vector<uint32_t> findSeparators(const BTF &Types) {
  std::vector<uint32_t> Result;
  StringRef Strings = Types.strings();
  for (size_t At = 2; At < Strings.size(); At += 3) {
    if (Strings[At] != '_')
      continue;
    size_t Begin = At;
    while (Begin > 0 && Strings[Begin - 1] == '_')
      --Begin;
    if (btf::isFlavourSeparator(Strings, Begin) && Strings[Begin - 1] && Strings[Begin + 3])
      Result.push_back(Types.firstString() + static_cast<uint32_t>(Begin));
  }
  return Result;
}

void Candidates::scan(const BTF &Types, ArrayRef<uint32_t> Separators, ByName &Found) const {
  btf::NameFinder Finder(Types, Found);
  auto HasFlavour = [&](uint32_t Offset) {
    auto It = partition_point(Separators, [Offset](uint32_t S) { return S < Offset; });
    return It != Separators.end() && *It - Offset < Types.string(Offset).ref().size();
  };
  auto Take = [&](uint32_t Id, uint32_t Offset) {
    if (!Separators.empty() && HasFlavour(Offset)) {
      auto It = Found.find(btf::withoutFlavour(Types.string(Offset)));
      if (It != Found.end())
        It->second.push_back(Id);
    } else if (auto *Entry = Finder.find(Offset)) {
      Entry->second.push_back(Id);
    }
  };
  if (!NeedsAllKinds) {
    for (const BTF::Definition &D : Types.definitions())
      Take(D.Id, D.NameOffset);
    return;
  }
  for (uint32_t Id = Types.firstId(); Id < Types.size(); ++Id)
    Take(Id, btf::word(Types.rawRecord(Id)));
}

Candidates::Candidates(const KernelTypes &Kernel, ArrayRef<std::pair<const BTF *, const BTFExt *>> Objects)
    : Kernel(Kernel) {
  for (const auto &[Own, Ext] : Objects)
    for (const CoreRelocation &R : Ext->Relocations) {
      Type T = Own->type(R.Type);
      if (StringRef Name = btf::withoutFlavour(T.Name); !Name.empty())
        InVmlinux.try_emplace(Name);
      NeedsAllKinds |= !(btf::DefinitionKinds & btf::bitOf(T.TypeKind));
    }
  InModules.assign(Kernel.modules().size(), InVmlinux);
  std::vector<uint32_t> Separators = findSeparators(Kernel.vmlinux());
  const size_t OfBase = Separators.size();
  scan(Kernel.vmlinux(), Separators, InVmlinux);
  for (auto [Module, Found] : zip_equal(Kernel.modules(), InModules)) {
    append_range(Separators, findSeparators(Module.types()));
    scan(Module.types(), Separators, Found);
    Separators.resize(OfBase);
  }
}

SmallVector<Candidate> Candidates::find(const BTF &Own, uint32_t Id) const {
  SmallVector<Candidate> Result;
  Type T = Own.type(Id);
  StringRef Name = btf::withoutFlavour(T.Name);
  auto Take = [&](const BTF &Types, const ByName &Found) {
    auto It = Found.find(Name);
    if (It == Found.end())
      return;
    for (uint32_t Each : It->second)
      if (isSameKind(Types.type(Each), T))
        Result.push_back({&Types, Each});
  };
  Take(Kernel.vmlinux(), InVmlinux);
  if (Result.empty())
    for (auto [Module, Found] : zip_equal(Kernel.modules(), InModules))
      Take(Module.types(), Found);
  return Result;
}

} // namespace bpfbuild::core
