//===- Hosts.h - what libbpf 1.0 took from hosts ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MIGRATE_HOSTS_H
#define BPFBUILD_MIGRATE_HOSTS_H

#include "Support/Diagnostic.h"

namespace bpfbuild {

/// The uses in \p Text, a C or C++ source of the name \p Path, of functions and structs that libbpf 1.0 no longer has
/// (its wiki's list for 1.0, and bpf_load.h of samples/bpf), each with what takes its place. Comments, literals and
/// directives are passed over. It is the words that are looked at: a function of that name that the host has itself is
/// named too.
std::vector<Diagnostic> adviseHost(llvm::StringRef Path, llvm::StringRef Text);

} // namespace bpfbuild

#endif
