//===- Migration.cpp - edits of files -------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Migrate/Migration.h"
#include "llvm/ADT/StringRef.h"

namespace bpfbuild {

std::optional<unsigned> EditedFile::conflict() const {
  const TextEdit *Last = nullptr;
  for (const TextEdit &E : Edits) { // by offset; insertions come before what is replaced there
    if (Last && (E.Offset < Last->Offset + Last->Length || (E.Offset == Last->Offset && !E.Length == !Last->Length)))
      return E.Offset;
    Last = &E;
  }
  return std::nullopt;
}

void EditedFile::tidyBlankLines() {
  llvm::StringRef All = Text;
  std::set<TextEdit> Tidied;
  TextEdit Gone; // lines without anything in their place; no length: none
  auto Flush = [&] {
    if (Gone.Length)
      Tidied.insert(Gone);
    Gone.Length = 0;
  };
  for (const TextEdit &E : Edits) {
    llvm::StringRef Before = All.take_front(E.Offset);
    bool IsLines = E.Length && E.Text.empty() && (Before.empty() || Before.ends_with("\n")) &&
                   All.substr(E.Offset, E.Length).ends_with("\n");
    if (!IsLines) {
      Flush();
      Tidied.insert(E);
      continue;
    }
    if (Gone.Length && Gone.Offset + Gone.Length == E.Offset) {
      Gone.Length += E.Length;
    } else {
      Flush();
      Gone = E;
    }
    Before = All.take_front(Gone.Offset);
    llvm::StringRef After = All.drop_front(Gone.Offset + Gone.Length);
    if (Before.empty() || Before.ends_with("\n\n") || Before.ends_with("\n\r\n") || Before.ends_with("{\n") ||
        Before.ends_with("{\r\n"))
      Gone.Length += After.starts_with("\r\n") ? 2 : After.starts_with("\n");
  }
  Flush();
  Edits = std::move(Tidied);
}

std::string EditedFile::edited() const {
  std::string Result;
  unsigned At = 0;
  for (const TextEdit &E : Edits) {
    Result += Text.substr(At, E.Offset - At) + E.Text;
    At = E.Offset + E.Length;
  }
  return Result + Text.substr(At);
}

} // namespace bpfbuild
