//===- OldMapReader.cpp - reading maps of the form before BTF -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a variable in SEC("maps") to the tokens of its definition: where the braces are, what stands in front of them,
// and which member each part of the initialiser is.
//===----------------------------------------------------------------------===//
#include "Compile/Migrate/OldMaps.h"
#include "clang/AST/RecursiveASTVisitor.h"

using namespace llvm;
using namespace clang;

namespace bpfbuild {

const MapElement *OldMap::element(MapRole Role) const {
  auto It = find_if(Elements, [Role](const MapElement &E) { return E.Role == Role && !E.IsSkipped; });
  return It == Elements.end() ? nullptr : &*It;
}

bool isZeroText(StringRef Text) {
  uint64_t Number;
  return (!Text.rtrim("uUlL").getAsInteger(0, Number) && !Number) || Text == "PIN_NONE" || Text == "LIBBPF_PIN_NONE";
}

//===----------------------------------------------------------------------===//
// Reading definitions
//===----------------------------------------------------------------------===//

void MapMigrator::collect(const DeclContext &Scope) {
  for (const Decl *D : Scope.decls()) {
    if (const auto *Function = dyn_cast<FunctionDecl>(D))
      Programs.push_back(Function);
    else if (const auto *Var = dyn_cast<VarDecl>(D); Var && isOldMapSection(sectionOf(*Var)))
      readVariable(*Var);
    else if (Var && sectionOf(*Var) == ".maps")
      HasOtherMaps = true;
    else if (const auto *Inner = dyn_cast<DeclContext>(D); Inner && !isa<RecordDecl>(D))
      collect(*Inner);
  }
}

/// True for the words that may stand before a definition's type, in any order.
static bool isStorageWord(StringRef Word) {
  return is_contained({"static", "const", "volatile", "extern", "__extension__"}, Word);
}

/// True if the struct is a map's definition.
static bool isDefinition(const RecordDecl &Record) {
  bool HasType = false, HasSize = false;
  for (const FieldDecl *F : Record.fields()) {
    HasType |= mapRole(F->getName()) == MapRole::Type;
    HasSize |= mapRole(F->getName()) == MapRole::KeySize || mapRole(F->getName()) == MapRole::MaxEntries;
  }
  return HasType && HasSize;
}

void MapMigrator::readVariable(const VarDecl &Named) {
  // The section may be said by a declaration alone.
  const VarDecl *Definition = Named.getDefinition();
  if (Definition && Definition != &Named && !sectionOf(*Definition).empty())
    return;
  const VarDecl &Var = Definition ? *Definition : Named;
  SourceLocation Where = Var.getLocation();
  unsigned Number = Count++;
  if (M.Options.Excluded.count({M.mainPath(), Var.getName().str()}))
    return M.leave(Where, "map '{0}': its BTF-defined form would be a different map; write it by hand", Var.getName());
  if (!Var.getDeclContext()->getRedeclContext()->isTranslationUnit())
    return M.leave(Where, "map '{0}': it is in a namespace; define it outside of it", Var.getName());
  const auto *Array = M.Context.getAsConstantArrayType(Var.getType());
  QualType Type = Array ? Array->getElementType() : Var.getType();
  const RecordDecl *Record = Type->getAsRecordDecl();
  if (!Record || !Record->getDefinition() || !isDefinition(*Record->getDefinition()))
    return M.leave(Where, "map '{0}': its type is not a known map definition; rewrite it as a BTF-defined map",
                   Var.getName());
  M.isForIproute2 |= Record->getName() == "bpf_elf_map";
  const auto *List = dyn_cast_or_null<InitListExpr>(Var.getInit());
  if (!List)
    return M.leave(Where,
                   Var.hasExternalStorage()
                       ? "map '{0}': it is defined elsewhere; define it in a header that both sources include"
                       : "map '{0}': it has no initialiser in braces, so no type; define it",
                   Var.getName());
  if (Array) {
    HasOtherMaps = true;
    readArray(Var, *List, *Array);
    return;
  }
  auto Map = std::make_unique<OldMap>();
  Map->Var = &Var;
  Map->List = List;
  Map->Record = Record->getDefinition();
  Map->Number = Number;
  if (read(*Map))
    Maps.push_back(std::move(Map));
}

static void readValues(OldMap &Map, const APValue &Struct) {
  unsigned Number = 0;
  for (const FieldDecl *F : Map.Record->fields()) {
    const APValue &Value = Struct.getStructField(Number++);
    if (Value.isInt() && Value.getInt() != 0)
      Map.Values[mapRole(F->getName())] = Value.getInt().getZExtValue();
  }
}

bool MapMigrator::read(OldMap &Map) {
  if (!Map.Index) {
    const APValue *Value = Map.Var->evaluateValue();
    if (!Value || !Value->isStruct()) {
      M.leave(Map.Var->getLocation(), "map '{0}': its members are not all constants; write the numbers out",
              Map.Var->getName());
      return false;
    }
    readValues(Map, *Value);
  }
  return findBraces(Map) && (Map.Index || readHead(Map)) && readElements(Map) && expectKnown(Map);
}

/// The braces, as they are written in a file or in the body of a macro.
bool MapMigrator::findBraces(OldMap &Map) {
  const InitListExpr *Written =
      Map.List->isSemanticForm() && Map.List->getSyntacticForm() ? Map.List->getSyntacticForm() : Map.List;
  SourceLocation Brace = Written->getLBraceLoc(), Name = Map.Var->getLocation();
  if (Brace.isInvalid() || M.SM.isMacroArgExpansion(Brace)) {
    M.leave(Name, "map '{0}': its initialiser is passed to a macro; write the definition out", Map.Var->getName());
    return false;
  }
  SourceLocation Spelled = M.SM.getSpellingLoc(Brace);
  Map.File = M.SM.getFileID(Spelled);
  if (!M.isEditable(Map.File)) {
    M.leave(Name, "map '{0}': the definition is in a header of the system; define it in the source",
            Map.Var->getName());
    return false;
  }
  const FileTokens &T = M.tokens(Map.File);
  Map.Open = T.indexAt(M.SM.getFileOffset(Spelled));
  if (T[Map.Open].Directive >= 0)
    Map.Macro = T.macroHead(T[Map.Open].Directive);
  unsigned Depth = 0;
  for (size_t I = Map.Open; I < T.size() && !Map.Close; ++I) {
    if (T[I].Directive != T[Map.Open].Directive)
      continue;
    Depth += T[I].Kind == tok::l_brace;
    if (T[I].Kind == tok::r_brace && !--Depth)
      Map.Close = I;
  }
  if (Map.Close)
    return true;
  M.leave(Name, "map '{0}': its braces are in different files or macros; write the definition out", Map.Var->getName());
  return false;
}

namespace {
/// Reads what stands in front of `= {`: a type, a name, a section, in any order that C takes.
class HeadReader {
public:
  HeadReader(Migrator &M, const OldMap &Map, const FileTokens &T, ArrayRef<size_t> Tokens)
      : M(M), Map(Map), T(T), Tokens(Tokens) {}

