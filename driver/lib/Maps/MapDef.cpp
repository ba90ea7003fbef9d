//===- MapDef.cpp - BTF-defined maps --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Maps/MapDef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild {

using btf::Kind;

Diagnostic aboutMap(const BPFObject &Object, StringRef Name, StringRef Check, std::string Message) {
  Diagnostic D;
  D.Check = Check.str();
  D.Message = std::move(Message);
  D.Object = Object.name().str();
  D.Symbol = Name.str();
  D.IsMap = true;
  return D;
}

namespace {

/// Reads the definition of one map. A problem is reported with the member that it is in and ends the definition.
class MapDefReader {
public:
  MapDefReader(const BPFObject &Object, StringRef Name, std::vector<Diagnostic> &Diagnostics)
      : Object(Object), Types(*Object.types()), Name(Name), Diagnostics(Diagnostics) {}

  /// \p Type is the type of the variable or, for an inner map, what the values point to.
  bool read(const btf::Type &Definition, MapDef &Map, bool IsInner);
  bool readVariable(const btf::SectionVariable &Variable, MapDef &Map);

private:
  bool readMember(const btf::Type &Definition, size_t Index, MapDef &Map, bool IsInner);
  bool readNumber(const btf::Member &M, uint64_t &Where, bool AllowEnum = false);
  bool readSize(const btf::Member &M, uint64_t &Where);
  bool readType(const btf::Member &M, uint32_t &TypeId, uint64_t &Size);
  bool readPinning(const btf::Member &M, MapDef &Map, bool IsInner);
  bool readValues(const btf::Type &Definition, size_t Index, MapDef &Map, bool IsInner);
  bool readInitialValues(const Symbol &Variable, uint64_t ValuesOffset, MapDef &Map);

  /// Adds an error about \p Member, or about the whole definition where that is empty, and returns false.
  template <typename... Ts> bool fail(StringRef Member, const char *Format, Ts &&...Args) {
    std::string What = formatv(Format, std::forward<Ts>(Args)...).str();
    std::string Message = Member.empty() ? formatv("map '{0}': {1}", Name, What).str()
                                         : formatv("map '{0}': member '{1}' {2}", Name, Member, What).str();
    Diagnostic D = aboutMap(Object, Name, "bpf-map-definition", std::move(Message));
    D.Member = Member.str();
    Diagnostics.push_back(std::move(D));
    return false;
  }

  const BPFObject &Object;
  const btf::BTF &Types;
  StringRef Name;
  std::vector<Diagnostic> &Diagnostics;
  std::optional<uint64_t> ValuesOffset; ///< of the values member, in bytes
};

} // namespace

/// __uint(name, N): a pointer to an array of N elements (libbpf's get_map_field_int); AllowEnum takes __ulong's form
/// too.
bool MapDefReader::readNumber(const btf::Member &M, uint64_t &Where, bool AllowEnum) {
  btf::Type T = Types.resolved(M.Type);
  if (AllowEnum && T.isEnum()) {
    if (T.enumerators().size() != 1)
      return fail(M.Name, "is an enum of {0} values, expected 1", T.enumerators().size());
    Where = T.enumerators().front().Value;
    return true;
  }
  if (T.TypeKind != Kind::Ptr)
    return fail(M.Name, "is of kind {0}, expected a number: __uint({1}, N)", toString(T.TypeKind), M.Name);
  btf::Type Array = Types.type(T.Ref);
  if (Array.TypeKind != Kind::Array)
    return fail(M.Name, "points to {0}, expected a number: __uint({1}, N)", toString(Array.TypeKind), M.Name);
  Where = Array.ElementCount;
  return true;
}

/// key_size or value_size, which may not contradict an earlier key or value.
bool MapDefReader::readSize(const btf::Member &M, uint64_t &Where) {
  uint64_t Size;
  if (!readNumber(M, Size))
    return false;
  if (Where && Where != Size)
    return fail(M.Name, "says {0} bytes, but an earlier member says {1}", Size, Where);
  Where = Size;
  return true;
}

