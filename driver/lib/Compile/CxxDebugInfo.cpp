//===- CxxDebugInfo.cpp - C++ as far as BTF can say it --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Debug information is a graph of nodes that refer to each other in circles, so it is changed in place: all nodes are
// collected, those of a kind that BTF lacks get a replacement, then every reference is led to that. What is no longer
// referred to falls away.
//===----------------------------------------------------------------------===//
#include "Compile/CxxDebugInfo.h"
#include "Compile/CxxKeywords.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

/// The operand of a DIType or DISubprogram that is its name.
static constexpr unsigned NameOperand = 2;

namespace {
class Reducer {
public:
  explicit Reducer(Module &M) : M(M), Builder(M, /*AllowUnresolved=*/false) {}

  void run();

private:
  void collect();
  void reach(Metadata *MD);
  void replaceType(DIType *T);
  void makeLocal(Function &F);
  DIType *replacementOf(DICompositeType *T);
  DIType *replacementOf(DIDerivedType *T);
  void redirect();
  void reduceElements(DICompositeType *T);
  DINode *memberOf(DINode *Element, DICompositeType *Owner);
  void name(DIType *T);
  std::string qualifiedName(const DIType *T) const;
  DIType *pointerTo(DIType *T) { return Builder.createPointerType(T, M.getDataLayout().getPointerSizeInBits()); }

  Module &M;
  DIBuilder Builder;
  SetVector<MDNode *> Nodes;
  DenseMap<Metadata *, Metadata *> Replacements;
  StringMap<const DIType *> Taken; ///< names of types
};
} // namespace

//===----------------------------------------------------------------------===//
// All nodes
//===----------------------------------------------------------------------===//

void Reducer::reach(Metadata *MD) {
  SmallVector<Metadata *> Worklist = {MD};
  while (!Worklist.empty()) {
    auto *Node = dyn_cast_or_null<MDNode>(Worklist.pop_back_val());
    if (Node && Nodes.insert(Node))
      append_range(Worklist, Node->operands());
  }
}

void Reducer::collect() {
  for (NamedMDNode &Named : M.named_metadata())
    for (MDNode *Node : Named.operands())
      reach(Node);
  SmallVector<std::pair<unsigned, MDNode *>> Attached;
  for (GlobalObject &Object : M.global_objects()) {
    Object.getAllMetadata(Attached);
    for (auto &[Kind, Node] : Attached)
      reach(Node);
  }
  for (Function &F : M)
    for (Instruction &I : instructions(F)) {
      reach(I.getDebugLoc());
      I.getAllMetadata(Attached); // of CO-RE accesses: the type
      for (auto &[Kind, Node] : Attached)
        reach(Node);
      for (DbgRecord &Record : I.getDbgRecordRange())
        if (auto *Variable = dyn_cast<DbgVariableRecord>(&Record))
          reach(Variable->getRawVariable());
    }
}

//===----------------------------------------------------------------------===//
// Kinds that BTF lacks
//===----------------------------------------------------------------------===//

/// A class is a struct.
DIType *Reducer::replacementOf(DICompositeType *T) {
  if (T->getTag() != dwarf::DW_TAG_class_type)
    return nullptr;
  return DICompositeType::getDistinct(M.getContext(), dwarf::DW_TAG_structure_type, T->getRawName(), T->getRawFile(),
                                      T->getLine(), T->getRawScope(), nullptr, T->getSizeInBits(), T->getAlignInBits(),
                                      T->getOffsetInBits(), T->getFlags(), T->getRawElements(), T->getRuntimeLang(),
                                      std::nullopt, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                                      nullptr, T->getRawAnnotations());
}

DIType *Reducer::replacementOf(DIDerivedType *T) {
  switch (T->getTag()) {
  case dwarf::DW_TAG_reference_type:
  case dwarf::DW_TAG_rvalue_reference_type:
    return pointerTo(T->getBaseType());
  case dwarf::DW_TAG_ptr_to_member_type: // an offset, or a pair of words
    return T->getSizeInBits() <= 64
               ? static_cast<DIType *>(Builder.createBasicType("long", 64, dwarf::DW_ATE_signed))
               : Builder.createArrayType(
                     T->getSizeInBits(), 0, Builder.createBasicType("long", 64, dwarf::DW_ATE_signed),
                     Builder.getOrCreateArray(Builder.getOrCreateSubrange(0, T->getSizeInBits() / 64)));
  case dwarf::DW_TAG_atomic_type:
  case dwarf::DW_TAG_immutable_type:
    return T->getBaseType();
  case dwarf::DW_TAG_template_alias:
    return Builder.createTypedef(T->getBaseType(), T->getName(), T->getFile(), T->getLine(), T->getScope());
  default:
    return nullptr;
  }
}

