//===- VerdictJSON.h - verdicts as JSON -------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a verdict travels: from a kernel in a box to its host, and through the cache.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_VERIFY_VERDICTJSON_H
#define BPFBUILD_VERIFY_VERDICTJSON_H

#include "Verify/Verify.h"
#include "llvm/Support/JSON.h"

namespace bpfbuild {

/// All of \p Verdicts, with the end of each log.
llvm::json::Array toJSON(llvm::ArrayRef<ProgramVerdict> Verdicts);

/// The verdicts that toJSON() wrote. Errors say what is not as it writes it.
llvm::Expected<std::vector<ProgramVerdict>> verdictsFromJSON(const llvm::json::Array &Array);

} // namespace bpfbuild

#endif
