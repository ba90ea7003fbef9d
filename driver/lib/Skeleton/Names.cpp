//===- Names.cpp - names from an object as C++ identifiers ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Skeleton/Names.h"
#include <algorithm>
#include <iterator>

namespace bpfbuild {

static constexpr std::string_view Keywords[] = {
    "alignas",     "alignof",  "and",        "and_eq",    "asm",       "auto",         "bitand",
    "bitor",       "bool",     "break",      "case",      "catch",     "char",         "char16_t",
    "char32_t",    "char8_t",  "class",      "co_await",  "co_return", "co_yield",     "compl",
    "concept",     "const",    "const_cast", "consteval", "constexpr", "constinit",    "continue",
    "decltype",    "default",  "delete",     "do",        "double",    "dynamic_cast", "else",
    "enum",        "explicit", "export",     "extern",    "false",     "float",        "for",
    "friend",      "goto",     "if",         "inline",    "int",       "long",         "mutable",
    "namespace",   "new",      "noexcept",   "not",       "not_eq",    "nullptr",      "operator",
    "or",          "or_eq",    "private",    "protected", "public",    "register",     "reinterpret_cast",
    "requires",    "return",   "short",      "signed",    "sizeof",    "static",       "static_assert",
    "static_cast", "struct",   "switch",     "template",  "this",      "thread_local", "throw",
    "true",        "try",      "typedef",    "typeid",    "typename",  "typeof",       "union",
    "unsigned",    "using",    "virtual",    "void",      "volatile",  "wchar_t",      "while",
    "xor",         "xor_eq"};

/// Names of members that the host's C library or compiler may have as macros.
static constexpr std::string_view Macros[] = {"EOF",   "NULL",     "assert", "errno", "i386",   "linux", "major",
                                              "minor", "offsetof", "stderr", "stdin", "stdout", "unix"};

static bool isIdentifierCharacter(char C) {
  return (C >= 'a' && C <= 'z') || (C >= 'A' && C <= 'Z') || (C >= '0' && C <= '9') || C == '_';
}

bool isKeyword(std::string_view Name) {
  return std::binary_search(std::begin(Keywords), std::end(Keywords), Name);
}

bool isIdentifier(std::string_view Name) {
  return !Name.empty() && !(Name[0] >= '0' && Name[0] <= '9') &&
         std::all_of(Name.begin(), Name.end(), isIdentifierCharacter) && !isKeyword(Name);
}

std::string toIdentifier(std::string_view Name) {
  std::string Result(Name);
  std::replace_if(Result.begin(), Result.end(), [](char C) { return !isIdentifierCharacter(C); }, '_');
  if (Result.empty() || (Result[0] >= '0' && Result[0] <= '9'))
    Result.insert(0, 1, '_');
  if (isKeyword(Result) || std::binary_search(std::begin(Macros), std::end(Macros), std::string_view(Result)))
    Result += '_';
  return Result;
}

/// From the third one on that is called so, numbers: thousands of types may have one name.
static constexpr unsigned MaxUnderscores = 2;

std::string NameScope::add(std::string_view Name) {
  std::string Wanted = toIdentifier(Name), Result = Wanted;
  for (unsigned Times = 1; !Taken.insert(Result).second; ++Times) {
    if (Times <= MaxUnderscores)
      Result += '_';
    else
      Result = Wanted + "_" + std::to_string(++Numbers.try_emplace(Wanted, MaxUnderscores).first->second);
  }
  return Result;
}

} // namespace bpfbuild
