//===- Record.h - every relocation's fate in every kernel -------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What libbpf decides when it loads an object, and forgets: for each CO-RE relocation of an object and each kernel the
// value, or why there is none, and whether that matters. An instruction that libbpf poisons is harmless where no run
// reaches it; what decides that is followed through the program as the kernel's verifier follows it (Guards.h).
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_CORE_RECORD_H
#define BPFBUILD_CORE_RECORD_H

#include "CoRe/Resolve.h"

namespace bpfbuild::core {

enum class Fate : uint8_t {
  Resolved, ///< it has a value; of a question also that the answer is no
  Guarded,  ///< it has none, and no run that the kernel verifies reaches it
  Broken,   ///< the verifier or libbpf refuses the program
};

llvm::StringRef toString(Fate F);

/// What becomes of one relocation in one kernel.
struct Decision {
  Fate What = Fate::Resolved;
  Reason Why = Reason::None;
  uint64_t Value = 0;
  uint32_t OwnSize = 0;             ///< bytes that the program loads or stores of a member; 0 if it does not
  std::string Found;                ///< the kernel's member, enumerator or type; empty if there is none
  std::string Module;               ///< whose BTF has it; empty for vmlinux
  std::string Explanation, Nearest; ///< of what is missing
  std::string Code;                 ///< the instruction's 8 or 16 bytes as libbpf leaves them; empty where it refuses
};

/// One relocation of an object.
struct RelocationRecord {
  CoreRelocation Relocation;
  llvm::StringRef Section, Function;
  const LineInfo *Line;            ///< null if unknown
  std::string Local;               ///< what the program asks for
  llvm::StringRef Code;            ///< the instruction's 8 or 16 bytes
  std::vector<Decision> Decisions; ///< by kernel
};

/// An object that is to be resolved, which must outlive the records.
struct ObjectToResolve {
  const BPFObject *Object;
  BTFExt Ext;
};

struct ObjectRecord {
  const BPFObject *Object;
  std::vector<RelocationRecord> Relocations; ///< by section and offset
};

/// Reads the .BTF.ext of \p Object; an error names the file, and what it lacks. Relocations that are in no function,
/// but of a weak one that lost to another when they were linked, are left out: libbpf passes over them.
llvm::Expected<ObjectToResolve> prepare(const BPFObject &Object);
llvm::Expected<std::vector<ObjectToResolve>> prepareAll(llvm::ArrayRef<BPFObject> Objects);

/// Resolves all relocations of \p Objects in all of \p Kernels.
std::vector<ObjectRecord> resolveAll(llvm::ArrayRef<ObjectToResolve> Objects, llvm::ArrayRef<KernelTypes> Kernels);

} // namespace bpfbuild::core

#endif
