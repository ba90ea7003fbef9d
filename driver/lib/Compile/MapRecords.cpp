//===- MapRecords.cpp - records of ring buffers ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// BTF is made of debug information: a definition is changed there. Nodes are shared, so changed ones are copies.
//===----------------------------------------------------------------------===//
#include "Compile/MapRecords.h"
#include "Compile/Cxx/CxxDebugInfo.h"
#include "Compile/DebugInfo.h"
#include "Kernel/MapTypes.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;

namespace bpfbuild {

/// The operand of \p Node that is \p Value; their numbers differ from one LLVM to the next.
static unsigned operandOf(const MDNode &Node, const Metadata *Value) {
  return static_cast<unsigned>(find(Node.operands(), Value) - Node.op_begin());
}

/// A copy of \p Node with \p New in the place of \p Old.
template <typename T> static T *withOperand(const T *Node, const Metadata *Old, Metadata *New) {
  auto Copy = Node->clone();
  Copy->replaceOperandWith(operandOf(*Node, Old), New);
  return MDNode::replaceWithUniqued(std::move(Copy));
}

/// A copy of \p Node, a member, pointer or array, that is of \p Type.
template <typename T> static T *withType(const T *Node, Metadata *Type) {
  return withOperand(Node, Node->getRawBaseType(), Type);
}

static DICompositeType *withElements(const DICompositeType *Node, ArrayRef<Metadata *> Elements) {
  return withOperand(Node, Node->getRawElements(), MDTuple::get(Node->getContext(), Elements));
}

namespace {
/// A member that __uint() made, `int (*name)[number]`, or nothing.
struct NumberMember {
  DIDerivedType *Member = nullptr, *Pointer = nullptr;
  DICompositeType *Array = nullptr;
  uint64_t Number = 0;
};
} // namespace

static NumberMember readNumber(DIDerivedType *Member) {
  NumberMember Result{Member};
  Result.Pointer = dyn_cast_or_null<DIDerivedType>(Member->getBaseType());
  if (!Result.Pointer || Result.Pointer->getTag() != dwarf::DW_TAG_pointer_type)
    return {};
  Result.Array = dyn_cast_or_null<DICompositeType>(Result.Pointer->getBaseType());
  if (!Result.Array || Result.Array->getTag() != dwarf::DW_TAG_array_type || Result.Array->getElements().size() != 1)
    return {};
  auto *Range = dyn_cast<DISubrange>(Result.Array->getElements()[0]);
  auto *Count = Range ? dyn_cast_if_present<ConstantInt *>(Range->getCount()) : nullptr;
  if (!Count || Count->isNegative())
    return {};
  Result.Number = Count->getZExtValue();
  return Result;
}

/// \p Of with another length of its array, and another name.
static DIDerivedType *withNumber(const NumberMember &Of, StringRef Name, uint64_t Number) {
  LLVMContext &Context = Of.Member->getContext();
  auto *Array = withElements(Of.Array, {DISubrange::get(Context, static_cast<int64_t>(Number))});
  auto *Member = withType(Of.Member, withType(Of.Pointer, Array));
  return withOperand(Member, Member->getRawName(), MDString::get(Context, Name));
}

/// The members of \p Definition with the type of its records in the place of the type's number's; none where it has no
/// records to move.
static SmallVector<Metadata *> movedMembers(const DICompositeType &Definition) {
  NumberMember Type;
  DIType *Record = nullptr;
  StringSet<> Names;
  for (DINode *Element : Definition.getElements()) {
    auto *Member = dyn_cast<DIDerivedType>(Element);
    if (!Member || Member->getTag() != dwarf::DW_TAG_member)
      return {};
    Names.insert(Member->getName());
    if (Member->getName() == "type")
      Type = readNumber(Member);
    auto *Pointer = dyn_cast_or_null<DIDerivedType>(Member->getBaseType());
    if (Member->getName() == "value" && Pointer && Pointer->getTag() == dwarf::DW_TAG_pointer_type)
      Record = Pointer->getBaseType();
  }
  auto *Struct = dyn_cast_or_null<DICompositeType>(withoutNames(Record));
  auto Kind = static_cast<MapType>(Type.Number);
  bool IsPerf = Kind == MapType::PerfEventArray;
  if (!Type.Member || !Struct ||
      !is_contained({MapType::Ringbuf, MapType::UserRingbuf, MapType::PerfEventArray}, Kind) ||
      !is_contained({dwarf::DW_TAG_structure_type, dwarf::DW_TAG_union_type}, Struct->getTag()))
    return {};
  constexpr uint64_t DescriptorSize = 4;
  SmallVector<Metadata *> Members;
  for (DINode *Element : Definition.getElements()) {
    StringRef Name = cast<DIDerivedType>(Element)->getName();
    if (Name == "value")
      continue;
    if (Name != "type") {
      Members.push_back(Element);
      continue;
    }
    Members.push_back(withType(Type.Member, withType(Type.Pointer, withType(Type.Array, Record))));
    // New members have the type's place, and stand behind it: the kernel wants places that never decrease.
    if (IsPerf && !Names.contains("key") && !Names.contains("key_size"))
      Members.push_back(withNumber(Type, "key_size", DescriptorSize));
    if (IsPerf)
      Members.push_back(withNumber(Type, "value_size", DescriptorSize));
  }
  return Members;
}

void moveRecordTypes(Module &M) {
  for (GlobalVariable &Variable : M.globals()) {
    if (Variable.getSection() != MapSection)
      continue;
    SmallVector<DIGlobalVariableExpression *> Debug;
    Variable.getDebugInfo(Debug);
    for (DIGlobalVariableExpression *Expression : Debug) {
      auto *Definition = dyn_cast_or_null<DICompositeType>(withoutNames(Expression->getVariable()->getType()));
      SmallVector<Metadata *> Members = Definition ? movedMembers(*Definition) : SmallVector<Metadata *>();
      if (!Members.empty())
        Expression->getVariable()->replaceOperandWith(
            operandOf(*Expression->getVariable(), Expression->getVariable()->getRawType()),
            withElements(Definition, Members));
    }
  }
}

} // namespace bpfbuild