/// __type(name, T): a pointer to T.
bool MapDefReader::readType(const btf::Member &M, uint32_t &TypeId, uint64_t &Size) {
  btf::Type T = Types.type(M.Type);
  if (T.TypeKind != Kind::Ptr)
    return fail(M.Name, "is of kind {0}, expected a type: __type({1}, T)", toString(T.TypeKind), M.Name);
  std::optional<uint64_t> PointeeSize = Types.sizeOf(T.Ref);
  if (!PointeeSize)
    return fail(M.Name, "names a type of unknown size ({0}{1}{2}); its definition must be visible",
                toString(Types.resolved(T.Ref).TypeKind), Types.resolved(T.Ref).Name.empty() ? "" : " ",
                Types.resolved(T.Ref).Name);
  if (Size && Size != *PointeeSize)
    return fail(M.Name, "is a type of {0} bytes, but an earlier member says {1}", *PointeeSize, Size);
  TypeId = T.Ref;
  Size = *PointeeSize;
  return true;
}

bool MapDefReader::readPinning(const btf::Member &M, MapDef &Map, bool IsInner) {
  uint64_t Value;
  if (IsInner)
    return fail(M.Name, "is not allowed in the definition of an inner map");
  if (!readNumber(M, Value))
    return false;
  if (Value > 1)
    return fail(M.Name, "is {0}, expected LIBBPF_PIN_NONE (0) or LIBBPF_PIN_BY_NAME (1)", Value);
  Map.IsPinnedByName = Value == 1;
  return true;
}

/// __array(values, T): what a map-in-map or prog_array holds.
bool MapDefReader::readValues(const btf::Type &Definition, size_t Index, MapDef &Map, bool IsInner) {
  btf::Member M = Definition.members()[Index];
  bool IsMapInMap = MapsOfMaps.contains(Map.Type);
  if (IsInner)
    return fail(M.Name, "is not allowed in the definition of an inner map: maps nest one level deep");
  if (Index + 1 != Definition.members().size())
    return fail(M.Name, "must be the last member");
  if (!IsMapInMap && Map.Type != MapType::ProgArray)
    return fail(M.Name, "is for BPF_MAP_TYPE_ARRAY_OF_MAPS, HASH_OF_MAPS and PROG_ARRAY only");
  if (Map.ValueSize && Map.ValueSize != 4)
    return fail(M.Name, "needs a value size of 4, not {0}", Map.ValueSize);
  btf::Type Array = Types.type(M.Type);
  if (Array.TypeKind != Kind::Array || Array.ElementCount)
    return fail(M.Name, "must be an array without a length: __array(values, T)");
  btf::Type Element = Types.resolved(Array.Ref);
  if (Element.TypeKind != Kind::Ptr)
    return fail(M.Name, "holds {0}, expected pointers: __array(values, T)", toString(Element.TypeKind));
  Map.ValueSize = 4;
  ValuesOffset = M.BitOffset / 8;
  btf::Type Pointee = Types.resolved(Element.Ref);
  if (!IsMapInMap) {
    Map.HoldsPrograms = true;
    return Pointee.TypeKind == Kind::FuncProto ||
           fail(M.Name, "points to {0}, expected a function: __array(values, int (void *))",
                toString(Pointee.TypeKind));
  }
  if (Pointee.TypeKind != Kind::Struct)
    return fail(M.Name, "points to {0}, expected the definition of the inner map, a struct",
                toString(Pointee.TypeKind));
  Map.Inner = std::make_unique<MapDef>();
  Map.Inner->Name = Map.Name + ".inner";
  Map.Inner->Outer = Map.Name;
  return read(Pointee, *Map.Inner, /*IsInner=*/true);
}

