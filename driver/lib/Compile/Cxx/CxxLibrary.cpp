//===- CxxLibrary.cpp - as much of bpf.hpp as a program uses --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Cxx/CxxLibrary.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <array>

using namespace llvm;

namespace bpfbuild {

/// The header that includes all others.
static constexpr StringLiteral Root = "bpf.hpp";
/// Words around the names of declarations.
static constexpr StringLiteral Keywords[] = {
    "__asm__",   "__ksym",    "__weak",   "auto",     "bool",     "char",     "class",   "const",  "consteval",
    "constexpr", "constinit", "decltype", "enum",     "explicit", "extern",   "gnu",     "inline", "int",
    "long",      "nodiscard", "noexcept", "operator", "public",   "requires", "short",   "signed", "static",
    "struct",    "template",  "typename", "union",    "unsigned", "using",    "virtual", "void",   "volatile"};
static constexpr StringLiteral IncludeOfLibrary = "#include <bpf_helpers/";

/// Which characters names consist of.
static constexpr auto IsOfName = [] {
  std::array<bool, 256> Is{};
  for (unsigned C = 0; C < Is.size(); ++C)
    Is[C] = (C >= 'a' && C <= 'z') || (C >= 'A' && C <= 'Z') || (C >= '0' && C <= '9') || C == '_';
  return Is;
}();

/// Goes over the lines of a header, past comments and literals.
class CxxLibrary::Scanner {
public:
  /// Adds the line's names to \p P, to which it belongs: to its outer ones those that are outside of brackets of any
  /// kind, not qualified, nor one letter, as those of templates' parameters are; and an enum's enumerators.
  void scan(StringRef Line, Paragraph &P);
  void beginParagraph() { Brackets = Angles = 0, IsEnum = IsValue = false; }
  int depth() const { return Depth; }

private:
  int Depth = 0; ///< of braces, but for those of namespaces
  int Brackets = 0, Angles = 0;
  bool IsEnum = false;
  bool IsValue = false; ///< behind the = of a declaration
};

void CxxLibrary::Scanner::scan(StringRef Line, Paragraph &P) {
  IsEnum |= Line.starts_with("enum ");
  char Before = 0; // the name that begins
  for (const char *At = Line.begin(), *End = Line.end(); At < End; ++At) {
    if (IsOfName[uint8_t(*At)]) {
      const char *Begin = At;
      while (At < End && IsOfName[uint8_t(*At)])
        ++At;
      StringRef Name(Begin, At-- - Begin);
      if (isDigit(Name.front()))
        continue;
      P.Names.push_back(Name);
      if (Angles == 0 && (Brackets == 0 || IsEnum) && !IsValue && Before != ':' && Name.size() > 1)
        P.Outer.push_back(Name);
      continue;
    }
    Before = *At;
    switch (*At) {
    case '/':
      if (At + 1 < End && At[1] == '/')
        return;
      break;
    case '"':
      At = std::find(At + 1, End, '"');
      break;
    case '\'':
      At += End - At > 2 && At[2] == '\'' ? 2 : 0;
      break;
    case '(':
    case '[':
      ++Brackets;
      break;
    case ')':
    case ']':
      --Brackets;
      break;
    case '{':
      ++Brackets, ++Depth;
      break;
    case '}':
      --Brackets, --Depth;
      break;
    case '=':
    case ';':
      if (Brackets == 0 && Angles == 0)
        IsValue = *At == '=';
      break;
    case '<':
      Angles += Brackets == 0 && !IsEnum;
      break;
    case '>':
      Angles -= Brackets == 0 && !IsEnum && Angles > 0;
      break;
    }
  }
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
      for (StringRef Name : P.Outer)
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
  Scanner Scan;
  bool IsOpen = false;
  for (StringRef Rest = Text; !Rest.empty();) {
    StringRef Line = Rest.take_front(std::min(Rest.size(), Rest.find('\n') + 1));
    Rest = Rest.drop_front(Line.size());
    bool IsFrame = Scan.depth() == 0 && (Line.starts_with("#") || Line.starts_with("namespace ") ||
                                         Line.starts_with("extern \"C\" {") || Line.starts_with("}"));
    if (!IsOpen || IsFrame || Result.back().IsFrame) {
      Result.emplace_back().Text = StringRef(Line.data(), 0);
      Result.back().IsFrame = IsFrame;
      Scan.beginParagraph();
    }
    Paragraph &P = Result.back();
    P.Text = StringRef(P.Text.data(), Line.end() - P.Text.data());
    if (!IsFrame)
      Scan.scan(Line, P);
    else if (!Line.starts_with("#"))
      Scanner().scan(Line, P);
    IsOpen = !IsFrame && (Scan.depth() != 0 || !Line.trim().empty());
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
