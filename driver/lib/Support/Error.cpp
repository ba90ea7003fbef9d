//===- Error.cpp - making and printing errors -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/Error.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;

namespace bpfbuild {

char ReportedError::ID = 0;

void ReportedError::log(raw_ostream &OS) const {
  OS << "errors were reported";
}

std::string printable(StringRef Text) {
  std::string Result;
  for (size_t I = 0; I < Text.size(); ++I) {
    auto C = static_cast<unsigned char>(Text[I]);
    bool IsControl = (C < ' ' && C != '\n' && C != '\t') || C == 0x7f;
    bool IsLongControl =
        C == 0xc2 && I + 1 < Text.size() && static_cast<unsigned char>(Text[I + 1]) < 0xa0; // C1 in UTF-8
    if (IsControl || IsLongControl)
      Result += formatv("\\x{0:x-2}", unsigned(C));
    else
      Result += Text[I];
  }
  return Result;
}

int printError(StringRef Tool, Error E) {
  handleAllErrors(
      std::move(E), [](const ReportedError &) {},
      [&](const ErrorInfoBase &Info) {
        errs() << Tool << ": ";
        WithColor::error() << printable(Info.message()) << '\n';
      });
  return ExitError;
}

} // namespace bpfbuild
