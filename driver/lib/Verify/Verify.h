//===- Verify.h - programs through the verifier -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loads the programs of an object into the running kernel, attaches none, and closes everything again. An object whose
// programs are all accepted is loaded once; otherwise each program is loaded by itself, so that one that is refused
// does not hide the others, and a refused one again with the log of its path.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_VERIFY_VERIFY_H
#define BPFBUILD_VERIFY_VERIFY_H

#include "Object/BPFObject.h"
#include "Support/Diagnostic.h"
#include "Verify/VerifierLog.h"

namespace bpfbuild {

enum class Verdict {
  Accepted,
  Refused,   ///< by the verifier, or by libbpf on its way there
  NotJudged, ///< the kernel lets nobody load programs of that type
};

/// "accepted", "refused" or "not judged".
llvm::StringRef toString(Verdict V);

struct ProgramVerdict {
  std::string Program, Section;
  Verdict Result = Verdict::Accepted;
  std::string LogText;    ///< as the kernel wrote it
  VerifierLog Log;        ///< the same, read
  int ErrorCode = 0;      ///< errno of what failed; 0 if nothing did
  std::string LoaderText; ///< what libbpf said where the verifier said nothing; empty otherwise
};

/// The verdict on each program of \p Object, in the object's order; maps are made with as few entries as their rules
/// allow, and none is pinned. Errors: no right to load programs, the other byte order, or an object that libbpf does
/// not open.
llvm::Expected<std::vector<ProgramVerdict>> verifyPrograms(const BPFObject &Object);

/// What there is to say of \p Verdicts of the kernel \p Where ("running", "debian:6.1"), at the source's lines: the
/// objection as an error of the check bpf-verifier, and as notes where the value came from and which way led there.
std::vector<Diagnostic> explainVerdicts(const BPFObject &Object, llvm::ArrayRef<ProgramVerdict> Verdicts,
                                        llvm::StringRef Where);

} // namespace bpfbuild

#endif
