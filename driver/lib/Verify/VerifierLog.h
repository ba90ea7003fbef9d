//===- VerifierLog.h - the verifier's log as data ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kernel's log of one program (verbose() in kernel/bpf/verifier.c), at BPF_LOG_LEVEL1: the instructions of the path
// that failed in the order in which they were looked at, registers' states between them, the objection, and counts. Its
// lines differ between kernels; what is not recognised as something else is the objection.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_VERIFY_VERIFIERLOG_H
#define BPFBUILD_VERIFY_VERIFIERLOG_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <string>
#include <vector>

namespace bpfbuild {

/// One instruction on the way. Indices count 8-byte instructions of the loaded program, in which the functions that it
/// calls stand behind it.
struct VerifiedInstruction {
  uint32_t Index;
  std::string Text;   ///< as the kernel disassembles it: "r0 = *(u64 *)(r0 +0)"
  std::string Source; ///< the text of the source's line; empty where the kernel does not say
  std::string File;   ///< the last part of the source's path; empty before Linux 6.9, which do not say
  uint32_t Line;      ///< from 1 on; 0 where the kernel does not say
};

struct VerifierStats {
  uint64_t Instructions = 0; ///< looked at, along all paths
  uint64_t TotalStates = 0, PeakStates = 0;
  uint64_t Microseconds = 0;
  std::string StackDepth; ///< bytes of each function's stack: "16+0"
};

struct VerifierLog {
  std::vector<VerifiedInstruction> Path;
  std::vector<std::string> Objection; ///< the lines behind the last instruction; empty where there is none
  VerifierStats Stats;

  static VerifierLog parse(llvm::StringRef Text);
};

} // namespace bpfbuild

#endif
