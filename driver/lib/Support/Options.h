//===- Options.h - the option table made from Options.td --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_OPTIONS_H
#define BPFBUILD_SUPPORT_OPTIONS_H

#include "llvm/Option/OptTable.h"
#include "llvm/Option/Option.h"

namespace bpfbuild {

/// Which tool an option belongs to; an option may belong to both.
enum OptionVisibility : unsigned { Bpfcc = 1u << 1, Bpfbuild = 1u << 2, BpfbuildMigrate = 1u << 3 };

enum OptionID {
  OPT_INVALID = 0,
#define OPTION(...) LLVM_MAKE_OPT_ID(__VA_ARGS__),
#include "Options.inc"
#undef OPTION
};

/// All options of both tools that are ours.
const llvm::opt::OptTable &getOptionTable();

} // namespace bpfbuild

#endif
