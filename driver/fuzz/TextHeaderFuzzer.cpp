//===- TextHeaderFuzzer.cpp - any text as a vmlinux.h -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is split must keep its lines in both views, and a slice for names that it does not have must be no larger than
// one for names that it has.
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

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  llvm::StringRef Text(reinterpret_cast<const char *>(Data), Size);
  std::optional<TextHeader> Header = TextHeader::split(Text);
  if (!Header)
    return 0;
  size_t Lines = Text.count('\n');
  std::string Slice = Header->slice(wordsOf(Text)), Nothing = Header->slice({});
  if (llvm::StringRef(Header->directives()).count('\n') != Lines || llvm::StringRef(Slice).count('\n') != Lines ||
      Nothing.size() > Slice.size())
    __builtin_trap();
  return 0;
}
