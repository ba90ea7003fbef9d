//===- OutputSet.h - all outputs or none ------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The files that one call writes. Each is first written in full to a temporary file beside its destination; only when
// all are there are they renamed, in the order in which they were added. A failure or a kill at any moment leaves every
// earlier output whole: a reader sees the old file or the new one, never a part. Only where the folder takes no other
// file is one written where it is.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_OUTPUTSET_H
#define BPFBUILD_SUPPORT_OUTPUTSET_H

#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace bpfbuild {

/// An error if \p Output is the file \p Input, by this name or another.
llvm::Error expectOtherFile(llvm::StringRef Output, llvm::StringRef Input);

class OutputSet {
public:
  /// Adds a file. \p Path "-" is standard output; a destination that exists and is no regular file (a pipe, /dev/null)
  /// is written to, not replaced. A path that was added before is an error of commit().
  void add(std::string Path, std::string Bytes);

  /// The same for a file that stays, with its time stamp, if it has these bytes already: nothing that is made from it
  /// has to be made again.
  void addIfChanged(std::string Path, std::string Bytes);

  /// A file that is there and gets other bytes, with the permissions that it has; a link stays one. It must still have
  /// \p OldBytes when everything is written, and be no read-only file; otherwise nothing is changed. At any moment it
  /// has either bytes.
  void addReplacement(std::string Path, std::string OldBytes, std::string Bytes);

  /// A file that is read: an output that is the same file is an error of commit().
  void protect(std::string Input);

  /// Writes everything; of several runs that write the same files at once, all files are one run's in the end. Errors
  /// name the file and the system's reason.
  llvm::Error commit();

private:
  struct Output {
    std::string Path, Bytes;
    std::optional<std::string> OldBytes = std::nullopt; ///< of a file that is replaced
    bool StaysIfEqual = false;
  };
  llvm::Error expectNoInput() const;

  std::vector<Output> Outputs;
  std::vector<std::string> Inputs;
};

} // namespace bpfbuild

#endif
