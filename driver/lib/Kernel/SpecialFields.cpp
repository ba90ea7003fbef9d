//===- SpecialFields.cpp - locks, timers and kptrs in values --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Kernel/SpecialFields.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace bpfbuild {

using btf::Kind;
using btf::Type;

namespace {
using M = MapType;

constexpr MapTypeSet Lockable{M::Hash, M::Array, M::CgroupStorage, LocalStorages};
constexpr MapTypeSet Timed{M::Hash, M::LruHash, M::Array};
constexpr MapTypeSet Owning{M::Hash,  M::PercpuHash,  M::LruHash,   M::LruPercpuHash,
                            M::Array, M::PercpuArray, LocalStorages};
constexpr MapTypeSet Rooted{M::Hash, M::Array};

/// What took kernel pointers at first, and the kernels whose other hash tables and local storages do, too.
constexpr MapTypeSet OwningAtFirst{M::Hash, M::LruHash, M::Array, M::PercpuArray};
constexpr KernelVersion OwnsEverywhere = {6, 4};

// Name, tag, size, alignment, once, repeats, root, map types, since.
constexpr SpecialField Fields[] = {
    {"bpf_spin_lock", false, 4, 4, true, false, false, Lockable, {5, 1}},
    {"bpf_res_spin_lock", false, 4, 4, true, false, false, Lockable, {6, 15}},
    {"bpf_timer", false, 16, 8, true, false, false, Timed, {5, 15}},
    {"bpf_wq", false, 16, 8, true, false, false, Timed, {6, 10}},
    {"bpf_task_work", false, 8, 8, true, false, false, Timed, {6, 18}},
    {"kptr", true, 8, 8, false, true, false, Owning, {5, 19}},
    {"kptr_untrusted", true, 8, 8, false, true, false, Owning, {5, 19}},
    {"percpu_kptr", true, 8, 8, false, true, false, Owning, {6, 7}},
    {"uptr", true, 8, 8, false, true, false, M::TaskStorage, {6, 13}},
    {"bpf_list_head", false, 16, 8, false, true, true, Rooted, {6, 2}},
    {"bpf_rb_root", false, 16, 8, false, true, true, Rooted, {6, 3}},
    {"bpf_refcount", false, 4, 4, false, false, false, Owning, {6, 4}},
};

/// BTF_FIELDS_MAX, and the kernels that look into arrays and nested structs.
constexpr size_t MaxFields = 11;
constexpr KernelVersion LooksInside = {6, 11};
constexpr unsigned MaxLevel = 32;

/// One walk through a value.
class FieldFinder {
public:
  FieldFinder(const btf::BTF &Types, KernelVersion Kernel) : Types(Types), Kernel(Kernel) {}
  FieldScan run(uint32_t Id);

private:
  bool walkStruct(uint32_t Id, uint64_t Offset, const std::string &Prefix, unsigned Level);
  bool walkMember(uint32_t Struct, uint32_t Index, uint64_t Offset, const std::string &Prefix, unsigned Level,
                  SmallPtrSetImpl<const SpecialField *> &Seen);
  bool repeat(size_t First, uint64_t Count, uint64_t Size, StringRef Member);
  bool checkRoot(const SpecialField &Field, uint32_t Struct, uint32_t Index, StringRef Member);
  bool checkTogether();
  bool add(const FoundField &Found, StringRef Member);
  const SpecialField *fieldOf(const Type &T, StringRef Member);
  const SpecialField *fieldOfPointer(const Type &T, StringRef Member);
  uint32_t targetOf(const Type &T) const;

  bool fail(int Errno, StringRef Member, const Twine &Problem) {
    Result.Errno = Errno;
    Result.Member = Member.str();
    Result.Problem = Problem.str();
    HasFailed = true;
    return false;
  }

  const btf::BTF &Types;
  KernelVersion Kernel;
  FieldScan Result;
  bool HasFailed = false;
};
} // namespace

/// The record is one of all fields, or of none.
FieldScan FieldFinder::run(uint32_t Id) {
  Type Value = Types.resolved(Id);
  if (Value.TypeKind == Kind::Struct)
    if (!walkStruct(Types.resolve(Id), 0, "", 0) || !checkTogether())
      Result.Fields.clear();
  return std::move(Result);
}

bool FieldFinder::walkStruct(uint32_t Id, uint64_t Offset, const std::string &Prefix, unsigned Level) {
  if (Level >= MaxLevel)
    return fail(7, Prefix, "is nested too deep");
  SmallPtrSet<const SpecialField *, 4> Seen;
  uint32_t Count = Types.type(Id).members().size();
  for (uint32_t Index = 0; Index < Count; ++Index)
    if (!walkMember(Id, Index, Offset, Prefix, Level, Seen))
      return false;
  return true;
}

