//===- CxxLibrary.h - as much of bpf.hpp as a program uses ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_CXX_CXXLIBRARY_H
#define BPFBUILD_COMPILE_CXX_CXXLIBRARY_H

#include "Vmlinux/ProgramNames.h"
#include "llvm/ADT/StringRef.h"
#include <functional>
#include <string>
#include <vector>

namespace bpfbuild {

/// The headers of CxxHeaderDir, in paragraphs: what stands between empty lines, at file scope or in a namespace. A
/// program is shown those that it names something of, and those that these need, each at its line. To parse the whole
/// library takes as long as a small program.
class CxxLibrary {
public:
  /// \p Read gives the text of a header by its name, such as map.hpp; it must outlive the library.
  explicit CxxLibrary(std::function<llvm::StringRef(llvm::StringRef Name)> Read);

  /// The header with what \p Program uses of it.
  std::string slice(llvm::StringRef Name, const ProgramNames &Program);

  /// The header's directives.
  static std::string directives(llvm::StringRef Text);

private:
  /// A run of lines of one header.
  struct Paragraph {
    llvm::StringRef Text;
    bool IsFrame = false; ///< directives, and where namespaces begin and end
    bool IsNeeded = false;
    bool Declares = false;              ///< it is the first to have one of its outer names
    std::vector<llvm::StringRef> Names; ///< in its code
    std::vector<llvm::StringRef> Outer; ///< those that it may declare
  };
  class Scanner;

  void add(llvm::StringRef Header);
  void split(llvm::StringRef Text, std::vector<Paragraph> &Paragraphs);
  void find(const ProgramNames &Program);
  void need(uint32_t Index);

  std::function<llvm::StringRef(llvm::StringRef)> Read;
  llvm::StringMap<std::pair<uint32_t, uint32_t>> Headers; ///< where the paragraphs of each begin and end
  std::vector<Paragraph> Paragraphs;
  llvm::StringMap<uint32_t> Owners; ///< the first paragraph that has the name outside of brackets
  bool IsFound = false;
};

} // namespace bpfbuild

#endif