  std::optional<MapHead> read() {
    while (At < Tokens.size())
      if (!readPart())
        return std::nullopt;
    if (NameEnd)
      Head.Name = T.text().slice(NameBegin, NameEnd).str();
    else if (!Map.Macro) // the head is a macro, such as BPF_MAP_DEF(flows)
      Head.Name = Map.Var->getName().str();
    if (Head.Name.empty())
      return std::nullopt;
    return Head;
  }

  bool IsList = false; ///< several variables in one declaration

private:
  StringRef word(size_t I) const { return I < Tokens.size() ? T.text(T[Tokens[I]]) : StringRef(); }

  /// Behind the parentheses or braces that begin at \p I.
  size_t behind(size_t I) const {
    unsigned Depth = 0;
    for (; I < Tokens.size(); ++I) {
      StringRef Word = word(I);
      Depth += Word == "(" || Word == "{";
      if ((Word == ")" || Word == "}") && !--Depth)
        return I + 1;
    }
    return I;
  }

  /// The tokens' text, with ".maps" for the section's name; empty if none of them is one.
  std::string withNewSection(size_t Begin, size_t End) const {
    std::string Text;
    bool IsFound = false;
    unsigned Last = T[Tokens[Begin]].Offset;
    for (size_t I = Begin; I < End; ++I) {
      const FileToken &Token = T[Tokens[I]];
      StringRef Literal = word(I).trim('"');
      if (Token.Kind != tok::string_literal || !isOldMapSection(Literal))
        continue;
      Text += (T.text().slice(Last, Token.Offset) + "\".maps\"").str();
      Last = Token.end();
      IsFound = true;
    }
    return IsFound ? Text + T.text().slice(Last, T[Tokens[End - 1]].end()).str() : "";
  }

