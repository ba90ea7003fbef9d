//===- Proof.h - a migrated source does what it did -------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compares the objects of a source before and after: the same instructions, with relocations by name; maps as the old
// loader would have made them, read from the old object's own bytes; the same programs of the same types.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_MIGRATE_PROOF_H
#define BPFBUILD_MIGRATE_PROOF_H

#include "Compile/Migrate/Migration.h"
#include "Object/BPFObject.h"

namespace bpfbuild {

/// Something that is not what it was.
struct Difference {
  std::string Text; ///< names the map or program
  std::string Map;  ///< if it is about one
};

struct ProofOptions {
  bool IsModernised = false; ///< instructions may differ
};

/// What differs; empty if \p After is what \p Before was. \p Found names
/// what was changed. An object whose BTF cannot be read is an error.
llvm::Expected<std::vector<Difference>> compareObjects(const BPFObject &Before, const BPFObject &After,
                                                       const Migration &Found, const ProofOptions &Options);

} // namespace bpfbuild

#endif
