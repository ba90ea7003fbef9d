//===- Help.h - the options of a tool, for people --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What Options.td says of the options: --help prints it, and the man pages, completions and docs/options.md are made of
// it.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_HELP_H
#define BPFBUILD_SUPPORT_HELP_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace bpfbuild {

/// An option as a user writes and reads it.
struct OptionText {
  std::string Spelling; ///< "--embed="
  std::string Value;    ///< "inline|incbin|file|source"; empty for a flag
  std::string Help;
  unsigned Group;               ///< its number, by which groups are ordered
  std::string Heading, Example; ///< of the group
  bool IsSeparate = false;      ///< -o FILE

  /// "--embed=inline|incbin|file|source"
  std::string withValue() const { return Spelling + (IsSeparate ? " " : "") + Value; }
};

/// Those of the tools in \p Visibility (OptionVisibility), by headings, in the order of Options.td.
std::vector<OptionText> optionTexts(unsigned Visibility);

/// Calls \p Each for the options of each heading.
void forEachHeading(llvm::ArrayRef<OptionText> Options, llvm::function_ref<void(llvm::ArrayRef<OptionText> All)> Each);

/// Prints them for a terminal of 100 columns.
void printOptions(llvm::raw_ostream &OS, unsigned Visibility);

} // namespace bpfbuild

#endif
