//===- Migration.h - what a source has of old forms -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The forms that libbpf 1.0 dropped, and what they are written as today: plain data, edits of files. Whoever applies
// them compiles the result and compares (Migrate/Proof.h); nothing here is written to a disk.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_MIGRATE_MIGRATION_H
#define BPFBUILD_COMPILE_MIGRATE_MIGRATION_H

#include "Support/Diagnostic.h"
#include <map>
#include <set>
#include <string>
#include <vector>

namespace bpfbuild {

/// Bytes of a file and what stands in their place. Length 0 is an insertion.
struct TextEdit {
  unsigned Offset = 0, Length = 0;
  std::string Text;
  auto operator<=>(const TextEdit &) const = default;
};

/// A file as it was read, and its edits. Several sources may want the same edit of a header: it is made once.
struct EditedFile {
  std::string Text;
  std::set<TextEdit> Edits;
  std::set<std::string> Names; ///< by which it was opened, absolute: links and dots among them

  /// The place of two edits that overlap and differ; nothing if all can be made.
  std::optional<unsigned> conflict() const;

  /// Where lines go that stood between blank ones, one of these goes too.
  void tidyBlankLines();

  /// The text with all edits, which do not overlap.
  std::string edited() const;
};

/// By the path that leads to the file itself.
using EditedFiles = std::map<std::string, EditedFile>;

struct MigrateOptions {
  /// Declarations of helpers, and macros, that <bpf/bpf_helpers.h> has too are dropped for it. Otherwise what a file
  /// lacks of __uint() and the like is written into it.
  bool UsesHelperHeader = true;
  bool Modernises = false;                     ///< --modernise: what changes instructions too
  std::map<std::string, std::string> Sections; ///< --section=OLD=NEW
  /// Places, a path and an offset, about which uses of one macro or header disagree. At the first time, types are not
  /// taken from uses there; at the second, what is written there is left.
  std::map<std::pair<std::string, unsigned>, unsigned> Contested;
  /// Maps that are left, as the proof has refused them: the path of the source, and the variable.
  std::set<std::pair<std::string, std::string>> Excluded;
};

/// A map of the form before BTF that becomes a BTF-defined one: of one array several.
struct MovedMap {
  std::string Old;
  std::vector<std::string> New;
};

/// A program whose section changes.
struct MovedProgram {
  std::string Function, Old, New;
};

/// What one source says.
struct Migration {
  EditedFiles Files;
  std::vector<MovedMap> Maps;
  std::vector<MovedProgram> Programs;
  std::vector<Diagnostic> Left;        ///< what has to be changed by hand: warnings, with what to do
  std::vector<Diagnostic> Advice;      ///< what the host has to change
  bool DropsHelpers = false;           ///< or macros, for those of <bpf/bpf_helpers.h>
  std::vector<std::string> OwnHelpers; ///< that the source declares in a way that cannot be dropped, beside an #include
};

} // namespace bpfbuild

#endif