bool MapDefReader::readMember(const btf::Type &Definition, size_t Index, MapDef &Map, bool IsInner) {
  btf::Member M = Definition.members()[Index];
  if (M.Name.empty())
    return fail("", "member {0} of the definition has no name", Index + 1);
  Map.Members.push_back(M.Name.str());
  if (M.Name == "type") {
    uint64_t Number;
    if (!readNumber(M, Number))
      return false;
    Map.Type = static_cast<MapType>(Number);
    uint32_t Element = Types.type(Types.resolved(M.Type).Ref).Ref;
    if (btf::Type T = Types.resolved(Element); T.TypeKind == Kind::Struct || T.TypeKind == Kind::Union)
      Map.RecordType = Element;
    return true;
  }
  if (M.Name == "key")
    return readType(M, Map.KeyType, Map.KeySize);
  if (M.Name == "value")
    return readType(M, Map.ValueType, Map.ValueSize);
  if (M.Name == "key_size")
    return readSize(M, Map.KeySize);
  if (M.Name == "value_size")
    return readSize(M, Map.ValueSize);
  if (M.Name == "max_entries")
    return readNumber(M, Map.MaxEntries);
  if (M.Name == "map_flags")
    return readNumber(M, Map.Flags);
  if (M.Name == "map_extra")
    return readNumber(M, Map.Extra, /*AllowEnum=*/true);
  if (M.Name == "numa_node")
    return readNumber(M, Map.NumaNode);
  if (M.Name == "pinning")
    return readPinning(M, Map, IsInner);
  if (M.Name == "values")
    return readValues(Definition, Index, Map, IsInner);
  return fail(M.Name, "is unknown; expected type, key, value, key_size, value_size, max_entries, map_flags, map_extra, "
                      "numa_node, pinning or values");
}

bool MapDefReader::read(const btf::Type &Definition, MapDef &Map, bool IsInner) {
  for (size_t I = 0; I < Definition.members().size(); ++I)
    if (!readMember(Definition, I, Map, IsInner))
      return false;
  return Map.Type != MapType::Unspec ||
         fail("", "the definition{0} says no type: __uint(type, BPF_MAP_TYPE_…)", IsInner ? " of the inner map" : "");
}

/// The relocations in .maps say which maps or programs the slots of values start with, 8 bytes a slot.
bool MapDefReader::readInitialValues(const Symbol &Variable, uint64_t Offset, MapDef &Map) {
  uint64_t Start = Variable.Value + Offset;
  uint64_t End = Variable.Value + Variable.Size;
  for (const Relocation &R : Object.relocations()) {
    if (R.Section != Variable.Section || R.Offset < Variable.Value || R.Offset >= End)
      continue;
    const Symbol &Target = Object.symbols()[R.Symbol];
    if (R.Offset < Start || (R.Offset - Start) % 8)
      return fail("values", "is initialised at offset {0}, expected a multiple of 8 from {1}",
                  R.Offset - Variable.Value, Offset);
    if (Target.SymbolKind == Symbol::Kind::Section || Target.Name.empty())
      return fail("values", "is initialised with something static; maps and programs there must be global");
    Map.InitialValues.push_back({(R.Offset - Start) / 8, Target.Name.str()});
  }
  return true;
}

bool MapDefReader::readVariable(const btf::SectionVariable &Variable, MapDef &Map) {
  btf::Type Var = Types.type(Variable.Type);
  if (Var.Link == btf::Linkage::Static)
    return fail("", "the definition is static; maps must be global");
  if (Var.Link == btf::Linkage::Extern)
    return fail("", "its types say that it is extern, but it is defined here");
  btf::Type Definition = Types.resolved(Var.Ref);
  if (Definition.TypeKind != Kind::Struct)
    return fail("", "the definition is of kind {0}, expected a struct", toString(Definition.TypeKind));
  const Symbol *S = Object.findVariable(Name, ".maps");
  if (!S)
    return fail("", "there is no such symbol in section .maps");
  if (Definition.Size > S->Size)
    return fail("", "the definition's struct is {0} bytes, but the variable {1}", Definition.Size, S->Size);
  return read(Definition, Map, /*IsInner=*/false) && (!ValuesOffset || readInitialValues(*S, *ValuesOffset, Map));
}

