//===- OldMaps.cpp - maps of the form before BTF --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Migrate/OldMaps.h"
#include "Kernel/MapRules.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace clang;

namespace bpfbuild {

/// The member of a BTF-defined map that says the same; empty if there is none.
static StringRef memberName(MapRole Role) {
  switch (Role) {
  case MapRole::Type:
    return "type";
  case MapRole::KeySize:
    return "key_size";
  case MapRole::ValueSize:
    return "value_size";
  case MapRole::MaxEntries:
    return "max_entries";
  case MapRole::Flags:
    return "map_flags";
  case MapRole::NumaNode:
    return "numa_node";
  case MapRole::Pinning:
    return "pinning";
  default:
    return "";
  }
}

//===----------------------------------------------------------------------===//
// What a map's types are used as
//===----------------------------------------------------------------------===//

namespace {
constexpr llvm::StringLiteral AnnotationPrefix = "____btf_map_";

/// Reads types out of calls such as bpf_map_update_elem(&map, &key, &value, 0).
class UseReader : public RecursiveASTVisitor<UseReader> {
public:
  explicit UseReader(std::map<const VarDecl *, MapTypesInUse> &Uses) : Uses(Uses) {}

  bool VisitCallExpr(CallExpr *Call) {
    StringRef Name = helperOf(*Call);
    const VarDecl *Map = mapOf(*Call);
    if (!Map || !Name.consume_front("map_") || !Name.consume_back("_elem"))
      return true;
    bool HasKey = Name == "lookup" || Name == "update" || Name == "delete" || Name == "lookup_percpu";
    if (HasKey && Call->getNumArgs() > 1)
      note(Uses[Map].Key, Uses[Map].KeyDiffers, pointee(*Call->getArg(1)));
    unsigned ValueAt = Name == "update" ? 2 : Name == "push" || Name == "pop" || Name == "peek" ? 1 : 0;
    if (ValueAt && Call->getNumArgs() > ValueAt)
      note(Uses[Map].Value, Uses[Map].ValueDiffers, pointee(*Call->getArg(ValueAt)));
    return true;
  }

  bool VisitVarDecl(VarDecl *Var) {
    if (Var->isStaticLocal() && isOldMapSection(sectionOf(*Var)))
      Locals.push_back(Var);
    if (Var->getInit())
      noteResult(*Var->getInit(), Var->getType());
    return true;
  }

  bool VisitBinaryOperator(BinaryOperator *Operator) {
    if (Operator->isAssignmentOp())
      noteResult(*Operator->getRHS(), Operator->getLHS()->getType());
    return true;
  }

  std::vector<const VarDecl *> Locals; ///< maps that are defined inside of functions

private:
  static StringRef helperOf(const CallExpr &Call) {
    StringRef Name = calleeOf(Call);
    Name.consume_front("bpf_");
    return Name;
  }

  static const VarDecl *mapOf(const CallExpr &Call) {
    if (!Call.getNumArgs())
      return nullptr;
    const auto *Address = dyn_cast<UnaryOperator>(Call.getArg(0)->IgnoreParenCasts());
    if (!Address || Address->getOpcode() != UO_AddrOf)
      return nullptr;
    const auto *Reference = dyn_cast<DeclRefExpr>(Address->getSubExpr()->IgnoreParens());
    return Reference ? dyn_cast<VarDecl>(Reference->getDecl()) : nullptr;
  }

  static QualType pointee(const Expr &E) {
    QualType Type = E.IgnoreParenCasts()->getType();
    return Type->isPointerType() ? Type->getPointeeType() : QualType();
  }

  void noteResult(const Expr &E, QualType Pointer) {
    const auto *Call = dyn_cast<CallExpr>(E.IgnoreParenCasts());
    if (!Call || helperOf(*Call) != "map_lookup_elem" || !Pointer->isPointerType())
      return;
    if (const VarDecl *Map = mapOf(*Call))
      note(Uses[Map].Value, Uses[Map].ValueDiffers, Pointer->getPointeeType());
  }

  static void note(QualType &Known, bool &Differs, QualType Type) {
    if (Type.isNull() || Type->isVoidType() || Type->isCharType())
      return;
    Differs |= !Known.isNull() &&
               Known.getCanonicalType().getUnqualifiedType() != Type.getCanonicalType().getUnqualifiedType();
    if (Known.isNull())
      Known = Type;
  }

