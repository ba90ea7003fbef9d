//===- Check.h - what is wrong with an object -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_PROGRAMS_CHECK_H
#define BPFBUILD_PROGRAMS_CHECK_H

#include "CoRe/KernelTypes.h"
#include "Kernel/Loaders.h"
#include "Kernel/MapRules.h"
#include "Object/BPFObject.h"
#include "Support/Diagnostic.h"

namespace bpfbuild {

/// The kernels and the loader that an object is meant for, as far as somebody has said.
struct CheckTarget {
  std::optional<KernelVersion> Oldest = std::nullopt; ///< --target-kernel=
  Loader LoadedBy = Loader::Libbpf;                   ///< --loader=
  /// The helpers that a source names and the kernel headers that it includes lack, by number; and of which release
  /// those headers are.
  std::vector<uint32_t> AbsentHelpers = {};
  KernelVersion Headers = {};
  /// The types of a kernel at hand, and their file; null if there are none. Their nesting need not be checked.
  const btf::BTF *Types = nullptr;
  llvm::StringRef TypesPath = {};
  /// --target-btf=: the kernels that the object must run on.
  llvm::ArrayRef<core::KernelTypes> Kernels = {};

  /// What maps are judged by.
  Machine machine() const { return {.Kernel = Oldest.value_or(NewestKernel)}; }
};

/// Everything that can be told of one object before it is linked: map definitions that libbpf would refuse
/// (bpf-map-definition), maps that a kernel would (bpf-map-…, see MapCheck.h), programs that it would (bpf-helper and
/// others, see KernelCheck.h), calls and accesses that it would (bpf-helper-type, bpf-memory and others, see
/// RegisterCheck.h), helpers that its license does not allow (bpf-license), program sections that the loader does not
/// know (bpf-section-name), names of functions that the kernel at hand does not have (bpf-attach-target,
/// bpf-kfunc-name, bpf-kfunc-prototype, see NameCheck.h), and CO-RE relocations that a named kernel does not resolve
/// (bpf-core-relocation, see RelocationCheck.h).
std::vector<Diagnostic> checkObject(const BPFObject &Object, const CheckTarget &Target);

} // namespace bpfbuild

#endif
