//===- Diagnostic.h - what a check has to say -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A diagnostic as plain data. Checks make them from an object; who can tell where in the source the object's map or
// program was defined (Compile, while the translation unit is alive) fills in the place; printers give them as text, as
// JSON or as SARIF.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_DIAGNOSTIC_H
#define BPFBUILD_SUPPORT_DIAGNOSTIC_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace bpfbuild {

enum class Severity { Note, Remark, Warning, Error };
enum class DiagnosticFormat { Text, JSON, SARIF };

llvm::StringRef toString(Severity S);

/// A place in a source file; lines and columns count from 1, 0 is unknown.
struct SourcePlace {
  std::string File;
  unsigned Line = 0;
  unsigned Column = 0;
};

struct Diagnostic {
  Severity Level = Severity::Error;
  std::string Check;   ///< "bpf-map-definition"; empty for a plain error
  std::string Message; ///< lower case, without the check's name
  std::string Object;  ///< the object file or source that it is about
  std::string Symbol;  ///< the map variable or program function; empty if none
  std::string Member;  ///< the member of the map's definition, "values.key" in an inner one; empty if none
  bool IsMap = false;  ///< Symbol names a map, not a program
  std::string Note;    ///< what else there is to say, such as the kernel's rule; empty if nothing
  std::string Since;   ///< the first kernel that takes it; empty if none does, or it is not about that
  std::string Fix;     ///< how Member should be written; with an empty Member, a member that the definition lacks
  SourcePlace Place;
};

/// Which checks are off, and which are errors: -Wbpf-NAME, -Wno-bpf-NAME, -Werror=bpf-NAME.
class CheckOptions {
public:
  /// Takes the text behind -W: "bpf", "bpf-NAME", "no-bpf-NAME", "error=bpf-NAME", "no-error=bpf-NAME". False if it is
  /// none.
  bool parse(llvm::StringRef Flag);

  /// -Werror: every warning is an error unless its check says -Wno-error=.
  void setWarningsAreErrors() { WarningsAreErrors = true; }

  /// The severity by which \p D counts under these options, or nothing where its check is off.
  std::optional<Severity> apply(const Diagnostic &D) const;

private:
  llvm::StringMap<bool> Enabled, AsError;
  bool WarningsAreErrors = false;
};

/// Prints "file:line:col: error: message [-Wcheck]", or with the object's name where the place is unknown; and its
/// note.
void printText(llvm::raw_ostream &OS, const Diagnostic &D);

/// Prints one JSON object and a newline; members whose value is unknown are absent.
void printJSON(llvm::raw_ostream &OS, const Diagnostic &D);

/// Prints one SARIF 2.1.0 document of what the tool \p Tool (of this version) has to say.
void printSARIF(llvm::raw_ostream &OS, llvm::ArrayRef<Diagnostic> Diagnostics, llvm::StringRef Tool);

/// Applies \p Checks to \p Diagnostics and prints what remains: text on standard error, the other formats on standard
/// output, SARIF as one document of \p Tool. True if there is an error among them.
bool printDiagnostics(std::vector<Diagnostic> Diagnostics, const CheckOptions &Checks, DiagnosticFormat Format,
                      llvm::StringRef Tool);

} // namespace bpfbuild

#endif
