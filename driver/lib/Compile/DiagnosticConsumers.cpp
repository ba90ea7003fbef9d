//===- DiagnosticConsumers.cpp - what becomes of diagnostics ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/DiagnosticConsumers.h"
#include "Compile/EmbeddedHeaders.h"
#include "Kernel/Helpers.h"
#include "clang/Basic/SourceManager.h"

using namespace llvm;

namespace bpfbuild {

SourcePlace placeOf(clang::SourceLocation Loc, const clang::SourceManager &SM) {
  clang::PresumedLoc Presumed = SM.getPresumedLoc(Loc);
  if (Presumed.isInvalid())
    return {};
  return {Presumed.getFilename(), Presumed.getLine(), Presumed.getColumn()};
}

void JSONDiagnosticConsumer::HandleDiagnostic(clang::DiagnosticsEngine::Level Level, const clang::Diagnostic &Info) {
  DiagnosticConsumer::HandleDiagnostic(Level, Info);
  if (Level == clang::DiagnosticsEngine::Ignored)
    return;
  Diagnostic D;
  D.Level = Level >= clang::DiagnosticsEngine::Error     ? Severity::Error
            : Level == clang::DiagnosticsEngine::Warning ? Severity::Warning
                                                         : Severity::Note;
  SmallString<128> Message;
  Info.FormatDiagnostic(Message);
  D.Message = Message.str();
  D.Check = Info.getDiags()->getDiagnosticIDs()->getWarningOptionForDiag(Info.getID()).str();
  if (Info.hasSourceManager())
    D.Place = placeOf(Info.getLocation(), Info.getSourceManager());
  printJSON(OS, D);
}

void HelperClashes::note(clang::DiagnosticsEngine::Level Level, const clang::Diagnostic &Info) {
  using clang::DiagnosticsEngine;
  if (Level != DiagnosticsEngine::Note)
    IsError = Level >= DiagnosticsEngine::Error;
  if (!IsError || !Info.hasSourceManager() || Info.getLocation().isInvalid())
    return;
  const clang::SourceManager &SM = Info.getSourceManager();
  auto [File, Offset] = SM.getDecomposedExpansionLoc(Info.getLocation());
  clang::OptionalFileEntryRef Entry = SM.getFileEntryRefForID(File);
  if (!Entry || Entry->getName() != HelperHeaderPath)
    return;
  StringRef Text = SM.getBufferData(File);
  StringRef Line = Text.substr(Text.rfind('\n', Offset) + 1).split('\n').first;
  if (StringRef Helper = helperOfLine(Line); !Helper.empty())
    Names.insert(Helper);
}

} // namespace bpfbuild
