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
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"
#include <optional>
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
  Severity Level = Severity::Error; ///< of what has no check; otherwise Checks.h says it
  std::string Check;                ///< "bpf-map-definition"; empty for a plain error
  std::string Message;              ///< lower case, without the check's name
  std::string Object;               ///< the object file or source that it is about
  std::string Symbol;               ///< the map variable or program function; empty if none
  std::string Member;               ///< the member of the map's definition, "values.key" in an inner one; empty if none
  bool IsMap = false;               ///< Symbol names a map, not a program
  std::string Note;                 ///< what else there is to say, such as the kernel's rule; empty if nothing
  std::string Since;                ///< the first kernel that takes it; empty if none does, or it is not about that
  std::string Fix; ///< how Member should be written; with an empty Member, a member that the definition lacks
  SourcePlace Place;
};

/// What a check's name stands for at one place: Clang's mapping of a diagnostic, by its rules.
class CheckState {
public:
  explicit CheckState(Severity Default) : Default(Default), Level(Default) {}
  CheckState(std::nullopt_t) {} ///< off: advice

  void ignore() { Level.reset(); }
  /// -Wbpf-NAME: on, and an error stays one.
  void enable() {
    if (Level != Severity::Error)
      Level = Severity::Warning;
  }
  void makeError() { Level = Severity::Error; }
  /// -Wno-error=bpf-NAME: no error, neither by itself nor by -Werror.
  void makeNoError() {
    if (Level == Severity::Error)
      Level = Severity::Warning;
    KeepsWarning = true;
  }

  /// The severity under -w and -Werror; nothing where the check is off.
  std::optional<Severity> get(bool IgnoresWarnings, bool WarningsAreErrors) const;

private:
  std::optional<Severity> Default, Level;
  bool KeepsWarning = false;
};

/// A `#pragma clang diagnostic` about a check: which it is, and "ignored", "warning" or "error".
struct CheckPragma {
  std::string Check, Level;
};

/// Which checks are off, and which are errors. The options count in their order, as Clang's do
/// (clang::ProcessWarningOptions() and DiagnosticIDs::getDiagnosticSeverity()).
class CheckOptions {
public:
  CheckOptions();

  /// Takes the text behind -W: "error", "no-error", "everything", "no-everything", "bpf", "bpf-NAME", "no-bpf-NAME",
  /// "error=bpf-NAME", "no-error=bpf-NAME". False if it is about none of our checks.
  bool parse(llvm::StringRef Flag);

  /// True if an option turned the check on by its name, or all checks.
  bool isAsked(llvm::StringRef Check) const { return Asked.contains(Check); }

  /// -w: no warnings, and no errors that are warnings by themselves.
  void ignoreWarnings() { IgnoresWarnings = true; }

  /// The severity by which \p D counts under these options and the pragmas in force at its place, in their order;
  /// nothing where its check is off. What has no check keeps its own.
  std::optional<Severity> apply(const Diagnostic &D, llvm::ArrayRef<CheckPragma> Pragmas = {}) const;

private:
  llvm::StringMap<CheckState> States;
  llvm::StringSet<> Asked;
  bool WarningsAreErrors = false, IgnoresWarnings = false;
};

/// Why \p Flag, the text behind -W, is none that CheckOptions::parse() takes.
std::string explainCheckFlag(llvm::StringRef Flag);

/// What was said in one command: a header that many files include is complained about once.
class SaidOnce {
public:
  /// False if the same was said about the same place.
  bool insert(const Diagnostic &D);

private:
  llvm::StringSet<> Keys;
};

/// The name that stands behind the message: "-Wbpf-NAME", with "-Werror," before it where only an option makes it an
/// error; empty for what has no check.
std::string flagOf(const Diagnostic &D);

/// Prints "file:line:col: error: message [-Wcheck]", or with the object's name where the place is unknown; and its
/// note.
void printText(llvm::raw_ostream &OS, const Diagnostic &D);

/// Prints one JSON object and a newline; members whose value is unknown are absent.
void printJSON(llvm::raw_ostream &OS, const Diagnostic &D);

/// Prints one SARIF 2.1.0 document of what the tool \p Tool (of this version) has to say.
void printSARIF(llvm::raw_ostream &OS, llvm::ArrayRef<Diagnostic> Diagnostics, llvm::StringRef Tool);

/// Applies \p Checks to \p Diagnostics and prints what remains and is not in \p Said: text on standard error, the other
/// formats on standard output, SARIF as one document of \p Tool. True if there is an error among them.
bool printDiagnostics(std::vector<Diagnostic> Diagnostics, const CheckOptions &Checks, DiagnosticFormat Format,
                      llvm::StringRef Tool, SaidOnce &Said);

} // namespace bpfbuild

#endif
