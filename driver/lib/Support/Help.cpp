//===- Help.cpp - the options of a tool, for people -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/Help.h"
#include "Support/Options.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace bpfbuild {

std::vector<OptionText> optionTexts(unsigned Visibility) {
  const opt::OptTable &Table = getOptionTable();
  std::vector<OptionText> Result;
  for (unsigned Id = 1; Id <= Table.getNumOptions(); ++Id) {
    opt::Option O = Table.getOption(Id);
    if (!O.hasVisibilityFlag(Visibility) || !Table.getOptionHelpText(Id) || !O.getGroup().isValid())
      continue;
    OptionText Text;
    Text.Spelling = O.getPrefixedName().str();
    Text.Value = Table.getOptionMetaVar(Id) ? Table.getOptionMetaVar(Id) : "";
    Text.Help = Table.getOptionHelpText(Id);
    Text.IsSeparate = O.getKind() == opt::Option::JoinedOrSeparateClass;
    Text.Group = O.getGroup().getID();
    auto [Heading, Example] = StringRef(Table.getOptionHelpText(Text.Group)).split(": ");
    Text.Heading = Heading.str();
    Text.Example = Example.str();
    Result.push_back(std::move(Text));
  }
  stable_sort(Result, [](const OptionText &A, const OptionText &B) { return A.Group < B.Group; });
  return Result;
}

void forEachHeading(ArrayRef<OptionText> Options, function_ref<void(ArrayRef<OptionText> All)> Each) {
  while (!Options.empty()) {
    ArrayRef<OptionText> Same = Options.take_while([&](const OptionText &O) { return O.Group == Options[0].Group; });
    Each(Same);
    Options = Options.drop_front(Same.size());
  }
}

/// Words in lines that begin with \p Indent spaces; the first line has been begun at that column.
static void printWrapped(raw_ostream &OS, StringRef Text, unsigned Indent) {
  constexpr unsigned Columns = 100;
  unsigned At = Indent;
  while (!Text.empty()) {
    auto [Word, Rest] = Text.split(' ');
    if (At > Indent && At + 1 + Word.size() > Columns) {
      OS << '\n';
      OS.indent(Indent);
      At = Indent;
    } else if (At > Indent) {
      OS << ' ';
      ++At;
    }
    OS << Word;
    At += Word.size();
    Text = Rest;
  }
  OS << '\n';
}

void printOptions(raw_ostream &OS, unsigned Visibility) {
  constexpr unsigned Indent = 28;
  forEachHeading(optionTexts(Visibility), [&](ArrayRef<OptionText> All) {
    OS << '\n' << All.front().Heading << ":\n";
    for (const OptionText &O : All) {
      std::string Spelling = "  " + O.withValue();
      OS << Spelling;
      if (Spelling.size() + 2 > Indent)
        OS << '\n', Spelling.clear();
      OS.indent(Indent - Spelling.size());
      printWrapped(OS, O.Help, Indent);
    }
    if (!All.front().Example.empty())
      OS << "  for example: " << All.front().Example << '\n';
  });
}

} // namespace bpfbuild
