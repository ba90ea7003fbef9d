//===- Format.cpp - edits in the style of their file ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/Migrate/Format.h"
#include "Compile/LLVMVersion.h"
#include "Support/Error.h"
#include "clang/Format/Format.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;
using namespace clang;

namespace bpfbuild {

Error formatEdits(StringRef Path, EditedFile &File) {
  Expected<format::FormatStyle> Style = format::getStyle("file", Path, "none", File.Text);
  if (!Style)
    return makeError("the .clang-format of '{0}': {1}", Path, toString(Style.takeError()));
  if (Style->DisableFormat || *Style == format::getNoStyle())
    return Error::success();
  keepIncludes(*Style); // their order matters: linux/bpf.h has the types of bpf/bpf_helpers.h
  tooling::Replacements Wanted;
  for (auto E = File.Edits.begin(); E != File.Edits.end(); ++E) {
    TextEdit Edit = *E;
    if (auto Next = std::next(E); !E->Length && Next != File.Edits.end() && Next->Offset == E->Offset) {
      Edit = {E->Offset, Next->Length, E->Text + Next->Text}; // before what is replaced there
      ++E;
    }
    if (Error Conflict = Wanted.add(tooling::Replacement(Path, Edit.Offset, Edit.Length, Edit.Text)))
      return Conflict;
  }
  Expected<tooling::Replacements> Formatted = format::formatReplacements(File.Text, Wanted, *Style);
  if (!Formatted)
    return Formatted.takeError();
  File.Edits.clear();
  for (const tooling::Replacement &R : *Formatted)
    File.Edits.insert({R.getOffset(), R.getLength(), R.getReplacementText().str()});
  return Error::success();
}

} // namespace bpfbuild