void Reducer::replaceType(DIType *T) {
  DIType *Replacement = nullptr;
  if (auto *Composite = dyn_cast<DICompositeType>(T))
    Replacement = replacementOf(Composite);
  else if (auto *Derived = dyn_cast<DIDerivedType>(T))
    Replacement = replacementOf(Derived);
  else if (T->getTag() == dwarf::DW_TAG_unspecified_type) // std::nullptr_t
    Replacement = pointerTo(nullptr);
  else if (auto *Basic = dyn_cast<DIBasicType>(T); Basic && Basic->getEncoding() == dwarf::DW_ATE_UTF) // char8_t …
    Replacement = Builder.createBasicType(T->getName(), T->getSizeInBits(), dwarf::DW_ATE_unsigned);
  if (Replacement)
    Replacements[T] = Replacement;
}

/// BTF calls a function static if its description says so, which is from before dissolveComdats(). The verifier checks
/// static functions where they are called.
void Reducer::makeLocal(Function &F) {
  DISubprogram *P = F.getSubprogram();
  if (!P || !F.hasLocalLinkage() || P->isLocalToUnit())
    return;
  DISubprogram *Local = DISubprogram::getDistinct(
      M.getContext(), P->getRawScope(), P->getRawName(), P->getRawLinkageName(), P->getRawFile(), P->getLine(),
      P->getRawType(), P->getScopeLine(), P->getRawContainingType(), P->getVirtualIndex(), P->getThisAdjustment(),
      P->getFlags(), P->getSPFlags() | DISubprogram::SPFlagLocalToUnit, P->getRawUnit(), nullptr, nullptr,
      P->getRawRetainedNodes(), nullptr, P->getRawAnnotations(), nullptr);
  Replacements[P] = Local;
  F.setSubprogram(Local);
}

/// Leads every reference to a replaced node to what stands for it.
void Reducer::redirect() {
  auto Final = [&](Metadata *MD) {
    for (auto It = Replacements.find(MD); It != Replacements.end(); It = Replacements.find(MD))
      MD = It->second;
    return MD;
  };
  for (auto &[Old, New] : Replacements)
    reach(New);
  for (size_t I = 0; I < Nodes.size(); ++I) { // by index: it does not grow, but operands change
    MDNode *Node = Nodes[I];
    for (unsigned Operand = 0; Operand < Node->getNumOperands(); ++Operand)
      if (Metadata *Old = Node->getOperand(Operand); Old && Replacements.contains(Old))
        Node->replaceOperandWith(Operand, Final(Old));
  }
  for (Function &F : M)
    for (Instruction &I : instructions(F)) {
      SmallVector<std::pair<unsigned, MDNode *>> Attached;
      I.getAllMetadataOtherThanDebugLoc(Attached);
      for (auto &[Kind, Node] : Attached)
        if (Replacements.contains(Node))
          I.setMetadata(Kind, cast<MDNode>(Final(Node)));
    }
}

/// Every run of characters that an identifier cannot have becomes one underscore.
static std::string asIdentifier(StringRef Name) {
  std::string Result;
  for (char C : Name)
    if (isAlnum(C) || C == '_')
      Result += C;
    else if (!Result.empty() && Result.back() != '_')
      Result += '_';
  while (!Result.empty() && Result.back() == '_' && !Name.ends_with("_"))
    Result.pop_back();
  return !Result.empty() && isDigit(Result.front()) ? "_" + Result : Result;
}

//===----------------------------------------------------------------------===//
// Members
//===----------------------------------------------------------------------===//

/// False for what takes no room as a base.
static bool hasData(const DICompositeType *T) {
  return any_of(T->getElements(), [](const DINode *Element) {
    const auto *Member = dyn_cast_or_null<DIDerivedType>(Element);
    if (!Member || Member->isStaticMember())
      return false;
    const auto *Base = dyn_cast_or_null<DICompositeType>(Member->getBaseType());
    return Member->getTag() == dwarf::DW_TAG_member || (Base && hasData(Base));
  });
}

/// The element as a member; null if it is none that has data.
DINode *Reducer::memberOf(DINode *Element, DICompositeType *Owner) {
  auto *Member = dyn_cast_or_null<DIDerivedType>(Element);
  if (!Member || Member->isStaticMember())
    return nullptr;
  if (Member->getTag() == dwarf::DW_TAG_member)
    return Member;
  if (Member->getTag() != dwarf::DW_TAG_inheritance || Member->isVirtual())
    return nullptr;
  auto *Base = dyn_cast_or_null<DICompositeType>(Member->getBaseType());
  if (!Base || !hasData(Base))
    return nullptr;
  std::string Name = asIdentifier(Base->getName());
  return Builder.createMemberType(Owner, Name.empty() ? "base" : Name, Owner->getFile(), 0, Base->getSizeInBits(), 0,
                                  Member->getOffsetInBits(), DINode::FlagZero, Base);
}

