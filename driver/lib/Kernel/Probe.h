//===- Probe.h - what the running kernel supports ---------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Asks the kernel itself: a program of two instructions for each type and helper, a small map for each type, BTF with
// one type of each kind. What only the kernel's BTF knows is read from there.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_KERNEL_PROBE_H
#define BPFBUILD_KERNEL_PROBE_H

#include "BTF/BTF.h"
#include "llvm/ADT/ArrayRef.h"

namespace bpfbuild {

/// A name as bpftool writes it ("xdp", "hash"), and whether the kernel has it.
struct Support {
  std::string Name;
  bool IsSupported;
};

/// The helpers that programs of a type may call.
struct HelperSupport {
  std::string ProgramType;
  std::vector<llvm::StringRef> Helpers; ///< "bpf_loop", by number
};

struct KernelFeatures {
  std::string Release; ///< as uname -r
  std::vector<Support> ProgramTypes, MapTypes, BTFKinds;
  std::vector<HelperSupport> Helpers;   ///< of the program types that could be asked
  std::vector<std::string> AttachTypes; ///< "BPF_XDP"; empty where the kernel has no BTF
  std::vector<std::string> Kfuncs;      ///< by name; empty where the kernel's BTF does not tag them
};

/// \p Types is the running kernel's BTF, or null. An error says that the kernel does not let the caller load programs.
llvm::Expected<KernelFeatures> probeKernel(const btf::BTF *Types);

} // namespace bpfbuild

#endif
