//===- LoaderProgram.h - a program that loads an object ---------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// libbpf can write down what it would ask of the kernel as a BPF program of the type syscall (bpf_object__gen_loader):
// with it an object is loaded without libbpf, and can be signed. Linux 5.14.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_LINK_LOADERPROGRAM_H
#define BPFBUILD_LINK_LOADERPROGRAM_H

#include "Object/BPFObject.h"

namespace bpfbuild {

/// A map that the loader makes.
struct LoaderMap {
  std::string Name;        ///< of the variable, or of the section
  bool IsSection;          ///< of variables, which are mapped into memory
  bool IsReadOnly;         ///< to the programs
  std::string Value;       ///< of a section
  uint64_t MappedSize = 0; ///< of a section: whole pages of 4096 bytes
};

struct LoaderProgram {
  struct Program {
    std::string Name, Section;
    uint32_t Type, AttachType; ///< BPF_PROG_TYPE_*, BPF_*
  };

  std::string Data;         ///< the value of the only element of the loader's array
  std::string Instructions; ///< of the loader
  /// In the order in which the loader puts descriptors into its context: maps, then programs. Those of SEC("?…") are
  /// not loaded, and not here.
  std::vector<LoaderMap> Maps;
  std::vector<Program> Programs;
};

/// The loader of \p Object, named \p Name to the kernel. With \p ChecksData it refuses to run with other data than
/// this: what a signature of the instructions is good for (libbpf 1.7's gen_hash). Errors: what only libbpf
/// can do (.kconfig variables, pinning by name, struct_ops tables), and what libbpf refuses, with its own words.
llvm::Expected<LoaderProgram> makeLoaderProgram(const BPFObject &Object, llvm::StringRef Name, bool ChecksData);

/// A signature of a loader's instructions, as the kernel wants it (Linux 6.18).
struct LoaderSignature {
  std::string Bytes; ///< PKCS#7, detached, DER
  std::string Hash;  ///< SHA-256 of the instructions, which makes the loader's map its own
};

/// Signs \p Instructions with the private key in \p KeyFile, whose certificate \p CertificateFile has, by the program
/// openssl: the key is never read here, and may be what else openssl takes for one. Errors: openssl is not installed or
/// fails; its words are on standard error.
llvm::Expected<LoaderSignature> signLoader(llvm::StringRef Instructions, llvm::StringRef KeyFile,
                                           llvm::StringRef CertificateFile);

} // namespace bpfbuild

#endif