void Reducer::reduceElements(DICompositeType *T) {
  if (T->getTag() != dwarf::DW_TAG_structure_type && T->getTag() != dwarf::DW_TAG_union_type)
    return;
  SmallVector<Metadata *> Members;
  for (DINode *Element : T->getElements())
    if (DINode *Member = memberOf(Element, T))
      Members.push_back(Member);
  T->replaceElements(Builder.getOrCreateArray(Members));
  if (T->getTemplateParams())
    T->replaceTemplateParams(nullptr);
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// The type's name behind those of the namespaces and classes that it is in.
std::string Reducer::qualifiedName(const DIType *T) const {
  std::string Name = asIdentifier(T->getName());
  for (const DIScope *Scope = T->getScope(); Scope; Scope = Scope->getScope()) {
    if (!isa<DINamespace, DICompositeType>(Scope))
      continue;
    std::string Part = asIdentifier(Scope->getName());
    Name = Part + (Part.empty() ? "" : "_") + Name;
  }
  return Name;
}

/// The name that the kernel has for what vmlinux.h calls class_.
static StringRef nameInKernel(const DIType *T) {
  StringRef Name = T->getName();
  bool IsOfKernel = T->getFile() && isVmlinuxHeader(sys::path::filename(T->getFile()->getFilename()));
  return IsOfKernel && Name.ends_with("_") && is_contained(CxxKeywords, Name.drop_back()) ? Name.drop_back() : Name;
}

void Reducer::name(DIType *T) {
  if (T->getName().empty())
    return;
  auto SetName = [&](StringRef Name) {
    if (Name != T->getName())
      T->replaceOperandWith(NameOperand, MDString::get(M.getContext(), Name));
  };
  if (StringRef Name = nameInKernel(T); Name != T->getName())
    return SetName(Name);
  if (T->getTag() == dwarf::DW_TAG_member)
    return SetName(asIdentifier(T->getName()));
  if (isa<DIBasicType>(T))
    return;
  std::string Name = qualifiedName(T);
  if (Name == T->getName()) // as in C: two types of one name are one
    return;
  std::string Unique = Name;
  for (unsigned Number = 2; !Taken.try_emplace(Unique, T).second; ++Number)
    Unique = Name + "_" + utostr(Number);
  SetName(Unique);
}

void Reducer::run() {
  collect();
  for (MDNode *Node : Nodes.getArrayRef())
    if (auto *T = dyn_cast<DIType>(Node))
      replaceType(T);
  for (Function &F : M)
    makeLocal(F);
  redirect();
  // Names come last: a member of a type has the type's old name in its own.
  std::vector<DIType *> Types;
  for (MDNode *Node : Nodes.getArrayRef())
    if (auto *T = dyn_cast<DIType>(Node); T && !Replacements.contains(T))
      Types.push_back(T);
  for (DIType *T : Types)
    if (auto *Composite = dyn_cast<DICompositeType>(T))
      reduceElements(Composite);
  for (DIType *T : Types)
    name(T);
  for (Function &F : M)
    if (DISubprogram *Program = F.getSubprogram())
      Program->replaceOperandWith(NameOperand, MDString::get(M.getContext(), F.getName()));
}

void reduceDebugInfo(Module &M) {
  if (M.debug_compile_units().empty())
    return;
  Reducer(M).run();
}

void dissolveComdats(Module &M) {
  for (GlobalObject &Object : M.global_objects()) {
    Object.setComdat(nullptr);
    if (!isa<Function>(Object) || Object.isDeclaration() || !Object.hasLinkOnceLinkage())
      continue;
    // libbpf finds programs by their global symbols.
    bool IsProgram = Object.hasSection();
    Object.setLinkage(IsProgram ? GlobalValue::ExternalLinkage : GlobalValue::InternalLinkage);
  }
}

std::vector<std::string> namePrograms(Module &M) {
  std::vector<std::string> Clashes;
  auto Rename = [&](GlobalObject &Object, StringRef Name) {
    if (Name.empty() || Object.getName() == Name || asIdentifier(Name) != Name)
      return;
    if (M.getNamedValue(Name))
      Clashes.push_back(Name.str());
    else
      Object.setName(Name);
  };
  for (Function &F : M)
    if (F.hasSection() && !F.isDeclaration() && F.getSubprogram())
      Rename(F, F.getSubprogram()->getName());
  for (GlobalVariable &Variable : M.globals()) {
    SmallVector<DIGlobalVariableExpression *> Debug;
    Variable.getDebugInfo(Debug);
    if (Variable.hasSection() && Variable.getSection() == ".maps" && !Debug.empty())
      Rename(Variable, Debug.front()->getVariable()->getName());
  }
  return Clashes;
}

} // namespace bpfbuild