/// btf_find_field_one(). A union is not looked into.
bool FieldFinder::walkMember(uint32_t Struct, uint32_t Index, uint64_t Offset, const std::string &Prefix,
                             unsigned Level, SmallPtrSetImpl<const SpecialField *> &Seen) {
  btf::Member M = Types.type(Struct).members()[Index];
  std::string Member = Prefix + M.Name.str();
  if (M.BitOffset % 8)
    return true;
  uint64_t At = Offset + M.BitOffset / 8, Elements = 1;
  uint32_t Id = M.Type;
  if (Types.type(Id).TypeKind == Kind::Array && Kernel < LooksInside)
    return true;
  for (; Types.type(Id).TypeKind == Kind::Array; Id = Types.type(Id).Ref)
    Elements *= std::min<uint64_t>(Types.type(Id).ElementCount, UINT32_MAX / std::max<uint64_t>(Elements, 1) + 1);
  if (Elements == 0)
    return true;
  Type T = Types.type(Id);
  const SpecialField *Field = fieldOf(T, Member);
  if (HasFailed)
    return false;
  size_t First = Result.Fields.size();
  if (!Field) {
    if (T.TypeKind != Kind::Struct || Kernel < LooksInside)
      return true;
    return walkStruct(Id, At, Member + ".", Level + 1) && repeat(First, Elements, T.Size, Member);
  }
  if (Field->IsOnce && !Seen.insert(Field).second)
    return fail(7, Member, formatv("is the second {0} in one struct", Field->Name));
  if (At % Field->Align || (!Field->IsTag && T.Size != Field->Size))
    return true;
  if (Field->IsRoot && !checkRoot(*Field, Struct, Index, Member))
    return false;
  return add({Field, At, Field->IsTag ? targetOf(T) : 0}, Member) && repeat(First, Elements, Field->Size, Member);
}

bool FieldFinder::add(const FoundField &Found, StringRef Member) {
  if (Result.Fields.size() == MaxFields)
    return fail(7, Member, formatv("is the {0}th special field, of at most {1}", MaxFields + 1, MaxFields));
  Result.Fields.push_back(Found);
  return true;
}

/// btf_repeat_fields(): what was found from \p First on, in an array of \p Count elements.
bool FieldFinder::repeat(size_t First, uint64_t Count, uint64_t Size, StringRef Member) {
  size_t Found = Result.Fields.size() - First;
  if (Count == 1 || Found == 0)
    return true;
  for (size_t I = 0; I < Found; ++I)
    if (const SpecialField &Field = *Result.Fields[First + I].Field; !Field.CanRepeat)
      return fail(22, Member, formatv("is an array of {0}; the kernel looks after one", Field.Name));
  if (Found * Count > MaxFields - First)
    return fail(7, Member, formatv("makes it {0} special fields, of at most {1}", First + Found * Count, MaxFields));
  for (uint64_t Element = 1; Element < Count; ++Element)
    for (size_t I = 0; I < Found; ++I) {
      FoundField Next = Result.Fields[First + I];
      Next.Offset += Element * Size;
      Result.Fields.push_back(Next);
    }
  return true;
}

/// btf_get_field_type(): a struct counts by its own name, not through a typedef or const.
const SpecialField *FieldFinder::fieldOf(const Type &T, StringRef Member) {
  if (T.TypeKind != Kind::Struct)
    return fieldOfPointer(T, Member);
  const auto *It = find_if(Fields, [&](const SpecialField &F) { return !F.IsTag && T.Name == F.Name; });
  return It != std::end(Fields) && It->Since <= Kernel ? It : nullptr;
}

/// btf_find_kptr(): a pointer to one type tag to a struct. It may be volatile since Linux 6.2.
const SpecialField *FieldFinder::fieldOfPointer(const Type &T, StringRef Member) {
  Type Pointer = T.TypeKind == Kind::Volatile && Kernel >= KernelVersion{6, 2} ? Types.type(T.Ref) : T;
  if (Pointer.TypeKind != Kind::Ptr)
    return nullptr;
  Type Tag = Types.type(Pointer.Ref);
  if (Tag.TypeKind != Kind::TypeTag)
    return nullptr;
  if (Types.type(Tag.Ref).TypeKind == Kind::TypeTag)
    return fail(22, Member, "has two type tags"), nullptr;
  // kptr was kptr_ref before 6.4, and what is kptr_untrusted now was kptr.
  StringRef Name = Tag.Name;
  if (Kernel < KernelVersion{6, 4})
    Name = Name == "kptr_ref" ? "kptr" : Name == "kptr" ? "kptr_untrusted" : Name == "kptr_untrusted" ? "" : Name;
  const auto *It = find_if(Fields, [&](const SpecialField &F) { return F.IsTag && Name == F.Name; });
  if (It == std::end(Fields) || It->Since > Kernel)
    return fail(22, Member, formatv("has the type tag '{0}', which the kernel does not know", Tag.Name)),
           Result.HasUnknownTag = true, nullptr;
  if (Types.resolved(Tag.Ref).TypeKind != Kind::Struct)
    return fail(22, Member, "is a kernel pointer to what is no struct with a definition"), nullptr;
  return It;
}

