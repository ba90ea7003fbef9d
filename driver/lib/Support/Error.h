//===- Error.h - making and printing errors ---------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Libraries return llvm::Error and llvm::Expected. A message starts in lower case and names the file, the place in it,
// what was found and what was expected; only the mains print, by printError().
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_ERROR_H
#define BPFBUILD_SUPPORT_ERROR_H

#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"

namespace bpfbuild {

/// The exit codes of both tools.
enum ExitCode { ExitSuccess = 0, ExitError = 1, ExitInternalError = 70 };

/// An error whose text is made by llvm::formatv from \p Format and \p Args.
template <typename... Ts> llvm::Error makeError(const char *Format, Ts &&...Args) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(),
                                 llvm::formatv(Format, std::forward<Ts>(Args)...).str());
}

/// An error whose message has already been printed as diagnostics: it only sets the exit code.
class ReportedError : public llvm::ErrorInfo<ReportedError> {
public:
  static char ID;
  void log(llvm::raw_ostream &OS) const override;
  std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }
};

inline llvm::Error reportedError() {
  return llvm::make_error<ReportedError>();
}

/// \p Text for a terminal: what would be a command to it, such as an escape in a name of an object, as \x1b.
std::string printable(llvm::StringRef Text);

/// Prints every message of \p E on standard error as "Tool: error: …" and returns the exit code.
int printError(llvm::StringRef Tool, llvm::Error E);

} // namespace bpfbuild

#endif