  bool readPart() {
    StringRef Word = word(At);
    const FileToken &Token = T[Tokens[At]];
    if (isStorageWord(Word))
      return ++At, true;
    if (Word == "struct" || Word == "union") {
      At += word(At + 1) != "{" ? 2 : 1;
      if (word(At) == "{")
        At = behind(At);
      return HasType = true;
    }
    if (Word == ",")
      IsList = true;
    if (Token.Kind == tok::hashhash)
      return addToName(Token);
    if (Token.Kind == tok::l_square && Map.Var->getType()->isArrayType()) {
      while (At < Tokens.size() && T[Tokens[At]].Kind != tok::r_square)
        ++At;
      return ++At, true;
    }
    if (Token.Kind != tok::raw_identifier)
      return false;
    if (word(At + 1) == "(")
      return readCall();
    bool IsDeclared = Word == Map.Var->getName() || is_contained(parameters(), Word);
    if (!IsDeclared && M.isMacro(Word, Map.File, Token.Offset)) // __section_maps
      return ++At, true;
    if (!IsDeclared && !HasType && !NameEnd) { // a typedef's name
      HasType = true;
      return ++At, true;
    }
    return addToName(Token);
  }

  ArrayRef<StringRef> parameters() const {
    return Map.Macro ? ArrayRef<StringRef>(Map.Macro->Parameters) : ArrayRef<StringRef>();
  }

  bool readCall() {
    size_t End = behind(At + 1);
    std::string Text = withNewSection(At, End);
    if (!Text.empty())
      Head.Section = Text;
    At = End;
    return true;
  }

  bool addToName(const FileToken &Token) {
    if (!NameEnd)
      NameBegin = Token.Offset;
    NameEnd = Token.end();
    return ++At, true;
  }

