//===- CxxLibrary.cpp - as much of bpf.hpp as a program uses --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/CxxLibrary.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace bpfbuild {

/// The header that includes all others.
static constexpr StringLiteral Root = "bpf.hpp";
/// Words around the names of declarations.
static constexpr StringLiteral Keywords[] = {
    "__asm__", "__ksym", "__weak",   "auto",     "bool",  "char",     "class",    "const",  "constexpr",
    "enum",    "extern", "gnu",      "inline",   "int",   "long",     "operator", "public", "short",
    "static",  "struct", "template", "typename", "union", "unsigned", "using",    "void",   "nodiscard"};
static constexpr StringLiteral IncludeOfLibrary = "#include <bpf_helpers/";

/// A line without its comment.
static StringRef codeOf(StringRef Line) {
  return Line.take_front(Line.find("//"));
}

static bool isOfName(char C) {
  return isAlnum(C) || C == '_';
}

static void addNames(StringRef Line, std::vector<StringRef> &Names) {
  for (StringRef Rest = codeOf(Line); !Rest.empty();) {
    Rest = Rest.drop_until([](char C) { return isOfName(C) || C == '"'; });
    if (Rest.starts_with("\"")) {
      Rest = Rest.drop_front(1).drop_until([](char C) { return C == '"'; }).drop_front(1);
      continue;
    }
    StringRef Name = Rest.take_while(isOfName);
    Rest = Rest.drop_front(Name.size());
    if (!Name.empty() && !isDigit(Name.front()))
      Names.push_back(Name);
  }
}

/// Calls \p Visit for each character of the code of \p Text outside of literals and comments.
template <typename Visitor> static void forEachCharacter(StringRef Text, Visitor Visit) {
  for (const char *At = Text.begin(), *End = Text.end(); At < End; ++At) {
    if (*At == '/' && End - At > 1 && At[1] == '/') {
      At = std::find(At, End, '\n');
      if (At == End)
        return;
    } else if (*At == '"') {
      At = std::find(At + 1, End, '"');
      continue;
    } else if (*At == '\'' && End - At > 2 && At[2] == '\'') {
      At += 2;
      continue;
    }
    Visit(*At);
  }
}

/// The names that a paragraph may declare: those outside of brackets of any kind that are not qualified, nor one
/// letter, as those of templates' parameters are; and an enum's enumerators.
static std::vector<StringRef> outerNames(StringRef Text) {
  std::vector<StringRef> Names;
  int Brackets = 0, Angles = 0;
  bool IsEnum = Text.contains("\nenum ") || Text.starts_with("enum ");
  const char *Begin = nullptr;
  char Before = 0; // the name that begins
  forEachCharacter(Text, [&](const char &C) {
    Brackets += (C == '(' || C == '[' || C == '{') - (C == ')' || C == ']' || C == '}');
    if (Brackets == 0 && !IsEnum)
      Angles = std::max(0, Angles + (C == '<') - (C == '>'));
    bool IsOuter = isOfName(C) && Angles == 0 && (Brackets == 0 || IsEnum);
    if (IsOuter && !Begin) {
      Begin = &C;
    } else if (!IsOuter && Begin) {
      StringRef Name(Begin, &C - Begin);
      if (Before != ':' && Name.size() > 1 && !isDigit(Name.front()))
        Names.push_back(Name);
      Begin = nullptr;
    }
    if (!IsOuter)
      Before = C;
  });
  return Names;
}

CxxLibrary::CxxLibrary(std::function<StringRef(StringRef)> Read) : Read(std::move(Read)) {
  add(Root);
  StringSet<> Known; // names that are always there
  Known.insert(std::begin(Keywords), std::end(Keywords));
  for (const Paragraph &P : Paragraphs)
    if (P.IsFrame)
      Known.insert(P.Names.begin(), P.Names.end());
  for (uint32_t Index = 0; Index < Paragraphs.size(); ++Index)
    if (Paragraph &P = Paragraphs[Index]; !P.IsFrame)
      for (StringRef Name : outerNames(P.Text))
        P.Declares |= !Known.contains(Name) && Owners.try_emplace(Name, Index).second;
}

