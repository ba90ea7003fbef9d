//===- TextHeader.cpp - a C header of types, declaration by declaration ----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Three parts over the tokenizer of CTokens.h: TextSplitter finds the chunks and the names that they declare,
// TextClosure what a program reaches, and render() writes the text again.
//===----------------------------------------------------------------------===//
#include "Vmlinux/TextHeader.h"
#include "Support/CTokens.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace bpfbuild {

namespace {
/// Words that introduce parentheses which declare nothing.
bool takesParentheses(StringRef Word) {
  return Word == "__attribute__" || Word == "__attribute" || Word == "_Alignas" || Word == "__typeof__" ||
         Word == "typeof" || Word == "__declspec" || Word == "_Static_assert" || Word == "static_assert" ||
         Word == "asm" || Word == "__asm__";
}

bool isKeyword(StringRef Word) {
  static const StringSet<> Keywords = {
      "typedef",    "extern",     "static",  "inline",       "const",        "volatile", "restrict",  "signed",
      "unsigned",   "char",       "short",   "int",          "long",         "float",    "double",    "void",
      "_Bool",      "__int128",   "struct",  "union",        "enum",         "register", "_Noreturn", "__inline",
      "__inline__", "__restrict", "__const", "__volatile__", "__extension__"};
  return Keywords.contains(Word);
}
} // namespace

//===----------------------------------------------------------------------===//
// The table of names
//===----------------------------------------------------------------------===//

uint32_t TextHeader::hash(StringRef Name, Space Where) {
  return static_cast<uint32_t>(xxh3_64bits(Name)) + static_cast<uint32_t>(Where);
}

/// True if the word at \p At is \p Name.
static bool isWord(StringRef Text, size_t At, StringRef Name) {
  StringRef Rest = Text.drop_front(At);
  return Rest.starts_with(Name) && (Rest.size() == Name.size() || !Chars.is(Rest[Name.size()], WordBegin | Digit));
}

size_t TextHeader::slotOf(StringRef Name, uint32_t Hash) const {
  size_t Mask = Table.size() - 1, Slot = Hash & Mask;
  while (Table[Slot].Links && !(Table[Slot].Hash == Hash && isWord(Text, Table[Slot].Name, Name)))
    Slot = (Slot + 1) & Mask;
  return Slot;
}

void TextHeader::grow() {
  std::vector<Entry> Old(Table.empty() ? PowerOf2Ceil(Text.size() / 64 + 16) : 2 * Table.size());
  Old.swap(Table);
  size_t Mask = Table.size() - 1;
  for (const Entry &E : Old) {
    if (!E.Links)
      continue;
    size_t Slot = E.Hash & Mask;
    while (Table[Slot].Links)
      Slot = (Slot + 1) & Mask;
    Table[Slot] = E;
  }
}

void TextHeader::declare(StringRef Name, Space Where, uint32_t Chunk) {
  if (4 * Used >= 3 * Table.size())
    grow();
  uint32_t Hash = hash(Name, Where);
  Entry &E = Table[slotOf(Name, Hash)];
  if (!E.Links) {
    E = {uint32_t(Name.data() - Text.data()), Hash, 0};
    ++Used;
  }
  Links.push_back({Chunk, E.Links});
  E.Links = Links.size() - 1;
}

template <typename Visitor> void TextHeader::forEachDeclaring(StringRef Name, Space Where, Visitor Visit) const {
  if (Table.empty() || Name.empty())
    return;
  for (uint32_t L = Table[slotOf(Name, hash(Name, Where))].Links; L; L = Links[L].Next)
    Visit(Links[L].Chunk);
}

//===----------------------------------------------------------------------===//
// Splitting
//===----------------------------------------------------------------------===//

class TextSplitter {
public:
  explicit TextSplitter(TextHeader &Header) : Header(Header), Text(Header.Text), Tokens(Text, 0, Text.size()) {}