  std::map<const VarDecl *, MapTypesInUse> &Uses;
};
} // namespace

//===----------------------------------------------------------------------===//
// Members
//===----------------------------------------------------------------------===//

/// Types whose keys and values are the kernel's own business: descriptors, and what the kernel writes.
static constexpr MapTypeSet SizedMaps{MapType::ProgArray,   MapType::PerfEventArray, MapType::CgroupArray,
                                      MapType::ArrayOfMaps, MapType::HashOfMaps,     MapType::StackTrace};
/// Those whose BTF key must be a 32-bit integer (array_map_check_btf()).
static constexpr MapTypeSet IndexedMaps{MapType::Array, MapType::PercpuArray};

std::string MapMigrator::nameOf(QualType Type) const {
  return Type.getUnqualifiedType().getAsString(M.Context.getPrintingPolicy());
}

/// True if the map's definition can name the type: it stands before it, outside of functions, and has a name.
bool MapMigrator::isVisible(QualType Type, const OldMap &Map) const {
  if (Type->isArrayType() || Type->isFunctionType() || Type->isPointerType())
    return false;
  const NamedDecl *D = nullptr;
  if (const auto *Typedef = Type->getAs<TypedefType>())
    D = Typedef->getDecl();
  else if (const TagDecl *Tag = Type->getAsTagDecl())
    D = Tag->getDefinition();
  if (!D)
    return Type->isBuiltinType();
  // A header is included by others, who may not have what this source has in front of it.
  bool IsOfFile = Map.File == M.SM.getMainFileID() || M.SM.getFileID(D->getLocation()) == Map.File ||
                  M.SM.isInSystemHeader(D->getLocation());
  return IsOfFile && D->getIdentifier() && !D->getName().empty() && D->getDeclContext()->isFileContext() &&
         M.SM.isBeforeInTranslationUnit(D->getLocation(), M.SM.getExpansionLoc(Map.Var->getBeginLoc()));
}

/// The type that the map's size is written as, `sizeof(struct key)`; empty if it is written otherwise.
std::string MapMigrator::typeOfSize(const OldMap &Map, const MapElement &E, bool IsKey) {
  const FileTokens &T = M.tokens(Map.File);
  if (E.Value.size() < 4 || T.text(T[E.Value[0]]) != "sizeof" || T[E.Value[1]].Kind != tok::l_paren)
    return "";
  unsigned Depth = 0;
  for (size_t I = 1; I < E.Value.size(); ++I) {
    Depth += T[E.Value[I]].Kind == tok::l_paren;
    if (T[E.Value[I]].Kind == tok::r_paren && !--Depth && I + 1 != E.Value.size())
      return "";
  }
  std::string Text = T.text().slice(T[E.Value[1]].end(), T[E.Value.back()].Offset).trim().str();
  bool HasComment = E.Value.back() - E.Value.front() + 1 != E.Value.size();
  if (HasComment || StringRef(Text).contains(',') || StringRef(Text).contains('{')) // no one argument of a macro
    return "";
  // What the compiler has read there, or in another branch of #if how it looks.
  for (const Expr *Init : Map.List->inits()) {
    const auto *Size = dyn_cast<UnaryExprOrTypeTraitExpr>(Init->IgnoreParenImpCasts());
    if (Size && M.SM.getFileOffset(M.SM.getSpellingLoc(Size->getBeginLoc())) == E.ValueBegin &&
        M.SM.getFileID(M.SM.getSpellingLoc(Size->getBeginLoc())) == Map.File)
      return Size->isArgumentType() && canBeTyped(Map, IsKey, Text, Size->getArgumentType()) ? Text : "";
  }
  StringRef First = T.text(T[E.Value[2]]);
  bool IsType =
      is_contained({"struct", "union", "enum", "unsigned", "signed", "int", "char", "long", "short", "_Bool"}, First) ||
      any_of(M.Context.getTranslationUnitDecl()->lookup(&M.Context.Idents.get(First)),
             [](const NamedDecl *D) { return isa<TypedefDecl>(D); });
  return IsType && canBeTyped(Map, IsKey, Text, QualType()) ? Text : "";
}

/// True if the kernel takes BTF of such a key or value; \p Type is null where only its name is known.
bool MapMigrator::canBeTyped(const OldMap &Map, bool IsKey, StringRef Name, QualType Type) {
  if (!IsKey)
    return true;
  if (Map.type() == MapType::LpmTrie)
    return Type.isNull() ? Name.starts_with("struct") : Type->isStructureType();
  if (!IndexedMaps.contains(Map.type()))
    return true;
  if (Type.isNull())
    return is_contained({"int", "unsigned int", "unsigned", "__u32", "__s32", "u32", "s32", "uint32_t", "int32_t"},
                        Name);
  return Type->isIntegerType() && !Type->isEnumeralType() && M.Context.getTypeSize(Type) == 32;
}

std::string MapMigrator::sizeMember(OldMap &Map, const MapElement &E, bool IsKey) {
  StringRef Member = IsKey ? "key" : "value";
  std::string Size = textOf(Map, E);
  auto IsParameter = [&](StringRef Name) { return Map.Macro && is_contained(Map.Macro->Parameters, Name); };
  std::string Type;
  const MapTypesInUse &Used = Uses[Map.Var];
  QualType InUse = IsKey ? Used.Key : Used.Value;
  bool Fits = !InUse.isNull() && !(IsKey ? Used.KeyDiffers : Used.ValueDiffers) && !InUse->isIncompleteType() &&
              M.Context.getTypeSizeInChars(InUse).getQuantity() ==
                  int64_t(Map.value(IsKey ? MapRole::KeySize : MapRole::ValueSize)) &&
              isVisible(InUse, Map) && canBeTyped(Map, IsKey, "", InUse) &&
              !M.timesContested(Map.File, Map.Head.Begin, M.tokens(Map.File)[Map.Close].end());
  if (!SizedMaps.contains(Map.type()) && !IsParameter(Member)) {
    if (Used.Annotation && Fits)
      Type = nameOf(InUse);
    if (Type.empty())
      Type = typeOfSize(Map, E, IsKey);
    if (Type.empty() && !Map.Macro && !StringRef(Size).starts_with("sizeof") && Fits)
      Type = nameOf(InUse);
  }
  if (!Type.empty()) {
    M.need("__type", Map.File, Map.Head.Begin);
    return formatv("__type({0}, {1});", Member, Type);
  }
  return isZeroText(Size) ? "" : formatv("__uint({0}_size, {1});", Member, Size).str();
}

/// True if the source has a macro or constant of that name where the map is defined.
bool MapMigrator::isKnown(StringRef Name, const OldMap &Map) const {
  return M.isMacro(Name, Map.File, Map.Head.Begin) ||
         !M.Context.getTranslationUnitDecl()->lookup(&M.Context.Idents.get(Name)).empty();
}

/// Numbers and the names that iproute2 has for them say it; of other words, such as a macro's parameter, only the
/// compiler knows.
std::string MapMigrator::pinningMember(const OldMap &Map, StringRef Text) const {
  uint64_t Number;
  bool IsKnownText = !Text.getAsInteger(0, Number) || Text.starts_with("PIN_");
  StringRef ByName = M.Options.UsesHelperHeader || isKnown("LIBBPF_PIN_BY_NAME", Map) ? "LIBBPF_PIN_BY_NAME"
                                                                                      : "1 /* LIBBPF_PIN_BY_NAME */";
  if (IsKnownText)
    return formatv("__uint(pinning, {0});", ByName);
  return formatv("__uint(pinning, ({0}) ? {1} : 0);", Text, ByName);
}

/// The member of a BTF-defined map that says what \p E says; empty if nothing has to be said.
std::string MapMigrator::memberFor(OldMap &Map, const MapElement &E) {
  std::string Text = textOf(Map, E);
  switch (E.Role) {
  case MapRole::KeySize:
  case MapRole::ValueSize:
    return sizeMember(Map, E, E.Role == MapRole::KeySize);
  case MapRole::Pinning:
    return isZeroText(Text) ? "" : pinningMember(Map, Text);
  case MapRole::Flags: {
    uint64_t Number;
    if (!StringRef(Text).getAsInteger(0, Number) && Number) {
      std::string Names = flagNames(Number);
      SmallVector<StringRef> Parts;
      StringRef(Names).split(Parts, " | ");
      if (all_of(Parts, [&](StringRef Part) { return isKnown(Part, Map); }))
        Text = Names;
    }
    break;
  }
  default:
    break;
  }
  if (StringRef(Text).starts_with("-") && !E.IsSkipped) // no size of an array
    Text = formatv("{0:x}", uint32_t(Map.value(E.Role)));
  StringRef Name = memberName(E.Role);
  return Name.empty() || isZeroText(Text) ? "" : formatv("__uint({0}, {1});", Name, Text).str();
}

/// A comment that may stand in front of something.
static std::string blockComment(StringRef Comment) {
  if (!Comment.consume_front("//"))
    return Comment.str();
  std::string Text = Comment.rtrim().str();
  for (size_t At = Text.find("*/"); At != std::string::npos; At = Text.find("*/", At))
    Text.insert(At + 1, " ");
  return "/*" + Text + " */";
}

/// Writes the members in their places; those with nothing to say go, with their lines.
void MapMigrator::editMembers(OldMap &Map, std::vector<std::string> Members) {
  const FileTokens &T = M.tokens(Map.File);
  std::optional<std::pair<unsigned, unsigned>> Gone;
  auto Flush = [&] {
    if (!Gone)
      return;
    std::string Comments;
    for (size_t I = T.indexAt(Gone->first); I < T.size() && T[I].Offset < Gone->second; ++I)
      if (T[I].isComment())
        Comments += (Comments.empty() ? "" : " ") + blockComment(T.text(T[I]));
    auto [Begin, End] = Comments.empty() ? T.withLines(Gone->first, Gone->second) : *Gone;
    M.replace(Map.File, Begin, std::min(End, T[Map.Close].Offset), Comments);
    Gone.reset();
  };
  for (auto [E, Member] : zip_equal(Map.Elements, Members)) {
    unsigned End = E.Comma ? *E.Comma + 1 : E.End;
    if (Member.empty()) {
      if (Gone && !T.text().slice(Gone->second, E.Begin).trim().empty())
        Flush();
      Gone = {Gone ? Gone->first : E.Begin, End};
      continue;
    }
    Flush();
    for (size_t I = T.indexAt(E.Begin); I < T.size() && T[I].Offset < E.End; ++I)
      if (StringRef Comment = T.text(T[I]); T[I].isComment() && !StringRef(Member).contains(Comment))
        Member += " " + blockComment(Comment);
    if (End < T.text().size() && !isspace(T.text()[End]) && End != T[Map.Close].Offset)
      Member += " ";
    M.replace(Map.File, E.Begin, E.End, Member);
    if (E.Comma)
      M.replace(Map.File, *E.Comma, *E.Comma + 1, "");
  }
  Flush();
}

//===----------------------------------------------------------------------===//
// Maps of maps, and of programs
//===----------------------------------------------------------------------===//

/// How many slots a hash of maps may begin with: its keys are the indices of an array.
static constexpr uint64_t MostSlots = 4096;

OldMap *MapMigrator::findById(uint64_t Id) {
  auto It = find_if(Maps, [Id](const auto &Map) { return Map->value(MapRole::Id) == Id; });
  return It == Maps.end() ? nullptr : It->get();
}

/// A tag for a map's struct that the program does not have.
std::string MapMigrator::freeTag(StringRef Name) const {
  std::string Tag = (Name + "_def").str();
  while (!M.Context.getTranslationUnitDecl()->lookup(&M.Context.Idents.get(Tag)).empty())
    Tag += "_";
  return Tag;
}

/// The slot of an inner map, by the source's word where that is known at \p Map.
static std::string slotText(Migrator &M, const OldMap &Inner, const OldMap &Map) {
  const MapElement *E = Inner.element(MapRole::InnerIndex);
  StringRef Text = E ? M.tokens(Inner.File).text().slice(E->ValueBegin, E->End) : "0";
  uint64_t Number;
  bool IsNumber = !Text.getAsInteger(0, Number);
  return IsNumber || M.isMacro(Text, Map.File, Map.Head.Begin) ? Text.str()
                                                               : std::to_string(Inner.value(MapRole::InnerIndex));
}

/// The map that a map of maps' values are like; null if the source does not say.
OldMap *MapMigrator::findTemplate(const OldMap &Map) {
  if (uint64_t Id = Map.value(MapRole::InnerId))
    return findById(Id);
  if (!Map.element(MapRole::InnerMapIndex) || HasOtherMaps) // numbers of maps that are not old any longer mean nothing
    return nullptr;
  auto It = find_if(Maps, [&](const auto &Other) { return Other->Number == Map.value(MapRole::InnerMapIndex); });
  return It == Maps.end() || It->get() == &Map ? nullptr : It->get();
}

/// __array(values, …): the struct of the template by its tag, or written out without what a template must not have.
std::string MapMigrator::templateMember(const OldMap &Map, OldMap &Template) {
  if (!Template.value(MapRole::Pinning)) {
    if (Template.Tag.empty())
      Template.Tag = freeTag(Template.Name);
    return "__array(values, struct " + Template.Tag + ");";
  }
  std::string Newline = M.tokens(Map.File).newline().str(), Text = "__array(values, struct {" + Newline;
  for (const MapElement &E : Template.Elements)
    if (std::string Member = E.Role == MapRole::Pinning ? "" : memberFor(Template, E); !Member.empty())
      Text += "\t\t" + Member + Newline;
  return Text + "\t});";
}

/// A line of .values for an inner map, which is declared first if it stands behind.
void MapMigrator::addSlot(const OldMap &Map, OldMap &Inner, bool NeedsCast, MapValues &Values) {
  StringRef Newline = M.tokens(Map.File).newline();
  if (M.SM.isBeforeInTranslationUnit(Map.Var->getLocation(), Inner.Var->getLocation())) {
    if (Inner.Tag.empty())
      Inner.Tag = freeTag(Inner.Name);
    Values.Before += "extern struct " + Inner.Tag + " " + Inner.Name + ";" + Newline.str();
  }
  Values.Slots +=
      formatv("\t\t[{0}] = {1}&{2},{3}", slotText(M, Inner, Map), NeedsCast ? "(void *)" : "", Inner.Name, Newline);
}

/// iproute2's bpf_maps_attach_all(): the maps whose id is the outer one's inner_id go into their inner_idx.
MapValues MapMigrator::innerValues(OldMap &Map) {
  OldMap *Template = findTemplate(Map);
  uint64_t Id = Map.value(MapRole::InnerId);
  bool IsNested = Template && Template->value(MapRole::InnerId); // which no kernel takes
  bool CanName = Template && !IsNested && !Template->Macro && !Map.Macro;
  if (!CanName && (Id || Map.element(MapRole::InnerMapIndex)))
    return leaveValues(Map,
                       "map '{0}': what its values are like is not defined in this source so that it can be named; "
                       "write both as BTF-defined maps");
  if (!CanName) {
    M.leave(Map.Var->getLocation(),
            "map '{0}': the source does not say what its values are like; add __array(values, struct {{ ... }), or "
            "have the host call bpf_map__set_inner_map_fd()",
            Map.Name);
    return {};
  }
  M.need("__array", Map.File, Map.Head.Begin);
  MapValues Result;
  Result.Member = templateMember(Map, *Template);
  uint64_t End = Map.type() == MapType::ArrayOfMaps ? Map.value(MapRole::MaxEntries) : MostSlots;
  for (const auto &Inner : Maps) {
    bool IsInner = Id && Inner->value(MapRole::Id) == Id && !Inner->value(MapRole::InnerId) &&
                   int32_t(Inner->value(MapRole::InnerIndex)) != -1;
    if (IsInner && Inner->value(MapRole::InnerIndex) >= End)
      return leaveValues(Map, "map '{0}': an inner map has a slot beyond its entries; give it one that is there");
    if (IsInner)
      addSlot(Map, *Inner, Template->value(MapRole::Pinning) || Inner.get() != Template, Result);
  }
  return Result;
}

/// The prototype by which a map names a program that is defined behind it.
static std::string prototypeOf(const FunctionDecl &Function, const PrintingPolicy &Policy) {
  std::string Parameters;
  for (const ParmVarDecl *P : Function.parameters()) {
    std::string Text = P->getName().str();
    P->getType().getAsStringInternal(Text, Policy);
    Parameters += (Parameters.empty() ? "" : ", ") + Text;
  }
  std::string Text = Function.getName().str() + "(" + (Parameters.empty() ? "void" : Parameters) + ")";
  Function.getReturnType().getAsStringInternal(Text, Policy);
  return (Function.getStorageClass() == SC_Static ? "static " : "") + Text + ";";
}

/// The word of `__section_tail(ID, WORD)` for an index, where it is known at the map; otherwise the number.
static std::string indexText(Migrator &M, const FunctionDecl &Function, const OldMap &Map, uint64_t Index) {
  std::vector<WrittenRange> Written = M.expansions(Function.getAttr<SectionAttr>()->getLocation());
  std::string Number = std::to_string(Index);
  if (Written.empty())
    return Number;
  const FileTokens &T = M.tokens(Written.back().File);
  StringRef Text = T.text().slice(Written.back().Begin, Written.back().End);
  if (!Text.consume_back(")"))
    return Number;
  StringRef Word = Text.rsplit(',').second.trim();
  bool IsWord = !Word.empty() && (isAlpha(Word[0]) || Word[0] == '_') &&
                all_of(Word, [](char C) { return isAlnum(C) || C == '_'; });
  return IsWord && M.isMacro(Word, Map.File, Map.Head.Begin) ? Word.str() : Number;
}

/// True if the types of a prototype are known in front of the map.
bool MapMigrator::canDeclareBefore(const FunctionDecl &Function, const OldMap &Map) const {
  auto IsKnownType = [&](QualType Type) {
    while (Type->isPointerType() && !Type->getAs<TypedefType>())
      Type = Type->getPointeeType();
    const auto *Typedef = Type->getAs<TypedefType>();
    return !Typedef || M.SM.isBeforeInTranslationUnit(Typedef->getDecl()->getLocation(), Map.Var->getLocation());
  };
  return IsKnownType(Function.getReturnType()) &&
         all_of(Function.parameters(), [&](const ParmVarDecl *P) { return IsKnownType(P->getType()); });
}

/// Why the slots of a prog_array cannot be written; null if they can.
const char *MapMigrator::whyNotFilled(const OldMap &Map, const TailCalls &Calls) const {
  if (Calls.Slots.rbegin()->first >= Map.value(MapRole::MaxEntries))
    return "map '{0}': a program goes into a slot beyond its entries; put it into one that is there";
  if (Calls.IsTwice)
    return "map '{0}': two programs go into one slot; take one out";
  if (Map.Macro)
    return "map '{0}': its programs cannot be written into a macro; write the definition out";
  if (M.Context.getLangOpts().CPlusPlus)
    return "map '{0}': C++ cannot initialise it by program; have the host fill it, or write the source in C";
  for (auto [Index, Function] : Calls.Slots) {
    if (Function->getStorageClass() == SC_Static)
      return "map '{0}': a program that goes into it is static, and libbpf takes no static ones; make it global";
    if (!canDeclareBefore(*Function, Map))
      return "map '{0}': a program that goes into it uses types declared after the map; move the map below them";
  }
  return nullptr;
}

/// The programs in sections "ID/INDEX" of an id.
MapMigrator::TailCalls MapMigrator::tailCallsOf(uint64_t Id) const {
  TailCalls Result;
  for (const FunctionDecl *Function : Programs)
    if (auto Tail = tailCallSection(sectionOf(*Function)); Tail && Tail->first == Id) {
      const FunctionDecl *&Slot = Result.Slots[Tail->second];
      Result.IsTwice |= Slot && Slot->getCanonicalDecl() != Function->getCanonicalDecl();
      Slot = Function->getDefinition() ? Function->getDefinition() : Function;
    }
  return Result;
}

/// iproute2's bpf_fill_prog_arrays(): programs in section "ID/INDEX" go into the prog_array of that id.
MapValues MapMigrator::programValues(OldMap &Map) {
  TailCalls Calls = tailCallsOf(Map.value(MapRole::Id));
  if (Calls.Slots.empty() || findById(Map.value(MapRole::Id)) != &Map) // of several with one id the first is meant
    return {};
  if (const char *Why = whyNotFilled(Map, Calls))
    return leaveValues(Map, Why);
  if (Migrator::contextOf(*Calls.Slots.begin()->second) == "__sk_buff")
    M.advise(
        Map.Var->getLocation(),
        "map '{0}': libbpf fills its slots; a tc that is built with libbpf loads only the program that it attaches, "
        "and fails there: load the object by libbpf, such as bpftool prog loadall, and attach what is pinned",
        Map.Name);
  StringRef Newline = M.tokens(Map.File).newline();
  M.need("__array", Map.File, Map.Head.Begin);
  MapValues Result;
  Result.Member = "__array(values, int (void *));";
  for (auto [Index, Function] : Calls.Slots) {
    M.Placed.insert(Function);
    const FunctionDecl *First = Function->getFirstDecl();
    if (!M.SM.isBeforeInTranslationUnit(First->getLocation(), Map.Var->getLocation()))
      Result.Before += prototypeOf(*Function, M.Context.getPrintingPolicy()) + Newline.str();
    Result.Slots +=
        formatv("\t\t[{0}] = (void *)&{1},{2}", indexText(M, *Function, Map, Index), Function->getName(), Newline);
  }
  return Result;
}

/// A map that stays, as its values cannot be written.
MapValues MapMigrator::leaveValues(const OldMap &Map, const char *Why) {
  M.leave(Map.Var->getLocation(), Why, Map.Name);
  MapValues Left;
  Left.IsLeft = true;
  return Left;
}

MapValues MapMigrator::valuesOf(OldMap &Map) {
  if (MapsOfMaps.contains(Map.type()))
    return innerValues(Map);
  if (Map.type() == MapType::ProgArray && Map.value(MapRole::Id))
    return programValues(Map);
  return {};
}

//===----------------------------------------------------------------------===//
// Definitions
//===----------------------------------------------------------------------===//

std::string MapMigrator::sectionText(const OldMap &Map) {
  return Map.Head.Section.empty() ? M.section(".maps", Map.File, Map.Head.Begin) : Map.Head.Section;
}

void MapMigrator::advisePinning(const OldMap &Map) {
  uint64_t Pinning = Map.value(MapRole::Pinning);
  if (!Pinning)
    return;
  StringRef Record = Map.Record->getName(), Name = Map.Var->getName();
  if (Record == "bpf_map_def" || Pinning > 2)
    M.advise(Map.Var->getLocation(),
             "map '{0}' is pinned where pinning {1} says; have the host name that path with bpf_map__set_pin_path()",
             Name, Pinning);
  else if (Pinning == 2)
    M.advise(Map.Var->getLocation(),
             "map '{0}' was pinned as tc/globals/{0} in the BPF file system, and libbpf pins it as {0}; give "
             "bpf_object__open_file() that folder as pin_root_path to share it with others",
             Name);
  else
    M.advise(Map.Var->getLocation(),
             "map '{0}' was pinned for this object alone; give bpf_object__open_file() a folder of its own as "
             "pin_root_path",
             Name);
}

/// `struct {`, or `struct TAG {` where others name it.
void MapMigrator::editHead(OldMap &Map) {
  const FileTokens &T = M.tokens(Map.File);
  std::string Opening = "struct " + (Map.Tag.empty() ? "" : Map.Tag + " ") + "{";
  if (!Map.Index || *Map.Index == 0) {
    std::string Comments;
    for (StringRef Comment : Map.Head.Comments)
      Comments += (Comment + (Comment.starts_with("//") ? T.newline() : StringRef(" "))).str();
    M.replace(Map.File, Map.Head.Begin, T[Map.Open].end(), Comments + Opening);
    return;
  }
  const OldMap &Last = *Arrays[Map.Var].Elements[*Map.Index - 1];
  std::string Newline = T.newline().str();
  M.replace(Map.File, T[Last.Close].end(), T[Map.Open].end(),
            " " + Last.Name + " " + sectionText(Last) + ";" + Newline + Newline + Opening);
}

/// True for what does not keep its lines: `= { BPF_MAP_TYPE_HASH, 4, 8, 16, 0 }`, which would be too long a line of
/// members, and the elements of an array, which are indented as such.
bool MapMigrator::isWrittenAnew(const OldMap &Map) {
  const FileTokens &T = M.tokens(Map.File);
  bool HasComment = any_of(T.all().slice(Map.Open, Map.Close - Map.Open),
                           [](const FileToken &Token) { return Token.isComment() || Token.Directive >= 0; });
  return !Map.Macro && !HasComment &&
         (Map.Index || !T.text().slice(T[Map.Open].Offset, T[Map.Close].Offset).contains('\n'));
}

/// `extern struct bpf_map_def counts;` names the struct that the definition has now.
void MapMigrator::nameInDeclarations(OldMap &Map) {
  for (const VarDecl *Other : Map.Var->redecls()) {
    TypeLoc Type = Other->getTypeSourceInfo()->getTypeLoc().getUnqualifiedLoc();
    std::optional<WrittenRange> Range = M.written(Type.getSourceRange());
    if (Other == Map.Var || Map.Index || !Range || !M.isEditable(Range->File))
      continue;
    FileID File = Range->File;
    if (Map.Tag.empty())
      Map.Tag = freeTag(Map.Name);
    const FileTokens &T = M.tokens(File);
    M.replace(File, Range->Begin, Range->End, "struct " + Map.Tag);
    for (size_t I = T.indexAt(Range->End); I < T.size() && T[I].Kind != tok::semi; ++I)
      if (T[I].Kind == tok::string_literal && isOldMapSection(T.text(T[I]).trim('"')))
        M.replace(File, T[I].Offset, T[I].end(), "\".maps\"");
  }
}

/// Notes what the map has become; an array, with its first element.
void MapMigrator::recordMove(const OldMap &Map) {
  std::string Name = Map.Var->getName().str();
  if (!Map.Index)
    M.Result.Maps.push_back({Name, {Name}});
  if (Map.Index.value_or(1) != 0)
    return;
  MovedMap Moved{Name, {}};
  for (const OldMap *Element : Arrays[Map.Var].Elements)
    Moved.New.push_back(Element->Name);
  M.Result.Maps.push_back(std::move(Moved));
  M.advise(Map.Var->getLocation(),
           "the maps of array '{0}' have names of their own now: {0}_0 and so on; functions that use them are not "
           "compared, as no kernel took what they were before: sums of a map's address and a number",
           Name);
}

void MapMigrator::migrate(OldMap &Map) {
  const FileTokens &T = M.tokens(Map.File);
  std::string Newline = T.newline().str();
  M.need("__uint", Map.File, Map.Head.Begin);
  std::vector<std::string> Members;
  for (const MapElement &E : Map.Elements)
    Members.push_back(memberFor(Map, E));
  const FileToken &Close = T[Map.Close];
  std::optional<StringRef> Indent = T.indentAt(Close.Offset);
  if (isWrittenAnew(Map)) {
    std::string Lines = Newline;
    Members.push_back(Map.Initial.Member);
    for (const std::string &Member : Members)
      Lines += Member.empty() ? "" : "\t" + Member + Newline;
    M.replace(Map.File, T[Map.Open].end(), Close.Offset, Lines);
  } else {
    editMembers(Map, Members);
  }
  if (!Map.Initial.Member.empty() && !isWrittenAnew(Map)) {
    unsigned At = Close.Offset - (Indent ? Indent->size() : 0);
    M.insert(Map.File, At, Indent ? "\t" + Map.Initial.Member + Newline : Map.Initial.Member + " ");
  }
  nameInDeclarations(Map);
  if (!Map.Index) {
    std::string Tail = " " + Map.Name + " " + sectionText(Map);
    if (!Map.Initial.Slots.empty())
      Tail += " = {" + Newline + "\t.values = {" + Newline + Map.Initial.Slots + "\t}," + Newline + "}";
    M.insert(Map.File, Close.end(), Tail);
  }
  recordMove(Map);
  if (!Map.Initial.Before.empty())
    M.insert(Map.File, Map.Head.Begin, Map.Initial.Before + Newline);
  Records.insert(Map.Record);
  advisePinning(Map);
  dropAnnotation(Map);
}

void MapMigrator::dropStatement(FileID File, unsigned Begin, unsigned End) {
  auto [First, Last] = M.tokens(File).withLines(Begin, End);
  M.replace(File, First, Last, "");
}

/// Drops a struct that ends in a semicolon of its own: `struct bpf_map_def { ... };`.
void MapMigrator::dropRecord(FileID File, const RecordDecl &Record) {
  const FileTokens &T = M.tokens(File);
  size_t Semicolon = T.indexAt(M.SM.getFileOffset(Record.getBraceRange().getEnd())) + 1;
  if (Semicolon < T.size() && T[Semicolon].Kind == tok::semi)
    dropStatement(File, M.SM.getFileOffset(Record.getBeginLoc()), T[Semicolon].end());
}

/// BPF_ANNOTATE_KV_PAIR(), or what it stands for.
void MapMigrator::dropAnnotation(const OldMap &Map) {
  const VarDecl *Annotation = Uses[Map.Var].Annotation;
  if (!Annotation)
    return;
  std::vector<WrittenRange> Written = M.expansions(Annotation->getLocation());
  FileID File = Written.empty() ? M.SM.getFileID(Annotation->getLocation()) : Written.back().File;
  if (!M.isEditable(File))
    return;
  const FileTokens &T = M.tokens(File);
  unsigned Begin = Written.empty() ? M.SM.getFileOffset(Annotation->getBeginLoc()) : Written.back().Begin;
  unsigned End = Written.empty() ? Begin : Written.back().End;
  size_t Next = T.indexAt(End);
  while (Next < T.size() && T[Next].Kind != tok::semi)
    ++Next;
  if (Next < T.size())
    End = T[Next].end();
  const auto *Record = Annotation->getType()->getAsRecordDecl();
  if (Written.empty() && Record && Record->getBeginLoc().isFileID() && !Record->isEmbeddedInDeclarator())
    dropRecord(File, *Record);
  dropStatement(File, Begin, End);
}

//===----------------------------------------------------------------------===//
// The structs
//===----------------------------------------------------------------------===//

namespace {
/// Finds what names an old struct besides the maps' own definitions.
class RecordUses : public RecursiveASTVisitor<RecordUses> {
public:
  explicit RecordUses(const std::set<const RecordDecl *> &Records) : Records(Records) {}

