//===- TextHeaderFuzzer.cpp - any text as a vmlinux.h -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is split must keep its lines in every slice.
//===----------------------------------------------------------------------===//
#include "Vmlinux/TextHeader.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace bpfbuild;

static ProgramNames wordsOf(llvm::StringRef Text) {
  ProgramNames Names;
  size_t Count = 0;
  for (llvm::StringRef Rest = Text; !Rest.empty();) {
    llvm::StringRef Word = Rest.take_while([](char C) { return llvm::isAlnum(C) || C == '_'; });
    if (!Word.empty() && ++Count % 2) {
      Names.Names[Word] = Count % 3 ? ProgramNames::Named : ProgramNames::Mentioned;
      if (Count % 5 == 0)
        Names.Accessed.insert(Word);
    }
    Rest = Rest.drop_front(std::max<size_t>(Word.size(), 1));
  }
  return Names;
}

/// The line at the end of a slice, by its line breaks and #line directives.
static uint64_t lastLine(llvm::StringRef Slice) {
  uint64_t Line = 1;
  for (llvm::StringRef Rest = Slice; Rest.contains('\n');) {
    auto [First, Next] = Rest.split('\n');
    bool IsNumber = First.consume_front("#line ") && !First.getAsInteger(10, Line);
    Line += !IsNumber;
    Rest = Next;
  }
  return Line;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  llvm::StringRef Text(reinterpret_cast<const char *>(Data), Size);
  std::optional<TextHeader> Header = TextHeader::split(Text);
  if (!Header)
    return 0;
  std::string Directives = Header->directives();
  std::string Slices[] = {Header->slice(wordsOf(Text)), Header->slice({})};
  if (Directives.size() > Text.size() + 1)
    __builtin_trap();
  for (llvm::StringRef Slice : Slices)
    if (!Text.contains("#line") && lastLine(Slice) != Text.count('\n') + 1)
      __builtin_trap();
  return 0;
}