  bool run() {
    for (Token T = Tokens.next(); T.Kind != TokenKind::End; T = Tokens.next()) {
      if (T.Kind == TokenKind::Directive)
        Header.Chunks.push_back({T.Begin, T.End, Form::Directive, false});
      else if (T.Kind == TokenKind::Bad || !declaration(T))
        return false;
    }
    return true;
  }

private:
  using Form = TextHeader::Form;
  using Space = TextHeader::Space;
  enum class Brace : uint8_t { Record, Enum, Body };
  static constexpr size_t MaxBraces = 256;

  bool declaration(Token First);
  bool take(const Token &T);
  bool takeWord(const Token &T);
  void readKeyword(size_t Begin);
  bool open(const Token &T);
  bool close();
  bool skipParentheses();
  void takeDeclarator(StringRef Word);
  Form formOf(StringRef FirstWord) const;
  void declare(StringRef Name, Space Where) {
    Header.declare(Name, Where, Header.Chunks.size());
    IsNamed = true;
  }
  /// Within braces that are not an enum's only the structure is of interest.
  bool isInBody() const { return !Braces.empty() && Braces.back() != Brace::Enum; }
  StringRef textOf(const Token &T) const { return Text.slice(T.Begin, T.End); }

  TextHeader &Header;
  StringRef Text;
  Tokenizer Tokens;

  // Of the declaration that is being read.
  SmallVector<Brace, 8> Braces;
  unsigned Parentheses = 0;       ///< and brackets
  StringRef Keyword, Tag;         ///< struct, union or enum, and its tag, that a { would belong to
  StringRef Declarator;           ///< the last word that may be the declared name
  bool IsDeclaratorFixed = false; ///< (*name) or name(
  bool WasOpened = false;         ///< a parenthesis has just been opened at the top
  bool ExpectsEnumerator = false, IsNamed = false, HasBody = false, HasParentheses = false, IsEnded = false;
  bool HasDefinition = false; ///< a { of a record or enum at the top
  bool HasDeclarator = false; ///< behind it, or without one
  unsigned Words = 0;
};

bool TextSplitter::declaration(Token First) {
  Braces.clear();
  Parentheses = Words = 0;
  Keyword = Tag = Declarator = StringRef();
  IsDeclaratorFixed = WasOpened = ExpectsEnumerator = IsNamed = HasBody = HasParentheses = IsEnded = false;
  HasDefinition = HasDeclarator = false;
  StringRef FirstWord = First.Kind == TokenKind::Word ? textOf(First) : "";
  Token T = First;
  for (;; T = isInBody() ? Tokens.nextStructural() : Tokens.next()) {
    if (T.Kind == TokenKind::End || T.Kind == TokenKind::Bad || T.Kind == TokenKind::Directive || !take(T))
      return false;
    if (IsEnded)
      break;
  }
  Form What = formOf(FirstWord);
  if (What == Form::Announcement)
    declare(Tag, Space::Tag);
  else if (!Declarator.empty() && (What == Form::Typedef || What == Form::Other))
    declare(Declarator, Space::Ordinary);
  Header.Chunks.push_back({First.Begin, T.End, What, IsNamed});
  return true;
}

TextSplitter::Form TextSplitter::formOf(StringRef FirstWord) const {
  if (FirstWord == "typedef")
    return Form::Typedef;
  bool IsRecord = FirstWord == "struct" || FirstWord == "union";
  if (HasBody || HasDeclarator || !(IsRecord || FirstWord == "enum"))
    return Form::Other;
  if (HasDefinition)
    return IsRecord ? (IsNamed ? Form::Record : Form::Other) : Form::Enum;
  return Words == 2 && !Tag.empty() ? Form::Announcement : Form::Other;
}

