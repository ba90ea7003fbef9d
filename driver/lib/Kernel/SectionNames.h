//===- SectionNames.h - what SEC() names stand for --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_SECTIONNAMES_H
#define BPFBUILD_KERNEL_SECTIONNAMES_H

#include "Kernel/KernelVersion.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace bpfbuild {

enum class SectionMatch {
  Exact,         ///< "xdp"
  ExactOrTarget, ///< "kprobe" or "kprobe/do_unlinkat"
};

struct SectionName {
  llvm::StringLiteral Name;
  SectionMatch Match;
  llvm::StringLiteral ProgramType; ///< enum bpf_prog_type without its prefix, in lower case
  bool CanAutoAttach;              ///< libbpf's bpf_program__attach() knows how, given a target where one is needed
  KernelVersion Since;             ///< the first kernel that loads it
};

/// All of libbpf's program sections.
llvm::ArrayRef<SectionName> sectionNames();

/// What \p Section stands for, by libbpf's sec_def_matches(); a leading '?' (do not load by itself) is skipped. Null if
/// libbpf knows no such name.
const SectionName *findSectionName(llvm::StringRef Section);

/// The name of today for a section that libbpf before 1.0 took by its beginning, such as "xdp" for "xdp_drop" and "tc"
/// for "classifier/from_host"; empty if it knew no such beginning, or the name is today's too.
llvm::StringRef currentSectionName(llvm::StringRef Section);

/// The form that libbpf wants what stands behind the name in, such as "CATEGORY/NAME" for tracepoints, where \p
/// Section, which it knows, has something else there; empty if it can attach the program. A section without a target is
/// the host's to attach.
llvm::StringRef wantedTarget(llvm::StringRef Section);

/// The known name that \p Section is most likely a misspelling of; empty if none is near.
llvm::StringRef nearestSectionName(llvm::StringRef Section);

} // namespace bpfbuild

#endif