  bool VisitPointerTypeLoc(PointerTypeLoc Pointer) {
    TypeLoc Pointee = Pointer.getPointeeLoc().getUnqualifiedLoc();
    if (isOld(Pointee.getType()))
      Pointers.push_back(Pointee);
    return true;
  }
  bool VisitMemberExpr(MemberExpr *E) {
    const auto *Field = dyn_cast<FieldDecl>(E->getMemberDecl());
    if (Field && Records.count(Field->getParent()))
      Members.push_back(E);
    return true;
  }
  bool VisitReferenceTypeLoc(ReferenceTypeLoc Reference) {
    if (isOld(Reference.getPointeeLoc().getUnqualifiedLoc().getType()))
      Others.push_back(Reference.getBeginLoc());
    return true;
  }
  bool VisitUnaryExprOrTypeTraitExpr(UnaryExprOrTypeTraitExpr *E) {
    if (E->getKind() == UETT_SizeOf && isOld(E->getTypeOfArgument()))
      Others.push_back(E->getBeginLoc());
    return true;
  }
  bool VisitVarDecl(VarDecl *Var) {
    if (Var->isLocalVarDecl() || Var->isLocalExternDecl())
      if (isOld(Var->getType()))
        Others.push_back(Var->getLocation());
    return true;
  }
  bool VisitTagTypeLoc(TagTypeLoc Tag) {
    Names += isOld(Tag.getType());
    return true;
  }
  bool VisitTypedefTypeLoc(TypedefTypeLoc Typedef) {
    Names += isOld(Typedef.getType());
    return true;
  }