bool TextSplitter::take(const Token &T) {
  if (isInBody() && !T.is('{') && !T.is('}'))
    return true;
  bool WasJustOpened = std::exchange(WasOpened, false);
  if (T.Kind == TokenKind::Word)
    return takeWord(T);
  if (T.Kind != TokenKind::Punctuation)
    return true;
  bool IsTop = Braces.empty() && Parentheses == 0;
  switch (T.Char) {
  case '{':
    return open(T);
  case '}':
    return close();
  case '(':
  case '[':
    if (IsTop && T.Char == '(' && !IsDeclaratorFixed) {
      HasParentheses = WasOpened = true;
      IsDeclaratorFixed = !Declarator.empty(); // name(
    }
    ++Parentheses;
    return true;
  case ')':
  case ']':
    Keyword = "";
    return Parentheses-- > 0;
  case '*':
    Keyword = "";
    if (WasJustOpened && Braces.empty()) { // (*name): what was before is its type
      Declarator = "";
      IsDeclaratorFixed = false;
    }
    return true;
  case ',':
    Keyword = "";
    if (IsTop && !Declarator.empty()) {
      declare(Declarator, Space::Ordinary);
      IsDeclaratorFixed = false;
    }
    ExpectsEnumerator = !Braces.empty() && Braces.back() == Brace::Enum && Parentheses == 0;
    return true;
  case ';':
    IsEnded = Braces.empty();
    return Parentheses == 0;
  default:
    return true;
  }
}

bool TextSplitter::takeWord(const Token &T) {
  StringRef Word = textOf(T);
  Words += Braces.empty();
  if (takesParentheses(Word))
    return skipParentheses();
  if (Word == "struct" || Word == "union" || Word == "enum") {
    Keyword = Word;
    Tag = "";
    return true;
  }
  if (!Keyword.empty() && Tag.empty() && !isKeyword(Word)) {
    Tag = Word;
    return true;
  }
  if (ExpectsEnumerator && !Braces.empty() && Braces.back() == Brace::Enum) {
    declare(Word, Space::Ordinary);
    ExpectsEnumerator = false;
    return true;
  }
  if (Braces.empty())
    takeDeclarator(Word);
  return true;
}

/// At the top: the last word that is no keyword, before any parameters, is what is declared.
void TextSplitter::takeDeclarator(StringRef Word) {
  if (IsDeclaratorFixed || isKeyword(Word))
    return;
  Declarator = Word;
  HasDeclarator = true;
  IsDeclaratorFixed = Parentheses > 0;
}

/// Within braces, where words are passed over: those before the { at \p Begin say what it begins.
void TextSplitter::readKeyword(size_t Begin) {
  auto IsKeyword = [](StringRef Word) { return Word == "struct" || Word == "union" || Word == "enum"; };
  StringRef Word = Tokens.wordBefore(Begin);
  StringRef Before = Word.empty() ? "" : Tokens.wordBefore(Word.data() - Text.data());
  if (IsKeyword(Word)) {
    Keyword = Word;
  } else if (IsKeyword(Before)) {
    Keyword = Before;
    Tag = Word;
  }
}

bool TextSplitter::open(const Token &T) {
  Brace What = Brace::Body;
  if (!Braces.empty())
    readKeyword(T.Begin);
  if (!Keyword.empty()) {
    What = Keyword == "enum" ? Brace::Enum : Brace::Record;
    if (!Tag.empty())
      declare(Tag, Space::Tag);
    HasDefinition |= Braces.empty();
  } else if (Braces.empty()) {
    if (!HasParentheses || Parentheses) // neither a type nor a function
      return false;
    HasBody = true;
  }
  if (Parentheses)
    return false;
  ExpectsEnumerator = What == Brace::Enum;
  Keyword = Tag = "";
  Braces.push_back(What);
  return Braces.size() <= MaxBraces;
}

bool TextSplitter::close() {
  if (Braces.empty() || Parentheses)
    return false;
  Braces.pop_back();
  Keyword = Tag = "";
  ExpectsEnumerator = false;
  IsEnded = Braces.empty() && HasBody;
  return true;
}

bool TextSplitter::skipParentheses() {
  unsigned Depth = 0;
  do {
    Token T = Tokens.next();
    if (T.Kind == TokenKind::End || T.Kind == TokenKind::Bad || T.Kind == TokenKind::Directive || T.is(';'))
      return false;
    if (T.is('('))
      ++Depth;
    else if (Depth == 0)
      return false;
    else
      Depth -= T.is(')');
  } while (Depth);
  return true;
}

