//===- Names.h - names from an object as C++ identifiers --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whatever an object calls its types, members, maps and programs, the generated header only ever holds valid C++
// identifiers that do not clash: everything goes through here.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SKELETON_NAMES_H
#define BPFBUILD_SKELETON_NAMES_H

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace bpfbuild {

/// True for a keyword of C++17 to C++23 or an alternative operator spelling.
bool isKeyword(std::string_view Name);

/// True for [A-Za-z_][A-Za-z0-9_]* that is no keyword.
bool isIdentifier(std::string_view Name);

/// \p Name with invalid characters made '_', and '_' added to what is a keyword or a macro of the C library.
std::string toIdentifier(std::string_view Name);

/// The names of one C++ scope. A name that is taken gets '_', then another, then a number: size, size_, size__, size_3.
class NameScope {
public:
  NameScope() = default;
  explicit NameScope(std::initializer_list<std::string> Reserved) : Taken(Reserved) {}

  std::string add(std::string_view Name);

private:
  std::set<std::string> Taken;
  std::map<std::string, unsigned> Numbers; ///< the last that a name was given
};

} // namespace bpfbuild

#endif