  Migrator &M;
  const OldMap &Map;
  const FileTokens &T;
  ArrayRef<size_t> Tokens;
  size_t At = 0;
  bool HasType = false;
  unsigned NameBegin = 0, NameEnd = 0;
  MapHead Head;
};
} // namespace

/// How many of the tokens in front of `= {` belong to something else: the declaration begins where the compiler says,
/// but for what of it may stand in front of the type.
size_t MapMigrator::headBegin(const OldMap &Map, ArrayRef<size_t> Words) {
  const FileTokens &T = M.tokens(Map.File);
  SourceLocation Begin = Map.Var->getBeginLoc();
  Begin = Map.Macro ? M.SM.getSpellingLoc(Begin) : M.SM.getExpansionLoc(Begin);
  auto [File, Offset] = M.SM.getDecomposedLoc(Begin);
  size_t First = 0;
  while (First < Words.size() && T[Words[First]].Offset < Offset)
    ++First;
  if (File != Map.File || First == Words.size())
    return 0;
  for (;;) {
    StringRef Word = First ? T.text(T[Words[First - 1]]) : StringRef();
    if (isStorageWord(Word) || Word.starts_with("__section")) {
      --First;
      continue;
    }
    if (Word != ")")
      return First;
    size_t Open = First - 1; // NAME ( … ) that says a section
    for (unsigned Depth = 0; Open; --Open) {
      Depth += T.text(T[Words[Open]]) == ")";
      if (T.text(T[Words[Open]]) == "(" && !--Depth)
        break;
    }
    bool IsSection = Open && any_of(Words.slice(Open, First - Open), [&](size_t I) {
                       return T[I].Kind == tok::string_literal && isOldMapSection(T.text(T[I]).trim('"'));
                     });
    if (!IsSection)
      return First;
    First = Open - 1;
  }
}

/// False, and said, if a declaration has other variables too.
bool MapMigrator::expectAlone(const OldMap &Map) {
  for (const VarDecl *Each : Map.Var->redecls()) {
    auto [File, Begin] = M.SM.getDecomposedLoc(M.SM.getFileLoc(Each->getBeginLoc()));
    const FileTokens &T = M.tokens(File);
    unsigned Depth = 0;
    for (size_t I = T.indexAt(Begin); I < T.size() && T[I].Kind != tok::semi; ++I) {
      Depth += is_contained({tok::l_paren, tok::l_brace, tok::l_square}, T[I].Kind);
      Depth -= is_contained({tok::r_paren, tok::r_brace, tok::r_square}, T[I].Kind);
      if (T[I].Kind == tok::comma && !Depth && T[I].Directive < 0) {
        M.leave(Map.Var->getLocation(), "map '{0}': it is declared with others; give each a declaration of its own",
                Map.Var->getName());
        return false;
      }
    }
  }
  return true;
}

/// The tokens of the declaration in front of the '=', out of all that stand before it.
std::vector<size_t> MapMigrator::headWords(const OldMap &Map, ArrayRef<size_t> Before) {
  const FileTokens &T = M.tokens(Map.File);
  // The brace of a struct that is defined on the spot ends no statement.
  unsigned StructEnd = M.SM.getFileOffset(M.SM.getSpellingLoc(Map.Record->getBraceRange().getEnd()));
  bool IsInline = Map.Record->isEmbeddedInDeclarator();
  size_t Begin = Before.size(), Depth = 0;
  for (; Begin; --Begin) {
    const FileToken &Token = T[Before[Begin - 1]];
    if (Map.Macro && Before[Begin - 1] < Map.Macro->Body)
      break;
    if (Token.Kind == tok::r_brace && (Depth || (IsInline && Token.Offset == StructEnd)))
      ++Depth;
    else if (Token.Kind == tok::l_brace && Depth)
      --Depth;
    else if (!Depth && is_contained({tok::semi, tok::r_brace, tok::l_brace}, Token.Kind))
      break;
  }
  ArrayRef<size_t> Words = Before.drop_front(Begin);
  return Words.drop_front(headBegin(Map, Words)).vec();
}

bool MapMigrator::readHead(OldMap &Map) {
  const FileTokens &T = M.tokens(Map.File);
  std::vector<size_t> Stream = T.stream(Map.Open);
  size_t Brace = find(Stream, Map.Open) - Stream.begin();
  auto Fail = [&](const char *Why) {
    M.leave(Map.Var->getLocation(), Why, Map.Var->getName());
    return false;
  };
  if (!Brace || T[Stream[Brace - 1]].Kind != tok::equal)
    return Fail("map '{0}': its braces are not behind a '='; write the definition out");
  std::vector<size_t> Words = headWords(Map, ArrayRef(Stream).take_front(Brace - 1));
  if (Words.empty())
    return Fail("map '{0}': its definition begins in a macro; write it out");
  HeadReader Reader(M, Map, T, Words);
  std::optional<MapHead> Head = Reader.read();
  if (Reader.IsList)
    return Fail("map '{0}': it is declared with others; give each a declaration of its own");
  if (!Head)
    return Fail("map '{0}': its declaration is not understood; write it as a BTF-defined map");
  Map.Head = std::move(*Head);
  Map.Head.Begin = T[Words.front()].Offset;
  for (size_t I = Words.front(); I < Map.Open; ++I)
    if (T[I].isComment())
      Map.Head.Comments.push_back(T.text(T[I]).str());
    else if (T[I].Directive != T[Map.Open].Directive)
      return Fail("map '{0}': there is a directive in front of its brace; write the definition out");
  Map.Name = Map.Head.Name;
  if (!Map.Macro && !expectAlone(Map))
    return false;
  if (M.isContested(Map.File, Map.Head.Begin, T[Map.Close].end()))
    return Fail("map '{0}': its definition means different maps where it is used; write one for each");
  return true;
}

/// The members, those in branches that are not taken too.
bool MapMigrator::readElements(OldMap &Map) {
  const FileTokens &T = M.tokens(Map.File);
  std::vector<size_t> Now;
  unsigned Depth = 0, Position = 0;
  bool HasDirective = false;
  auto End = [&](std::optional<unsigned> Comma) {
    bool Ok = Now.empty() || readElement(Map, Now, Comma, Position++);
    Now.clear();
    return Ok;
  };
  for (size_t I = Map.Open + 1; I < Map.Close; ++I) {
    if (T[I].isComment())
      continue;
    if (T[I].Directive != T[Map.Open].Directive) {
      HasDirective = true;
      if (!End(std::nullopt))
        return false;
      continue;
    }
    Depth += T[I].Kind == tok::l_paren || T[I].Kind == tok::l_brace;
    Depth -= T[I].Kind == tok::r_paren || T[I].Kind == tok::r_brace;
    if (T[I].Kind == tok::comma && !Depth) {
      if (!End(T[I].Offset))
        return false;
    } else {
      Now.push_back(I);
    }
  }
  if (!End(std::nullopt))
    return false;
  auto IsPositional = [](const MapElement &E) { return E.Begin == E.ValueBegin; };
  bool ByPosition = any_of(Map.Elements, IsPositional);
  std::set<MapRole> Roles;
  bool IsTwice =
      any_of(Map.Elements, [&](const MapElement &E) { return !E.IsSkipped && !Roles.insert(E.Role).second; });
  if (!(ByPosition && (HasDirective || !all_of(Map.Elements, IsPositional))) &&
      (!IsTwice || Roles.count(MapRole::Unknown)))
    return true;
  M.leave(Map.Var->getLocation(),
          IsTwice ? "map '{0}': it has a member twice; take one out"
                  : "map '{0}': members without names, or macros that stand for members, among others or in branches "
                    "of #if; name them",
          Map.Var->getName());
  return false;
}

bool MapMigrator::readElement(OldMap &Map, ArrayRef<size_t> Tokens, std::optional<unsigned> Comma, unsigned Position) {
  const FileTokens &T = M.tokens(Map.File);
  MapElement E;
  E.Begin = T[Tokens.front()].Offset;
  E.End = T[Tokens.back()].end();
  E.Comma = Comma;
  auto Is = [&](size_t I, tok::TokenKind Kind) { return I < Tokens.size() && T[Tokens[I]].Kind == Kind; };
  if (Is(0, tok::period) && Is(1, tok::raw_identifier) && Is(2, tok::equal)) {
    E.Field = T.text(T[Tokens[1]]).str();
    Tokens = Tokens.drop_front(3);
  } else if (Is(0, tok::raw_identifier) && Is(1, tok::colon)) { // GCC's older form
    E.Field = T.text(T[Tokens[0]]).str();
    Tokens = Tokens.drop_front(2);
  } else {
    auto Field = Map.Record->field_begin();
    for (unsigned I = 0; I < Position && Field != Map.Record->field_end(); ++I)
      ++Field;
    if (Field != Map.Record->field_end())
      E.Field = Field->getName().str();
  }
  E.Role = mapRole(E.Field);
  E.IsSkipped = M.isSkipped(Map.File, E.Begin);
  if (Tokens.empty() || Is(0, tok::l_brace)) {
    M.leave(Map.Var->getLocation(), "map '{0}': member '{1}' is not in one piece; write the definition out",
            Map.Var->getName(), E.Field);
    return false;
  }
  E.ValueBegin = T[Tokens.front()].Offset;
  E.Value.assign(Tokens.begin(), Tokens.end());
  Map.Elements.push_back(std::move(E));
  return true;
}

/// False, and said, if the definition has something that no BTF-defined map says.
bool MapMigrator::expectKnown(const OldMap &Map) {
  for (const MapElement &E : Map.Elements)
    if (E.Role == MapRole::Unknown && !isZeroText(textOf(Map, E))) {
      M.leave(Map.Var->getLocation(), "map '{0}': member '{1}' has no counterpart in a BTF-defined map; remove it",
              Map.Var->getName(), E.Field);
      return false;
    }
  bool HasType = any_of(Map.Elements, [](const MapElement &E) { return E.Role == MapRole::Type; });
  if (HasType && Map.value(MapRole::Type))
    return true;
  M.leave(Map.Var->getLocation(), "map '{0}': it has no type; give it one", Map.Var->getName());
  return false;
}

std::string MapMigrator::textOf(const OldMap &Map, const MapElement &E) {
  const FileTokens &T = M.tokens(Map.File);
  return T.text().slice(E.ValueBegin, E.End).str();
}

/// True if one of the words names a BTF-defined map: the branch that is taken has today's form of it.
bool MapMigrator::isDefinedToday(ArrayRef<StringRef> Words) const {
  return any_of(Words, [&](StringRef Word) {
    return any_of(M.Context.getTranslationUnitDecl()->lookup(&M.Context.Idents.get(Word)),
                  [](const NamedDecl *D) { return isa<VarDecl>(D) && sectionOf(*D) == ".maps"; });
  });
}

/// True if text that the preprocessor has passed over has the word.
bool MapMigrator::isNamedInSkipped(StringRef Name) const {
  return any_of(M.Skipped, [&](SourceRange Range) {
    auto [File, Begin] = M.SM.getDecomposedLoc(Range.getBegin());
    StringRef Text = M.SM.getBufferData(File).slice(Begin, M.SM.getFileOffset(Range.getEnd()));
    return Text.contains(Name);
  });
}

/// Definitions in branches of #if that are not taken have no types to go by: they are migrated with the flags that take
/// them.
void MapMigrator::leaveSkipped() {
  for (SourceRange Range : M.Skipped) {
    FileID File = M.SM.getFileID(Range.getBegin());
    if (!M.isEditable(File))
      continue;
    const FileTokens &T = M.tokens(File);
    std::vector<StringRef> Words; // of the statement so far
    bool IsOld = false;
    for (size_t I = T.indexAt(M.SM.getFileOffset(Range.getBegin()));
         I < T.size() && T[I].Offset < M.SM.getFileOffset(Range.getEnd()); ++I) {
      StringRef Word = T.text(T[I]);
      if (T[I].Directive >= 0 || T[I].Kind == tok::semi) {
        if (IsOld && !isDefinedToday(Words))
          M.leave(M.SM.getLocForStartOfFile(File).getLocWithOffset(T[I].Offset),
                  "a map in a branch that is not taken; migrate again with the flags that take it");
        Words.clear();
        IsOld = false;
      } else if (T[I].Kind == tok::raw_identifier) {
        Words.push_back(Word);
      }
      IsOld |= T[I].Directive < 0 && T[I].Kind == tok::string_literal && isOldMapSection(Word.trim('"'));
    }
  }
}

//===----------------------------------------------------------------------===//
// Arrays of maps
//===----------------------------------------------------------------------===//

bool MapMigrator::leaveArray(const VarDecl &Var) {
  M.leave(Var.getLocation(),
          "map '{0}': an array of maps, which no loader takes, and whose elements are not all written out and used by "
          "number; make each a variable",
          Var.getName());
  return false;
}

/// No loader ever made the elements of one variable into maps; they become variables NAME_0, NAME_1, ….
bool MapMigrator::readArray(const VarDecl &Var, const InitListExpr &List, const ConstantArrayType &Type) {
  const APValue *Value = Var.evaluateValue();
  uint64_t Count = Type.getSize().getZExtValue();
  if (!Value || !Value->isArray() || Value->getArrayInitializedElts() != Count || List.getNumInits() != Count)
    return leaveArray(Var);
  auto Whole = std::make_unique<OldMap>(); // for the head
  Whole->Var = &Var;
  Whole->List = &List;
  Whole->Record = Type.getElementType()->getAsRecordDecl()->getDefinition();
  if (!findBraces(*Whole) || !readHead(*Whole))
    return false;
  if (Whole->Macro)
    return leaveArray(Var);
  std::vector<std::unique_ptr<OldMap>> Elements;
  for (unsigned I = 0; I < Count; ++I) {
    auto Map = std::make_unique<OldMap>();
    Map->Var = &Var;
    Map->List = dyn_cast<InitListExpr>(List.getInit(I));
    Map->Record = Whole->Record;
    Map->Index = I;
    Map->Head = Whole->Head;
    Map->Name = formatv("{0}_{1}", Var.getName(), I);
    if (!Map->List || !Value->getArrayInitializedElt(I).isStruct())
      return leaveArray(Var);
    readValues(*Map, Value->getArrayInitializedElt(I));
    if (!read(*Map))
      return false;
    Elements.push_back(std::move(Map));
  }
  auto Uses = indicesOf(Var, Count);
  if (!Uses)
    return leaveArray(Var);
  Arrays[&Var].Uses = std::move(*Uses);
  // The brace and comma that close the list go; the head of the first element is the array's.
  Arrays[&Var].End = M.tokens(Whole->File)[Whole->Close].end();
  for (auto &Map : Elements) {
    Arrays[&Var].Elements.push_back(Map.get());
    Maps.push_back(std::move(Map));
  }
  return true;
}

namespace {
class IndexFinder : public RecursiveASTVisitor<IndexFinder> {
public:
  IndexFinder(const Migrator &M, const VarDecl &Var) : M(M), Var(Var) {}