std::optional<TextHeader> TextHeader::split(StringRef Text) {
  TextHeader Result;
  Result.Text = Text;
  if (Text.size() >= UINT32_MAX || !TextSplitter(Result).run())
    return std::nullopt;
  return Result;
}

//===----------------------------------------------------------------------===//
// What a program reaches
//===----------------------------------------------------------------------===//

class TextClosure {
  using Level = TextHeader::Level;

public:
  TextClosure(const TextHeader &Header, const ProgramNames &Names)
      : Header(Header), Names(Names), Levels(Header.Chunks.size(), Level::None) {}

  std::vector<Level> run() {
    for (const auto &Entry : Names.Names) {
      Level Wanted = Entry.second == ProgramNames::Named ? Level::Whole : Level::Mentioned;
      request(Entry.getKey(), Space::Tag, Wanted);
      request(Entry.getKey(), Space::Ordinary, Wanted);
    }
    for (uint32_t Chunk = 0; Chunk < Levels.size(); ++Chunk)
      if (Header.Chunks[Chunk].What == Form::Directive || !Header.Chunks[Chunk].IsNamed)
        raise(Chunk, Level::Whole);
    while (!Worklist.empty())
      walk(Worklist.pop_back_val());
    return std::move(Levels);
  }

private:
  using Form = TextHeader::Form;
  using Space = TextHeader::Space;

  void request(StringRef Name, Space Where, Level Wanted) {
    Header.forEachDeclaring(Name, Where, [&](uint32_t Chunk) { raise(Chunk, Wanted); });
  }

  void raise(uint32_t Chunk, Level Wanted) {
    Form What = Header.Chunks[Chunk].What;
    if (What != Form::Record && What != Form::Typedef)
      Wanted = Level::Whole;
    if (Levels[Chunk] >= Wanted)
      return;
    Levels[Chunk] = Wanted;
    if (What != Form::Announcement && (What != Form::Record || Wanted == Level::Whole))
      Worklist.push_back(Chunk);
  }

  void walk(uint32_t Chunk);

  const TextHeader &Header;
  const ProgramNames &Names;
  std::vector<Level> Levels;
  SmallVector<uint32_t> Worklist;
};

namespace {
/// The words between two of ; { }: one member, as a rule.
struct Statement {
  struct Reference {
    StringRef Name;
    bool IsTag, IsEnum;
  };
  SmallVector<Reference, 16> Words;
  bool HasStar = false, HasComma = false, IsArrayBehindParenthesis = false, WasParenthesis = false;
  unsigned Parentheses = 0;

  void take(const Token &T) {
    HasStar |= T.is('*');
    HasComma |= T.is(',') && Parentheses == 0;
    IsArrayBehindParenthesis |= WasParenthesis && T.is('[');
    WasParenthesis = T.is(')');
    Parentheses += T.is('(');
    Parentheses -= T.is(')') && Parentheses;
  }
};
} // namespace

