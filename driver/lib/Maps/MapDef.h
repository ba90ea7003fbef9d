//===- MapDef.h - BTF-defined maps ------------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The definitions in an object's .maps section, read by the grammar of libbpf's parse_btf_map_def(): a variable whose
// type is a struct, each member of which says one thing, a number as the length of an array behind a pointer (__uint),
// a type as what a pointer leads to (__type), inner maps or programs as an array without length at the end (__array).
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MAPS_MAPDEF_H
#define BPFBUILD_MAPS_MAPDEF_H

#include "Kernel/MapTypes.h"
#include "Object/BPFObject.h"
#include "Support/Diagnostic.h"
#include <memory>

namespace bpfbuild {

struct MapDef {
  std::string Name;
  std::string Outer; ///< of an inner map, the name of the map whose values it describes
  MapType Type = MapType::Unspec;
  uint32_t KeyType = 0, ValueType = 0; ///< BTF type ids; 0 where only a size, or nothing, is given
  uint64_t KeySize = 0, ValueSize = 0; ///< in bytes
  uint32_t RecordType = 0;             ///< of a ring buffer of bpf.hpp, its records' type: the element of type's array
  uint64_t MaxEntries = 0;
  uint64_t Flags = 0;
  uint64_t Extra = 0; ///< map_extra
  uint64_t NumaNode = 0;
  bool IsPinnedByName = false;

  std::vector<std::string> Members; ///< of the definition, in order; none in one of the form before BTF
  std::unique_ptr<MapDef> Inner;    ///< map-in-map: the template of what it holds
  bool HoldsPrograms = false;       ///< a prog_array with values

  /// An initialised slot of a map-in-map or prog_array: the map or program that it starts with.
  struct InitialValue {
    uint64_t Slot;
    std::string Target;
  };
  std::vector<InitialValue> InitialValues;
};

/// An error of \p Check about the map \p Name of \p Object.
Diagnostic aboutMap(const BPFObject &Object, llvm::StringRef Name, llvm::StringRef Check, std::string Message);

/// The map definitions of \p Object, in the order of its .maps section. What breaks the grammar is added to \p
/// Diagnostics and left out of the result. Maps that are only declared extern are left out too: the linker knows who
/// defines them. An object without .maps has none; definitions of the form before BTF are LegacyMaps.h's.
std::vector<MapDef> readMapDefs(const BPFObject &Object, std::vector<Diagnostic> &Diagnostics);

/// The class of <bpfbuild/skeleton.hpp> that skeletons have for maps of a type, and which types it is a template of.
struct HandleClass {
  enum Kind { None, Value, KeyAndValue, Record, KeyAndInner };
  llvm::StringLiteral Name;
  Kind Arguments = None;
};

/// "map" for types without operations of their own.
HandleClass handleClass(MapType Type);

} // namespace bpfbuild

#endif
