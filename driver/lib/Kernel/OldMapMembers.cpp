//===- OldMapMembers.cpp - struct bpf_map_def and its kin -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Kernel/OldMapMembers.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace bpfbuild {

MapRole mapRole(StringRef Name) {
  return StringSwitch<MapRole>(Name)
      .Case("type", MapRole::Type)
      .Case("map_type", MapRole::Type)
      .Case("key_size", MapRole::KeySize)
      .Case("size_key", MapRole::KeySize)
      .Case("value_size", MapRole::ValueSize)
      .Case("size_value", MapRole::ValueSize)
      .Case("max_entries", MapRole::MaxEntries)
      .Case("max_elem", MapRole::MaxEntries)
      .Case("map_flags", MapRole::Flags)
      .Case("flags", MapRole::Flags)
      .Case("numa_node", MapRole::NumaNode)
      .Case("id", MapRole::Id)
      .Case("map_id", MapRole::Id)
      .Case("pinning", MapRole::Pinning)
      .Case("inner_id", MapRole::InnerId)
      .Case("inner_idx", MapRole::InnerIndex)
      .Case("inner_map_idx", MapRole::InnerMapIndex)
      .Case("namespace", MapRole::Namespace)
      .Default(MapRole::Unknown);
}

bool isOldMapSection(StringRef Section) {
  return Section == "maps" || Section.starts_with("maps/");
}

std::optional<std::pair<uint64_t, uint64_t>> tailCallSection(StringRef Section) {
  auto [Id, Index] = Section.split('/');
  uint64_t A, B;
  if (Id.getAsInteger(0, A) || Index.getAsInteger(0, B))
    return std::nullopt;
  return std::pair(A, B);
}

} // namespace bpfbuild