void TextClosure::walk(uint32_t Chunk) {
  const TextHeader::Chunk &C = Header.Chunks[Chunk];
  // Behind a pointer a type need not be complete, unless the program looks there: into a member that it accesses,
  // through a typedef that it names, at what a function that it calls takes and gives.
  bool IsTypedef = C.What == Form::Typedef, IsPlainType = IsTypedef || C.What == Form::Record;
  auto Flush = [&](Statement &S) {
    bool LooksThrough = !IsPlainType || any_of(S.Words, [&](const Statement::Reference &R) {
      if (R.IsTag)
        return false;
      auto It = IsTypedef ? Names.Names.find(R.Name) : Names.Names.end();
      return Names.Accessed.contains(R.Name) || (It != Names.Names.end() && It->second == ProgramNames::Named);
    });
    bool IsPointer = S.HasStar && !S.HasComma && !S.IsArrayBehindParenthesis;
    bool IsOnlyMentioned = IsTypedef && Levels[Chunk] == Level::Mentioned && S.Parentheses == 0;
    Level Wanted = LooksThrough || !(IsPointer || IsOnlyMentioned) ? Level::Whole : Level::Mentioned;
    for (const Statement::Reference &R : S.Words)
      request(R.Name, R.IsTag ? Space::Tag : Space::Ordinary, R.IsEnum ? Level::Whole : Wanted);
    S = Statement();
  };
  Tokenizer Tokens(Header.Text, C.Begin + (C.What == Form::Directive), C.End);
  Statement S;
  StringRef Previous;
  for (Token T = Tokens.next(); T.Kind != TokenKind::End && T.Kind != TokenKind::Bad; T = Tokens.next()) {
    StringRef Word = Header.Text.slice(T.Begin, T.End);
    if (T.Kind == TokenKind::Word) {
      bool IsEnum = Previous == "enum";
      S.Words.push_back({Word, IsEnum || Previous == "struct" || Previous == "union", IsEnum});
    } else if (T.is(';') || T.is('{') || T.is('}')) {
      Flush(S);
    } else {
      S.take(T);
    }
    Previous = Word;
  }
  Flush(S);
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

namespace {
/// Writes parts of a text so that each keeps its line.
class PartWriter {
public:
  void skip(StringRef Dropped) { Skipped += Dropped.count('\n'); }

  void write(StringRef Kept) {
    Line += Skipped;
    if (Skipped > MaxBlankLines)
      Result += "\n#line " + utostr(Line) + "\n";
    else
      Result.append(Skipped, '\n');
    Skipped = 0;
    Line += Kept.count('\n');
    Result += Kept;
  }

  std::string take() {
    write("");
    return std::move(Result);
  }

private:
  static constexpr size_t MaxBlankLines = 8; ///< more cost more than a directive

  std::string Result;
  size_t Line = 1;    ///< behind Result
  size_t Skipped = 0; ///< lines
};
} // namespace

/// "struct NAME;" for a record that is only mentioned.
static void writeAnnouncement(PartWriter &Writer, StringRef Definition) {
  StringRef Head = Definition.take_until([](char C) { return C == '{'; }).rtrim();
  Writer.write(Head);
  Writer.write(";");
  Writer.skip(Definition.drop_front(Head.size()));
}

std::string TextHeader::render(ArrayRef<Level> Levels) const {
  PartWriter Writer;
  size_t At = 0; // what is before it has been written
  for (auto [C, Shown] : zip_equal(Chunks, Levels)) {
    if (Shown == Level::None)
      continue;
    Writer.skip(Text.slice(At, C.Begin));
    StringRef Whole = Text.slice(C.Begin, C.End);
    if (C.What == Form::Record && Shown == Level::Mentioned)
      writeAnnouncement(Writer, Whole);
    else
      Writer.write(Whole);
    At = C.End;
  }
  Writer.skip(Text.drop_front(At));
  return Writer.take();
}

std::string TextHeader::directives() const {
  std::string Result;
  for (const Chunk &C : Chunks)
    if (C.What == Form::Directive)
      (Result += Text.slice(C.Begin, C.End)) += '\n';
  return Result;
}

/// Leaves out what others define. An enum is that if one of its enumerators is. Functions that the program declares too
/// stay: all declarations of one together tell whether it is weak.
void TextHeader::skipDefined(const ProgramNames &Names, std::vector<Level> &Levels) const {
  auto Skip = [&](uint32_t Chunk) {
    Form What = Chunks[Chunk].What;
    if (What == Form::Record || What == Form::Enum || What == Form::Typedef)
      Levels[Chunk] = Level::None;
  };
  for (const auto &Entry : Names.DefinedTags)
    forEachDeclaring(Entry.getKey(), Space::Tag, Skip);
  for (const auto &Entry : Names.DefinedNames)
    forEachDeclaring(Entry.getKey(), Space::Ordinary, Skip);
}

bool TextHeader::declares(StringRef Name) const {
  bool IsDeclared = false;
  for (Space Where : {Space::Tag, Space::Ordinary})
    forEachDeclaring(Name, Where, [&](uint32_t) { IsDeclared = true; });
  return IsDeclared;
}

std::string TextHeader::slice(const ProgramNames &Names) const {
  std::vector<Level> Levels = TextClosure(*this, Names).run();
  skipDefined(Names, Levels);
  return render(Levels);
}

} // namespace bpfbuild