  std::vector<TypeLoc> Pointers;
  std::vector<const MemberExpr *> Members;
  std::vector<SourceLocation> Others; ///< sizes, references and variables of functions
  unsigned Names = 0;

private:
  bool isOld(QualType Type) const {
    const RecordDecl *Record = Type->getAsRecordDecl();
    return Record && Records.count(Record->getDefinition());
  }
  const std::set<const RecordDecl *> &Records;
};
} // namespace

/// Maps whose definitions are read at run time stay: BTF-defined ones have nothing there.
void MapMigrator::leaveRead() {
  std::set<const RecordDecl *> All, Read;
  for (const auto &Map : Maps)
    All.insert(Map->Record);
  RecordUses Found(All);
  Found.TraverseDecl(M.Context.getTranslationUnitDecl());
  for (const MemberExpr *E : Found.Members) {
    Read.insert(cast<RecordDecl>(E->getMemberDecl()->getDeclContext()));
    M.leave(
        E->getMemberLoc(),
        "'{0}' is read from the map's definition, which a BTF-defined map does not have at run time; write the number",
        E->getMemberDecl()->getName());
  }
  for (SourceLocation Where : Found.Others) {
    Read = All;
    M.leave(
        Where,
        "the struct of old maps is used here in a way that a BTF-defined map does not allow; write the maps by hand");
  }
  erase_if(Maps, [&](const auto &Map) { return Read.count(Map->Record); });
}

/// Pointers to a map have been pointers to its definition; the struct goes where nobody names it any longer.
void MapMigrator::replacePointers() {
  RecordUses Found(Records);
  Found.TraverseDecl(M.Context.getTranslationUnitDecl());
  unsigned Replaced = 0;
  for (TypeLoc Pointee : Found.Pointers) {
    SourceRange Range = Pointee.getSourceRange();
    std::optional<WrittenRange> Written =
        M.written({M.SM.getSpellingLoc(Range.getBegin()), M.SM.getSpellingLoc(Range.getEnd())});
    bool IsPartial = Range.getBegin().isMacroID() != Range.getEnd().isMacroID();
    if (!Written || IsPartial || !M.isEditable(Written->File))
      continue;
    M.replace(Written->File, Written->Begin, Written->End, "void");
    ++Replaced;
  }
  std::set<const VarDecl *> Variables;
  for (const auto &Map : Maps)
    Variables.insert(Map->Var->redecls_begin(), Map->Var->redecls_end());
  if (Found.Names != Replaced + Variables.size() || Records.size() != 1)
    return;
  const RecordDecl *Record = *Records.begin();
  FileID File = M.SM.getFileID(Record->getBeginLoc());
  if (Record->getBeginLoc().isMacroID() || File != M.SM.getMainFileID() || Record->isEmbeddedInDeclarator() ||
      Record->getTypedefNameForAnonDecl() || isNamedInSkipped(Record->getName()))
    return;
  dropRecord(File, *Record);
}

/// What BPF_ANNOTATE_KV_PAIR() says wins over uses.
void MapMigrator::readAnnotations() {
  for (const auto &Map : Maps) {
    DeclarationName Name = &M.Context.Idents.get((AnnotationPrefix + Map->Var->getName()).str());
    for (const NamedDecl *D : M.Context.getTranslationUnitDecl()->lookup(Name)) {
      const auto *Var = dyn_cast<VarDecl>(D);
      const RecordDecl *Pair = Var ? Var->getType()->getAsRecordDecl() : nullptr;
      if (!Pair)
        continue;
      MapTypesInUse &Use = Uses[Map->Var];
      Use = {};
      Use.Annotation = Var;
      for (const FieldDecl *F : Pair->fields())
        (F->getName() == "key" ? Use.Key : Use.Value) = F->getType();
    }
  }
}

void MapMigrator::run() {
  collect(*M.Context.getTranslationUnitDecl());
  leaveRead();
  UseReader Reader(Uses);
  Reader.TraverseDecl(M.Context.getTranslationUnitDecl());
  for (const VarDecl *Local : Reader.Locals)
    M.leave(Local->getLocation(), "map '{0}': it is in a function; define it outside of it", Local->getName());
  readAnnotations();
  for (const auto &Map : Maps) // an outer map gives a tag to what it holds, wherever that stands
    Map->Initial = valuesOf(*Map);
  erase_if(Maps, [](const auto &Map) { return Map->Initial.IsLeft; });
  finishArrays();
  for (const auto &Map : Maps) {
    migrate(*Map);
    editHead(*Map);
  }
  replacePointers();
  leaveSkipped();
}

void Migrator::migrateMaps() {
  MapMigrator(*this).run();
}

} // namespace bpfbuild