/// Adds a header's paragraphs behind those of the headers that it includes.
void CxxLibrary::add(StringRef Header) {
  if (!Headers.try_emplace(Header).second)
    return;
  std::vector<Paragraph> Own;
  split(Read(Header), Own);
  for (const Paragraph &P : Own)
    for (StringRef Rest = P.Text; P.IsFrame && !Rest.empty();) {
      auto [Line, Others] = Rest.split('\n');
      Rest = Others;
      if (Line.consume_front(IncludeOfLibrary))
        add(Line.take_until([](char C) { return C == '>'; }));
    }
  uint32_t Begin = Paragraphs.size();
  append_range(Paragraphs, Own);
  Headers[Header] = {Begin, uint32_t(Paragraphs.size())};
}

//===----------------------------------------------------------------------===//
// Paragraphs
//===----------------------------------------------------------------------===//

void CxxLibrary::split(StringRef Text, std::vector<Paragraph> &Result) {
  int Depth = 0; // of braces, but for those of namespaces
  bool IsOpen = false;
  for (StringRef Rest = Text; !Rest.empty();) {
    StringRef Line = Rest.take_front(std::min(Rest.size(), Rest.find('\n') + 1));
    Rest = Rest.drop_front(Line.size());
    StringRef Code = codeOf(Line).trim();
    bool IsFrame = Depth == 0 &&
                   (Code.starts_with("#") || Code.starts_with("namespace ") || Code == "extern \"C\" {" || Code == "}");
    if (!IsFrame)
      forEachCharacter(Line, [&](char C) { Depth += (C == '{') - (C == '}'); });
    if (!IsOpen || IsFrame || Result.back().IsFrame)
      Result.push_back({StringRef(Line.data(), 0), IsFrame, false, {}, false});
    Result.back().Text = StringRef(Result.back().Text.data(), Line.end() - Result.back().Text.data());
    if (!Code.starts_with("#"))
      addNames(Line, Result.back().Names);
    IsOpen = !IsFrame && !(Line.trim().empty() && Depth == 0);
  }
}

std::string CxxLibrary::directives(StringRef Text) {
  std::string Result;
  for (StringRef Rest = Text; !Rest.empty();) {
    auto [Line, Others] = Rest.split('\n');
    Rest = Others;
    if (Line.starts_with("#"))
      (Result += Line) += '\n';
  }
  return Result;
}

//===----------------------------------------------------------------------===//
// What a program needs
//===----------------------------------------------------------------------===//

void CxxLibrary::need(uint32_t Index) {
  SmallVector<uint32_t> Worklist = {Index};
  while (!Worklist.empty()) {
    Paragraph &P = Paragraphs[Worklist.pop_back_val()];
    if (std::exchange(P.IsNeeded, true))
      continue;
    for (StringRef Name : P.Names)
      if (auto It = Owners.find(Name); It != Owners.end())
        Worklist.push_back(It->second);
  }
}

/// What declares nothing, such as a specialisation, is needed if all is that it names and others declare.
void CxxLibrary::find(const ProgramNames &Program) {
  if (std::exchange(IsFound, true))
    return;
  for (const auto &Entry : Program.Names)
    if (Entry.second == ProgramNames::Named)
      if (auto It = Owners.find(Entry.first()); It != Owners.end())
        need(It->second);
  auto IsNeeded = [&](StringRef Name) {
    auto It = Owners.find(Name);
    return It == Owners.end() || Paragraphs[It->second].IsNeeded;
  };
  for (uint32_t Index = 0; Index < Paragraphs.size(); ++Index)
    if (const Paragraph &P = Paragraphs[Index]; !P.IsFrame && !P.Declares && !P.Names.empty())
      if (all_of(P.Names, IsNeeded))
        need(Index);
}

std::string CxxLibrary::slice(StringRef Name, const ProgramNames &Program) {
  find(Program);
  auto It = Headers.find(Name);
  if (It == Headers.end())
    return Read(Name).str();
  auto [Begin, End] = It->second;
  // A header that nothing is used of does without those that it includes, too.
  if (Name != Root && none_of(ArrayRef(Paragraphs).slice(Begin, End - Begin), [](auto &P) { return P.IsNeeded; }))
    return "";
  std::string Result;
  for (uint32_t Index = Begin; Index < End; ++Index) {
    const Paragraph &P = Paragraphs[Index];
    if (P.IsFrame || P.IsNeeded)
      Result += P.Text;
    else
      Result.append(P.Text.count('\n'), '\n');
  }
  return Result;
}

} // namespace bpfbuild
