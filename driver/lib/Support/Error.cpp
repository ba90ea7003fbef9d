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

int printError(StringRef Tool, Error E) {
  handleAllErrors(
      std::move(E), [](const ReportedError &) {},
      [&](const ErrorInfoBase &Info) {
        errs() << Tool << ": ";
        WithColor::error() << Info.message() << '\n';
      });
  return ExitError;
}

} // namespace bpfbuild
