//===- TextHeader.h - a C header of types, declaration by declaration ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Splits the text of a vmlinux.h into its top-level declarations, without parsing C: braces, parentheses, comments,
// strings and semicolons are enough to find where each begins and ends, and a few words of it to find which names it
// declares. What is not of the expected form (a directive within a declaration, unbalanced braces, linkage
// specifications, …) is not split at all.
//
// A slice keeps directives and the declarations that are reached, each on its line: what is left out leaves its line
// breaks, or a #line. A record that is only pointed to shrinks to its announcement.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_VMLINUX_TEXTHEADER_H
#define BPFBUILD_VMLINUX_TEXTHEADER_H

#include "Vmlinux/ProgramNames.h"
#include "llvm/ADT/ArrayRef.h"
#include <optional>
#include <string>
#include <vector>

namespace bpfbuild {

class TextHeader {
public:
  /// \p Text must outlive the result; nothing if its structure is not understood.
  static std::optional<TextHeader> split(llvm::StringRef Text);

  /// The text without declarations. Its lines are others.
  std::string directives() const;

  /// The text with what \p Names can reach.
  std::string slice(const ProgramNames &Names) const;

  /// True if \p Name is a tag, a typedef, an enumerator, a function or a variable of the text.
  bool declares(llvm::StringRef Name) const;

private:
  friend class TextSplitter;
  friend class TextClosure;

  enum class Form : uint8_t {
    Directive,    ///< # to the end of its line
    Announcement, ///< struct NAME;
    Record,       ///< struct or union NAME { … };
    Enum,         ///< enum NAME { … };
    Typedef,
    Other, ///< functions, variables
  };

  struct Chunk {
    uint32_t Begin, End; ///< offsets in Text
    Form What;
    bool IsNamed; ///< it declares a name that can be looked up
  };

  /// How much of a chunk is shown.
  enum class Level : uint8_t { None, Mentioned, Whole };

  void skipDefined(const ProgramNames &Names, std::vector<Level> &Levels) const;

  /// The text with each chunk at its level, and on its line.
  std::string render(llvm::ArrayRef<Level> Levels) const;

  /// C has two spaces of names.
  enum class Space : uint8_t { Tag, Ordinary };

  /// A name in one of the spaces: an entry of an open hash table.
  struct Entry {
    uint32_t Name = 0;  ///< in Text
    uint32_t Hash = 0;  ///< of name and space: names that are equal but for their space differ in it
    uint32_t Links = 0; ///< index into Links; 0: a free entry
  };

  /// A chunk that declares a name, and the next one of the same name.
  struct Link {
    uint32_t Chunk, Next;
  };

  static uint32_t hash(llvm::StringRef Name, Space Where);
  size_t slotOf(llvm::StringRef Name, uint32_t Hash) const;
  void declare(llvm::StringRef Name, Space Where, uint32_t Chunk);
  void grow();
  template <typename Visitor> void forEachDeclaring(llvm::StringRef Name, Space Where, Visitor Visit) const;

  llvm::StringRef Text;
  std::vector<Chunk> Chunks; ///< in order; what lies between them is blank
  std::vector<Entry> Table;
  std::vector<Link> Links = {{0, 0}};
  size_t Used = 0; ///< entries of Table
};

} // namespace bpfbuild

#endif
