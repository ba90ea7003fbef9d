//===- CxxDebugInfo.cpp - C++ as far as BTF can say it --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Debug information is a graph of nodes that refer to each other in circles, so it is changed in place: all nodes are
// collected, those of a kind that BTF lacks get a replacement, then every reference is led to that. What is no longer
// referred to falls away.
//===----------------------------------------------------------------------===//
#include "Compile/Cxx/CxxDebugInfo.h"
#include "Compile/Checks/Limits.h"
#include "Compile/Cxx/CxxKeywords.h"
#include "Compile/DebugInfo.h"
#include "Compile/EmbeddedHeaders.h"
#include "Compile/LLVMVersion.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"
#include <map>

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
  void findMaps();
  void relocateStructs();
  void addMap(DIType *T);
  void addMembers(DICompositeType *T, DICompositeType *Map, SmallVectorImpl<Metadata *> &Members);
  DINode *asMapMember(DIDerivedType *Member, DICompositeType *Map);
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
  SetVector<DICompositeType *> Maps;
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
  return asStruct(*T);
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

/// Every run of characters that an identifier cannot have becomes one underscore; numbers lose their U, L and the like.
static std::string asIdentifier(StringRef Name) {
  std::string Result;
  for (size_t I = 0; I < Name.size(); ++I) {
    bool BeginsNumber = isDigit(Name[I]) && I != 0 && !isAlnum(Name[I - 1]) && Name[I - 1] != '_';
    if (BeginsNumber) {
      StringRef Digits = Name.substr(I).take_while(isDigit);
      size_t Suffix = Name.substr(I + Digits.size()).take_while([](char C) { return C == 'U' || C == 'L'; }).size();
      Result += Digits;
      I += Digits.size() + Suffix - 1;
    } else if (isAlnum(Name[I]) || Name[I] == '_') {
      Result += Name[I];
    } else if (!Result.empty() && Result.back() != '_') {
      Result += '_';
    }
  }
  while (!Result.empty() && Result.back() == '_' && !Name.ends_with("_"))
    Result.pop_back();
  return !Result.empty() && isDigit(Result.front()) ? "_" + Result : Result;
}

