//===- CommandLineFuzzer.cpp - any arguments of bpfcc++ -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arguments, each with a NUL behind it. Files that they name are not opened: response files are left out.
//===----------------------------------------------------------------------===//
#include "Compile/CommandLine.h"
#include "llvm/ADT/StringExtras.h"

using namespace bpfbuild;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  std::string Text(reinterpret_cast<const char *>(Data), Size);
  std::vector<const char *> Args;
  for (size_t At = 0; At < Text.size(); At += std::strlen(&Text[At]) + 1)
    if (Text[At] != '@')
      Args.push_back(&Text[At]);
  if (llvm::Expected<CommandLine> Line = parseCommandLine(Args)) {
    for (const Input &I : Line->Inputs)
      stemOf(I.Path);
  } else {
    std::string Message = llvm::toString(Line.takeError());
    if (Message.empty() || llvm::isUpper(Message.front()))
      __builtin_trap(); // an error that says nothing
  }
  return 0;
}