/// The struct behind a tagged pointer, which may be volatile.
uint32_t FieldFinder::targetOf(const Type &T) const {
  uint32_t Tag = T.TypeKind == Kind::Volatile ? Types.type(T.Ref).Ref : T.Ref;
  return Types.resolve(Tag);
}

/// The text of the declaration tag of member \p Index that begins with contains:, without that.
static StringRef findContains(const btf::BTF &Types, uint32_t Struct, uint32_t Index) {
  for (const btf::BTF::Definition &D : Types.definitions()) {
    Type Tag = Types.type(D.Id);
    StringRef Text = Tag.Name;
    if (Tag.TypeKind == Kind::DeclTag && Tag.Ref == Struct && Tag.Component == static_cast<int32_t>(Index) &&
        Text.consume_front("contains:"))
      return Text;
  }
  return "";
}

/// btf_find_graph_root() and btf_parse_graph_root(): the tag must name a struct, and in it a node.
bool FieldFinder::checkRoot(const SpecialField &Field, uint32_t Struct, uint32_t Index, StringRef Member) {
  auto [StructName, NodeName] = findContains(Types, Struct, Index).split(':');
  StringRef NodeType = Field.Name == "bpf_list_head" ? "bpf_list_node" : "bpf_rb_node";
  if (StructName.empty() || NodeName.empty())
    return fail(22, Member, "has no __contains(STRUCT, NODE)");
  uint32_t Contained = Types.find(StructName, Kind::Struct);
  if (!Contained)
    return fail(2, Member, formatv("contains struct {0}, which is not there", StructName));
  for (btf::Member M : Types.type(Contained).members())
    if (M.Name == NodeName && Types.type(M.Type).Name == NodeType)
      return true;
  return fail(2, Member, formatv("contains struct {0}, which has no {1} {2}", StructName, NodeType, NodeName));
}

/// What btf_parse_fields() asks of all fields together.
bool FieldFinder::checkTogether() {
  auto Has = [this](StringRef Name) {
    return any_of(Result.Fields, [&](const FoundField &F) { return F.Field->Name == Name; });
  };
  bool HasRoot = any_of(Result.Fields, [](const FoundField &F) { return F.Field->IsRoot; });
  if (Has("bpf_spin_lock") && Has("bpf_res_spin_lock"))
    return fail(22, "", "has a bpf_spin_lock and a bpf_res_spin_lock");
  if (HasRoot && !Has("bpf_spin_lock") && !Has("bpf_res_spin_lock"))
    return fail(22, "", "has a list or tree, but no lock");
  return true;
}

MapTypeSet typesWith(const SpecialField &Field, KernelVersion Kernel) {
  return Field.IsTag && Kernel < OwnsEverywhere ? OwningAtFirst : Field.Types;
}

ArrayRef<SpecialField> specialFields() {
  return Fields;
}

FieldScan scanSpecialFields(const btf::BTF &Types, uint32_t Id, KernelVersion Kernel) {
  return Id < Types.size() ? FieldFinder(Types, Kernel).run(Id) : FieldScan();
}

int checkSpecialStructs(const btf::BTF &Types, KernelVersion Kernel, uint32_t &Struct) {
  static constexpr StringLiteral Names[] = {"bpf_spin_lock", "bpf_list_head", "bpf_list_node",
                                            "bpf_rb_root",   "bpf_rb_node",   "bpf_refcount"};
  if (Kernel < KernelVersion{6, 2})
    return 0;
  for (const btf::BTF::Definition &D : Types.definitions()) {
    if (D.TypeKind != Kind::Struct)
      continue;
    bool IsNode = false, IsOther = false;
    for (btf::Member M : Types.type(D.Id).members()) {
      Type T = Types.type(M.Type);
      if (T.TypeKind != Kind::Struct || !is_contained(Names, T.Name.ref()))
        continue;
      (T.Name.ref().ends_with("_node") ? IsNode : IsOther) = true;
    }
    if (!IsOther || IsNode)
      continue;
    Struct = D.Id;
    FieldScan Scan = scanSpecialFields(Types, D.Id, Kernel);
    if (Scan.Errno)
      return Scan.Errno;
    if (Scan.Fields.empty())
      return 14; // EFAULT: there is something in it, but nothing that counts
  }
  return 0;
}

} // namespace bpfbuild