/// A name as long as all kernels take it (KSYM_NAME_LEN, 128 until 6.0): what is too long ends in its hash.
static std::string shortened(StringRef Name) {
  constexpr size_t Longest = 120; // with room for a number
  if (Name.size() <= Longest)
    return Name.str();
  std::string Hash = utohexstr(xxh3_64bits(Name), /*LowerCase=*/true);
  return (Name.take_front(Longest - 1 - Hash.size()) + "_" + Hash).str();
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

/// The type without typedefs and qualifiers.
static DICompositeType *compositeOf(DIType *T) {
  return dyn_cast_or_null<DICompositeType>(withoutNames(T));
}

/// Definitions of maps, also those that maps of maps have as their values.
void Reducer::findMaps() {
  for (GlobalVariable &Variable : M.globals())
    if (const DIGlobalVariable *V = descriptionOf(Variable); V && Variable.getSection() == MapSection)
      addMap(V->getType());
}

void Reducer::addMap(DIType *T) {
  DICompositeType *Map = compositeOf(T);
  if (!Map || !Maps.insert(Map))
    return;
  SmallVector<Metadata *> Members;
  addMembers(Map, Map, Members);
  Map->replaceElements(Builder.getOrCreateArray(Members));
}

/// Adds the members of \p T, a map or its base, to those of the map, for libbpf looks for them there. values, which C++
/// cannot leave open at its end, is an open array again.
void Reducer::addMembers(DICompositeType *T, DICompositeType *Map, SmallVectorImpl<Metadata *> &Members) {
  for (DINode *Element : T->getElements()) {
    auto *Member = dyn_cast_or_null<DIDerivedType>(Element);
    if (!Member || Member->isStaticMember())
      continue;
    if (Member->getTag() == dwarf::DW_TAG_member)
      Members.push_back(asMapMember(Member, Map));
    else if (auto *Base = dyn_cast_or_null<DICompositeType>(Member->getBaseType());
             Base && Member->getTag() == dwarf::DW_TAG_inheritance)
      addMembers(Base, Map, Members);
  }
}

DINode *Reducer::asMapMember(DIDerivedType *Member, DICompositeType *Map) {
  DIType *T = Member->getBaseType();
  if (auto *Array = dyn_cast_or_null<DICompositeType>(T);
      Array && Member->getName() == "values" && Array->getTag() == dwarf::DW_TAG_array_type) {
    if (auto *Pointer = dyn_cast_or_null<DIDerivedType>(Array->getBaseType()))
      addMap(Pointer->getBaseType());
    T = Builder.createArrayType(0, 0, Array->getBaseType(),
                                Builder.getOrCreateArray(Builder.getOrCreateSubrange(0, int64_t(0))));
  }
  return Builder.createMemberType(Map, Member->getName(), Map->getFile(), Map->getLine(), Member->getSizeInBits(), 0,
                                  Member->getOffsetInBits(), DINode::FlagZero, T);
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
    return SetName(shortened(asIdentifier(T->getName())));
  if (isa<DIBasicType>(T))
    return;
  std::string Name = shortened(qualifiedName(T));
  if (Name == T->getName()) // as in C: two types of one name are one
    return;
  std::string Unique = Name;
  for (unsigned Number = 2; !Taken.try_emplace(Unique, T).second; ++Number)
    Unique = Name + "_" + utostr(Number);
  SetName(Unique);
}

/// A relocated access through an alias, using task = task_struct, is one of the struct: the kernel has no such typedef.
void Reducer::relocateStructs() {
  for (GlobalVariable &Relocation : M.globals()) // LLVM's pass has made these already
    if (MDNode *Node = Relocation.getMetadata(LLVMContext::MD_preserve_access_index))
      if (DICompositeType *T = compositeOf(dyn_cast<DIType>(Node)); T && T != Node && !T->getName().empty())
        Relocation.setMetadata(LLVMContext::MD_preserve_access_index, T);
}

void Reducer::run() {
  collect();
  for (MDNode *Node : Nodes.getArrayRef())
    if (auto *T = dyn_cast<DIType>(Node))
      replaceType(T);
  for (Function &F : M)
    makeLocal(F);
  redirect();
  relocateStructs();
  findMaps();
  // Names come last: a member of a type has the type's old name in its own.
  std::vector<DIType *> Types;
  for (MDNode *Node : Nodes.getArrayRef())
    if (auto *T = dyn_cast<DIType>(Node); T && !Replacements.contains(T))
      Types.push_back(T);
  for (DIType *T : Types)
    if (auto *Composite = dyn_cast<DICompositeType>(T); Composite && !Maps.contains(Composite))
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

void nameParameters(Module &M) {
  constexpr unsigned NameOfVariable = 1;
  for (Function &F : M) {
    DISubprogram *P = F.getSubprogram();
    if (!P || !P->isDefinition())
      continue;
    auto Types = P->getType()->getTypeArray();
    SmallVector<Metadata *> Nodes(P->getRetainedNodes().begin(), P->getRetainedNodes().end());
    BitVector Named(Types.size());
    for (Metadata *Node : Nodes)
      if (auto *Variable = dyn_cast<DILocalVariable>(Node); Variable && Variable->getArg() < Types.size()) {
        Named.set(Variable->getArg());
        if (Variable->getName().empty())
          Variable->replaceOperandWith(NameOfVariable,
                                       MDString::get(M.getContext(), "arg" + utostr(Variable->getArg())));
      }
    size_t Count = Nodes.size();
    for (unsigned Arg = 1; Arg < Types.size(); ++Arg)
      if (!Named[Arg] && Types[Arg])
        Nodes.push_back(DILocalVariable::get(M.getContext(), P, "arg" + utostr(Arg), P->getFile(), P->getLine(),
                                             Types[Arg], Arg, DINode::FlagArtificial, 0, nullptr));
    if (Nodes.size() != Count)
      P->replaceRetainedNodes(MDTuple::get(M.getContext(), Nodes));
  }
}

/// What the verifier gives a meaning of its own as an argument, which goes with no tag: contexts
/// (btf_is_prog_ctx_type()) and dynptrs.
static constexpr StringLiteral KnownArguments[] = {"__sk_buff",
                                                   "xdp_md",
                                                   "bpf_sock",
                                                   "bpf_sock_addr",
                                                   "bpf_sock_ops",
                                                   "sk_msg_md",
                                                   "sk_reuseport_md",
                                                   "bpf_sk_lookup",
                                                   "bpf_sysctl",
                                                   "bpf_sockopt",
                                                   "bpf_cgroup_dev_ctx",
                                                   "bpf_perf_event_data",
                                                   "pt_regs",
                                                   "bpf_user_pt_regs_t",
                                                   "user_pt_regs",
                                                   "user_regs_struct",
                                                   "bpf_raw_tracepoint_args",
                                                   "bpf_nf_ctx",
                                                   "bpf_dynptr"};

/// True for an argument that never is null, and of which nothing says so.
static bool isReference(const DILocalVariable &Argument) {
  const auto *T = dyn_cast_or_null<DIDerivedType>(Argument.getArg() ? Argument.getType() : nullptr);
  if (!T || (T->getTag() != dwarf::DW_TAG_reference_type && !Argument.isObjectPointer()))
    return false;
  for (const DIType *Known = T->getBaseType(); Known;) {
    if (is_contained(KnownArguments, Known->getName()))
      return false;
    const auto *Alias = dyn_cast<DIDerivedType>(Known);
    Known = Alias && Alias->getTag() != dwarf::DW_TAG_pointer_type ? Alias->getBaseType() : nullptr;
  }
  return !Argument.getAnnotations();
}

void markReferences(Module &M) {
  constexpr unsigned Annotations = 4; // operand of a DILocalVariable
  LLVMContext &Context = M.getContext();
  Metadata *Tag[] = {MDString::get(Context, "btf_decl_tag"), MDString::get(Context, "arg:nonnull")};
  for (Function &F : M) {
    DISubprogram *P = F.getSubprogram();
    if (!P || F.isDeclaration() || F.hasLocalLinkage())
      continue;
    for (DINode *Node : P->getRetainedNodes()) {
      if (auto *Argument = dyn_cast<DILocalVariable>(Node); Argument && isReference(*Argument))
        Argument->replaceOperandWith(Annotations, MDTuple::get(Context, MDTuple::get(Context, Tag)));
    }
  }
}

void moveLinesToCallers(Module &M) {
  for (Function &F : M)
    for (Instruction &I : instructions(F)) {
      const DILocation *Line = I.getDebugLoc();
      while (Line && Line->getInlinedAt() && Line->getFilename().starts_with(EmbeddedRoot))
        Line = Line->getInlinedAt();
      if (Line != I.getDebugLoc().get())
        I.setDebugLoc(Line);
    }
}

void dissolveComdats(Module &M) {
  for (GlobalObject &Object : M.global_objects()) {
    Object.setComdat(nullptr);
    if (Object.isDeclaration() || !Object.hasLinkOnceLinkage())
      continue;
    if (auto *Variable = dyn_cast<GlobalVariable>(&Object)) // BTF has no variables that are linked once
      Variable->setLinkage(Variable->isConstant() ? GlobalValue::InternalLinkage : GlobalValue::WeakODRLinkage);
    else // libbpf finds programs by their global symbols
      Object.setLinkage(Object.hasSection() ? GlobalValue::ExternalLinkage : GlobalValue::InternalLinkage);
  }
}

/// The namespaces and classes that a variable is in, outermost first.
static std::vector<StringRef> scopesOf(const GlobalVariable &Variable) {
  std::vector<StringRef> Scopes;
  if (const DIGlobalVariable *V = descriptionOf(Variable))
    for (const DIScope *Scope = V->getScope(); Scope; Scope = Scope->getScope())
      if (isa<DINamespace, DICompositeType>(Scope))
        Scopes.insert(Scopes.begin(), Scope->getName());
  return Scopes;
}

void gatherNamespaces(Module &M) {
  std::map<std::vector<StringRef>, std::vector<GlobalVariable *>> Variables;
  for (GlobalVariable &Variable : M.globals())
    if (!Variable.isDeclaration() && !Variable.hasSection())
      Variables[scopesOf(Variable)].push_back(&Variable);
  for (auto &[Scopes, OfScope] : Variables)
    for (GlobalVariable *Variable : OfScope) {
      Variable->removeFromParent();
      M.insertGlobalVariable(Variable);
    }
}

void applyAnnotations(Module &M) {
  GlobalVariable *Annotations = M.getGlobalVariable("llvm.global.annotations");
  auto *Entries = Annotations ? dyn_cast<ConstantArray>(Annotations->getInitializer()) : nullptr;
  if (!Entries)
    return;
  for (const Use &Entry : Entries->operands()) {
    auto *Fields = cast<ConstantStruct>(Entry);
    auto *Variable = dyn_cast<GlobalVariable>(Fields->getOperand(0)->stripPointerCasts());
    auto *Text = dyn_cast<GlobalVariable>(Fields->getOperand(1)->stripPointerCasts());
    auto *Bytes = Text && Text->hasInitializer() ? dyn_cast<ConstantDataSequential>(Text->getInitializer()) : nullptr;
    StringRef Annotation = Bytes && Bytes->isCString() ? Bytes->getAsCString() : "";
    if (Variable && Annotation == MapAnnotation && !Variable->hasSection())
      Variable->setSection(MapSection);
    else if (Variable && Annotation == GlobalAnnotation && Variable->hasLocalLinkage())
      Variable->setLinkage(GlobalValue::ExternalLinkage);
  }
  Annotations->eraseFromParent(); // nobody reads them
}

/// A name behind those of the namespaces, classes and functions that it is in, without what templates are made of.
static std::string plainName(StringRef OwnName, const DIScope *Scope) {
  auto WithoutArguments = [](StringRef Name) { return asIdentifier(Name.take_until([](char C) { return C == '<'; })); };
  std::string Name = OwnName.starts_with("operator") ? "operator" : WithoutArguments(OwnName);
  for (; Scope; Scope = Scope->getScope())
    if (isa<DINamespace, DICompositeType, DISubprogram>(Scope))
      if (std::string Part = WithoutArguments(Scope->getName()); !Part.empty())
        Name = Part + "_" + Name;
  return Name;
}

/// Gives local functions names that can be read in the verifier's log, and variables names that the kernel takes: that
/// of a lambda has a $, and any may be too long.
static void nameOthers(Module &M) {
  auto SetName = [&](GlobalObject &Object, std::string Name) {
    Name = shortened(Name);
    std::string Unique = Name;
    for (unsigned Number = 2; M.getNamedValue(Unique) || Unique.empty(); ++Number)
      Unique = Name + "_" + utostr(Number);
    Object.setName(Unique);
  };
  for (Function &F : M)
    if (const DISubprogram *P = F.getSubprogram();
        P && F.hasLocalLinkage() && !F.isDeclaration() && !F.hasSection() && F.getName() != P->getName())
      SetName(F, plainName(P->getName(), P->getScope()));
    else if (std::string Short = shortened(F.getName()); Short != F.getName())
      F.setName(Short); // the same in each file
  for (GlobalVariable &Variable : M.globals()) {
    const DIGlobalVariable *V = descriptionOf(Variable);
    if (!V)
      continue;
    if (Variable.hasLocalLinkage() && Variable.getName().contains('$'))
      SetName(Variable, plainName(V->getName(), V->getScope()));
    else if (std::string Short = shortened(Variable.getName()); Short != Variable.getName())
      Variable.setName(Short);
  }
}

/// Says that \p Object, a program or map, cannot have the name, which \p Other was given, at its line.
static void reportClash(const GlobalObject &Object, StringRef Other, StringRef Name) {
  refuse(Object, "'" + demangle(Object.getName()) + "' and '" + demangle(Other) + "' would both be called '" +
                     Name.str() + "', which is how libbpf finds programs and maps");
}

void nameSymbols(Module &M) {
  StringMap<std::string> Before; // the mangled names of what has been renamed
  auto Rename = [&](GlobalObject &Object, StringRef Name) {
    if (Name.empty() || Object.getName() == Name)
      return;
    if (M.getNamedValue(Name)) {
      auto It = Before.find(Name);
      return reportClash(Object, It == Before.end() ? Name : It->second, Name);
    }
    Before[Name] = Object.getName();
    Object.setName(Name);
  };
  for (Function &F : M)
    if (F.hasSection() && !F.isDeclaration() && F.getSubprogram())
      Rename(F, asIdentifier(F.getSubprogram()->getName())); // of a template, with its arguments
  for (GlobalVariable &Variable : M.globals())
    if (const DIGlobalVariable *V = descriptionOf(Variable); V && Variable.getSection() == MapSection)
      Rename(Variable, asIdentifier(V->getName()));
  nameOthers(M);
}

} // namespace bpfbuild
