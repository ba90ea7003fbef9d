//===- Migrator.h - finds old forms in a translation unit -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the parts share: OldMaps.cpp, OldSections.cpp, OldHelpers.cpp and Modernise.cpp find their forms in the AST,
// which says what is meant, and change the tokens of the file that they are written in (FileTokens.h).
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_MIGRATE_MIGRATOR_H
#define BPFBUILD_COMPILE_MIGRATE_MIGRATOR_H

#include "Compile/Migrate/FileTokens.h"
#include "Compile/Migrate/Migration.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/FormatVariadic.h"
#include <memory>

namespace bpfbuild {

/// A place in the text of a file, where what is spelled there stands; a macro's body counts, its expansion does not.
struct WrittenRange {
  clang::FileID File;
  unsigned Begin = 0, End = 0;
};

class Migrator {
public:
  Migrator(clang::ASTContext &Context, clang::Preprocessor &PP, const MigrateOptions &Options)
      : Context(Context), SM(Context.getSourceManager()), PP(PP), Options(Options) {}

  /// All of it.
  Migration run();

  std::vector<clang::SourceRange> Skipped; ///< by the preprocessor: branches that are not taken

  clang::ASTContext &Context;
  const clang::SourceManager &SM;
  clang::Preprocessor &PP;
  const MigrateOptions &Options;
  Migration Result;

  const FileTokens &tokens(clang::FileID File);

  /// The path of the source.
  std::string mainPath() const;

  /// False for system headers, those inside of bpfcc++ and libbpf's own: what is old there is not the user's.
  bool isEditable(clang::FileID File) const;

  /// How often the uses of what is written there have needed different changes.
  unsigned timesContested(clang::FileID File, unsigned Begin, unsigned End) const;
  bool isContested(clang::FileID File, unsigned Begin, unsigned End) const {
    return timesContested(File, Begin, End) > 1;
  }

  /// True if the preprocessor has passed over it.
  bool isSkipped(clang::FileID File, unsigned Offset) const;

  /// The text that stands there, without comments, one blank between two tokens.
  std::string plainText(clang::FileID File, unsigned Begin, unsigned End);

  void replace(clang::FileID File, unsigned Begin, unsigned End, std::string Text);
  void insert(clang::FileID File, unsigned At, std::string Text) { replace(File, At, At, std::move(Text)); }

  /// Something that stays as it is, and what to do about it.
  template <typename... Ts> void leave(clang::SourceLocation Where, const char *Format, Ts &&...Args) {
    say(Result.Left, Where, llvm::formatv(Format, std::forward<Ts>(Args)...).str());
  }
  template <typename... Ts> void advise(clang::SourceLocation Where, const char *Format, Ts &&...Args) {
    say(Result.Advice, Where, llvm::formatv(Format, std::forward<Ts>(Args)...).str());
  }

  /// The text of \p Range where both of its ends are written in one file, and not by a macro; nothing otherwise.
  std::optional<WrittenRange> written(clang::SourceRange Range) const;

  /// The ranges of text that made \p Loc, the innermost first: of `SEC("a")` in the body of PROG(), and of PROG(x).
  std::vector<WrittenRange> expansions(clang::SourceLocation Loc);

  /// True if \p Name is a macro where \p File is at \p Offset.
  bool isMacro(llvm::StringRef Name, clang::FileID File, unsigned Offset) const;

  /// SEC("NAME"), by the macro that there is; \p File is told that it needs one.
  std::string section(llvm::StringRef Name, clang::FileID File, unsigned Offset);

  /// Notes that text at that place uses a macro of <bpf/bpf_helpers.h>.
  void need(llvm::StringRef Macro, clang::FileID File, unsigned Offset);

  /// Has \p File include <bpf/bpf_endian.h> too.
  void includeEndian(clang::FileID File) { NeedsOf[File].HasEndian = true; }

  /// True if \p File is to include <bpf/bpf_helpers.h>.
  bool includesHelperHeader(clang::FileID File) const {
    auto It = NeedsOf.find(File);
    return Options.UsesHelperHeader && It != NeedsOf.end() && !It->second.Macros.empty();
  }

  /// The name of a context's struct that \p Function gets; empty if it gets something else.
  static llvm::StringRef contextOf(const clang::FunctionDecl &Function);

  /// True if the translation unit has iproute2's maps or sections.
  bool isForIproute2 = false;

  /// The programs that a prog_array's initialiser has: their sections need not say where they go any longer.
  std::set<const clang::FunctionDecl *> Placed;

private:
  void migrateMaps();
  void migrateSections();
  void dropHelpers();
  void modernise();
  void addIncludes();
  void say(std::vector<Diagnostic> &Where, clang::SourceLocation Loc, std::string Message);
  void leaveSkipped();
  std::optional<unsigned> includePlace(clang::FileID File, unsigned Before);

  struct Needs {
    std::set<std::string> Macros;
    unsigned First = ~0u;                       ///< offset of the first use
    bool HasHelpers = false, HasEndian = false; ///< something of <bpf/bpf_helpers.h> or bpf_endian.h was dropped
  };
  llvm::DenseMap<clang::FileID, std::unique_ptr<FileTokens>> Files;
  llvm::DenseMap<clang::FileID, Needs> NeedsOf;
};

/// The section of a variable or function that its own declaration names; empty if none does.
llvm::StringRef sectionOf(const clang::Decl &D);

/// The name that \p Call calls, `bpf_map_lookup_elem` for example; empty where it calls no declaration by its name.
llvm::StringRef calleeOf(const clang::CallExpr &Call);

} // namespace bpfbuild

#endif