  bool VisitDeclRefExpr(DeclRefExpr *E) {
    References += E->getDecl() == &Var;
    return true;
  }
  bool VisitArraySubscriptExpr(ArraySubscriptExpr *E) {
    const auto *Base = dyn_cast<DeclRefExpr>(E->getBase()->IgnoreParenImpCasts());
    if (!Base || Base->getDecl() != &Var)
      return true;
    std::optional<APSInt> Index = E->getIdx()->getIntegerConstantExpr(M.Context);
    if (Index)
      Found.emplace_back(E, Index->getZExtValue());
    return true;
  }

  unsigned References = 0;
  std::vector<std::pair<const ArraySubscriptExpr *, uint64_t>> Found;

private:
  const Migrator &M;
  const VarDecl &Var;
};
} // namespace

/// Where an element is used, and which; nothing if the array is used otherwise.
std::optional<std::vector<std::pair<WrittenRange, uint64_t>>> MapMigrator::indicesOf(const VarDecl &Var,
                                                                                     uint64_t Count) {
  IndexFinder Finder(M, Var);
  Finder.TraverseDecl(M.Context.getTranslationUnitDecl());
  if (Finder.References != Finder.Found.size())
    return std::nullopt;
  std::vector<std::pair<WrittenRange, uint64_t>> Result;
  for (auto [E, Index] : Finder.Found) {
    std::optional<WrittenRange> Range = M.written({E->getBeginLoc(), E->getRBracketLoc()});
    if (!Range || !M.isEditable(Range->File) || Index >= Count)
      return std::nullopt;
    Result.emplace_back(*Range, Index);
  }
  return Result;
}

/// maps[1] becomes maps_1, and the list's end goes; an array of which an element is left stays as a whole.
void MapMigrator::finishArrays() {
  for (auto &[Var, Array] : Arrays) {
    auto IsThere = [&](const OldMap *Element) {
      return any_of(Maps, [Element](const auto &Map) { return Map.get() == Element; });
    };
    if (!all_of(Array.Elements, IsThere)) {
      erase_if(Maps, [Var = Var](const auto &Map) { return Map->Var == Var; });
      leaveArray(*Var);
      Array.Elements.clear();
      continue;
    }
    const OldMap &Last = *Array.Elements.back();
    M.replace(Last.File, M.tokens(Last.File)[Last.Close].end(), Array.End, " " + Last.Name + " " + sectionText(Last));
    for (const auto &[Range, Index] : Array.Uses)
      M.replace(Range.File, Range.Begin, Range.End, formatv("{0}_{1}", Var->getName(), Index));
  }
}

} // namespace bpfbuild