/// What is wrong with \p Object as a whole; \p Message is the text.
static void reportObject(const BPFObject &Object, std::vector<Diagnostic> &Diagnostics, const char *Message) {
  Diagnostic D;
  D.Check = "bpf-map-definition";
  D.Object = Object.name().str();
  D.Message = Message;
  Diagnostics.push_back(std::move(D));
}

std::vector<MapDef> readMapDefs(const BPFObject &Object, std::vector<Diagnostic> &Diagnostics) {
  std::vector<MapDef> Maps;
  if (!Object.findSection(".maps"))
    return Maps;
  std::optional<btf::Type> Section = Object.findDataSection(".maps");
  if (!Section) {
    reportObject(Object, Diagnostics,
                 Object.types() ? "section .maps has no types in the BTF; compile with -g, GCC with -gbtf"
                                : "section .maps, but no BTF; compile with -g, GCC with -gbtf");
    return Maps;
  }
  // Compilers list the variables in any order; only symbols know where each is before the object is linked.
  auto InSection = Section->variables();
  std::vector<btf::SectionVariable> Variables(InSection.begin(), InSection.end());
  llvm::sort(Variables, [&](const btf::SectionVariable &A, const btf::SectionVariable &B) {
    auto Position = [&](const btf::SectionVariable &V) {
      const Symbol *S = Object.findVariable(Object.types()->type(V.Type).Name, ".maps");
      return std::pair(S ? S->Value : 0, V.Type);
    };
    return Position(A) < Position(B);
  });
  for (btf::SectionVariable Variable : Variables) {
    btf::Type Var = Object.types()->type(Variable.Type);
    MapDefReader Reader(Object, Var.Name, Diagnostics);
    MapDef Map;
    Map.Name = Var.Name.str();
    if (Var.TypeKind != Kind::Var || Var.Name.empty())
      reportObject(Object, Diagnostics, "section .maps holds something that is not a named variable");
    else if (Var.Link == btf::Linkage::Extern && !Object.findVariable(Var.Name, ".maps"))
      continue; // another object has it
    else if (Reader.readVariable(Variable, Map))
      Maps.push_back(std::move(Map));
  }
  return Maps;
}

HandleClass handleClass(MapType Type) {
  switch (Type) {
  case MapType::Hash:
  case MapType::LruHash:
  case MapType::LpmTrie:
  case MapType::DevmapHash:
  case MapType::Sockhash:
  case MapType::CgroupStorage:
    return {"hash_map", HandleClass::KeyAndValue};
  case MapType::PercpuHash:
  case MapType::LruPercpuHash:
  case MapType::PercpuCgroupStorage:
    return {"percpu_hash_map", HandleClass::KeyAndValue};
  case MapType::Array:
    return {"array_map", HandleClass::Value};
  case MapType::PercpuArray:
    return {"percpu_array_map", HandleClass::Value};
  case MapType::Devmap:
  case MapType::Cpumap:
  case MapType::Xskmap:
  case MapType::Sockmap:
  case MapType::ReuseportSockarray:
    return {"slot_map", HandleClass::Value};
  case MapType::Queue:
  case MapType::Stack:
    return {"queue_map", HandleClass::Value};
  case MapType::BloomFilter:
    return {"bloom_filter_map", HandleClass::Value};
  case MapType::SkStorage:
  case MapType::InodeStorage:
  case MapType::TaskStorage:
  case MapType::CgrpStorage:
    return {"local_storage_map", HandleClass::Value};
  case MapType::ArrayOfMaps:
  case MapType::HashOfMaps:
    return {"map_of_maps", HandleClass::KeyAndInner};
  case MapType::Ringbuf:
    return {"ring_buffer_map", HandleClass::Record};
  case MapType::PerfEventArray:
    return {"perf_event_array_map", HandleClass::Record};
  case MapType::UserRingbuf:
    return {"user_ring_buffer_map"};
  case MapType::ProgArray:
    return {"program_array_map"};
  case MapType::CgroupArray:
    return {"cgroup_array_map"};
  case MapType::StackTrace:
    return {"stack_trace_map"};
  case MapType::Arena:
    return {"arena_map"};
  default:
    return {"map"};
  }
}

} // namespace bpfbuild
