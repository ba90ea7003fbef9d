//===- Archive.h - the minimal BTF of many kernels in one file --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A .btfa file has, all numbers being 32 bits in little-endian order:
//
//   header    "BTFA", version 1, the number of kernels, of BTFs, of uses, the size of the strings, of the data, and
//             of the data when compressed
//   kernels   each: distribution, release, version, architecture (offsets in the strings), and which BTF it has
//   BTFs      each: offset and size in the data
//   uses      64 bits each, ascending: a hash of each thing that the objects ask for for which the BTF was made
//   strings   each ends with a NUL; the first is empty
//   data      the BTFs, one behind the other, compressed together by zlib
//
// Kernels are sorted by architecture, distribution and version, so that what is alike lies together: deflate sees 32
// KB. Equal BTFs are kept once. headers/bpfbuild/btf_archive.hpp reads it in the host program.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_CORE_ARCHIVE_H
#define BPFBUILD_CORE_ARCHIVE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace bpfbuild::core {

/// What names a kernel: as os-release (ID, VERSION_ID) and uname (-r, -m) do. All but the version may be empty, for
/// any.
struct KernelName {
  std::string Distribution, Release, Version, Architecture;
  auto operator<=>(const KernelName &) const = default;
};

/// The name that a path below a folder of kernels has in it: DISTRIBUTION/RELEASE/ARCHITECTURE/VERSION.btf, as BTFHub
/// lays them out, or VERSION.btf alone; endings such as .btf.xz do not count, and arm64 is what uname -m calls aarch64.
/// An error for other paths, and for a version that is none.
llvm::Expected<KernelName> kernelNameOf(llvm::StringRef RelativePath);

struct ArchivedBTF {
  KernelName Kernel;
  std::string Bytes;
};

/// The bytes of an archive of \p Kernels, made for the \p Uses of hashUses(); an error where two have the same name and
/// not the same BTF.
llvm::Expected<std::string> writeArchive(std::vector<ArchivedBTF> Kernels, llvm::ArrayRef<uint64_t> Uses);

/// What an archive has in it.
struct Archive {
  struct Entry {
    KernelName Kernel;
    uint32_t Offset, Size; ///< of its BTF in Data
  };
  std::string Data; ///< of all BTFs, decompressed
  std::vector<Entry> Kernels;
  std::vector<uint64_t> Uses; ///< ascending

  llvm::StringRef bytesOf(const Entry &E) const { return llvm::StringRef(Data).substr(E.Offset, E.Size); }
};

/// The content of an archive, checked as hostile input; \p Name is the file, for messages.
llvm::Expected<Archive> readArchive(llvm::StringRef Bytes, llvm::StringRef Name);

} // namespace bpfbuild::core

#endif
