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
