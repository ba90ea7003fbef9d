//===- SkeletonStyle.h - which kind of skeleton -----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_SUPPORT_SKELETONSTYLE_H
#define BPFBUILD_SUPPORT_SKELETONSTYLE_H

#include "Support/Error.h"
#include "Support/ObjectPlacement.h"
#include "llvm/Support/ErrorHandling.h"

namespace bpfbuild {

/// What --skeleton-style=, --subskeleton and --light choose.
enum class SkeletonStyle {
  Cxx,
  C,      ///< with the names of bpftool's
  CxxSub, ///< for a library whose BPF side is linked into another object
  CSub,
  CLight, ///< loaded by a program of BPF, without libbpf
};

inline bool isCxx(SkeletonStyle Style) {
  return Style == SkeletonStyle::Cxx || Style == SkeletonStyle::CxxSub;
}

/// Reads the value of --skeleton-style=.
inline llvm::Expected<SkeletonStyle> parseSkeletonStyle(llvm::StringRef Text) {
  if (Text != "cxx" && Text != "c")
    return makeError("--skeleton-style={0}: expected cxx or c", Text);
  return Text == "c" ? SkeletonStyle::C : SkeletonStyle::Cxx;
}

/// What \p Style, Cxx or C, is with --subskeleton or --light; an error for what there is not.
inline llvm::Expected<SkeletonStyle> refineStyle(SkeletonStyle Style, bool IsSub, bool IsLight) {
  if (IsSub && IsLight)
    return makeError("--light: a subskeleton loads nothing; leave out one of them");
  if (IsLight && Style != SkeletonStyle::C)
    return makeError("--light: pass --skeleton-style=c too; there is no light skeleton in C++");
  if (IsLight)
    return SkeletonStyle::CLight;
  if (IsSub)
    return Style == SkeletonStyle::C ? SkeletonStyle::CSub : SkeletonStyle::CxxSub;
  return Style;
}

/// What a light skeleton is signed with: files with a private key and its certificate. Empty: it is not.
struct SigningKey {
  std::string Key, Certificate;
};

/// What a style has no use for is an error: a place for the object's bytes, which only whole skeletons carry, and a
/// header of types, which C skeletons leave to the user to include.
inline llvm::Error checkStyleOptions(SkeletonStyle Style, bool HasEmbed, bool HasTypes) {
  if (HasEmbed && Style != SkeletonStyle::Cxx && Style != SkeletonStyle::C)
    return makeError("--embed=: a {0} carries no object; leave it out",
                     Style == SkeletonStyle::CLight ? "light skeleton" : "subskeleton");
  if (HasTypes && !isCxx(Style))
    return makeError("--types=: a C skeleton declares no types; include the header before it");
  return llvm::Error::success();
}

/// What is signed is a light skeleton, by a key and its certificate.
inline llvm::Error checkSigner(SkeletonStyle Style, bool HasKey, bool HasCertificate) {
  if ((HasKey || HasCertificate) && Style != SkeletonStyle::CLight)
    return makeError("--sign-key=, --sign-cert=: what is signed is a light skeleton; pass --light too");
  if (HasKey != HasCertificate)
    return makeError("--sign-key= and --sign-cert= need each other: the private key, and its certificate");
  return llvm::Error::success();
}

/// The end of a header's name where the user gives none: execsnoop.skel.hpp.
inline llvm::StringRef endingOf(SkeletonStyle Style) {
  switch (Style) {
  case SkeletonStyle::Cxx:
    return ".skel.hpp";
  case SkeletonStyle::C:
    return ".skel.h";
  case SkeletonStyle::CxxSub:
    return ".subskel.hpp";
  case SkeletonStyle::CSub:
    return ".subskel.h";
  case SkeletonStyle::CLight:
    return ".lskel.h";
  }
  llvm_unreachable("a style");
}

/// What the name of the file with the object, beside the header, has behind the header's; empty if there is none.
inline llvm::StringRef objectEnding(SkeletonStyle Style, ObjectPlacement Placement) {
  bool CarriesObject = Style == SkeletonStyle::Cxx || Style == SkeletonStyle::C;
  if (!CarriesObject || Placement == ObjectPlacement::Inline)
    return "";
  return Placement == ObjectPlacement::Source ? ".cpp.o" : ".o";
}

} // namespace bpfbuild

#endif
