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

/// What a light skeleton is signed with: files with a private key and its certificate. Empty: it is not.
struct SigningKey {
  std::string Key, Certificate;
};

/// Which options were given that choose a style or that not every style has a use for.
struct StyleOptions {
  bool IsSub, IsLight;         ///< --subskeleton, --light
  bool HasKey, HasCertificate; ///< --sign-key=, --sign-cert=
  bool HasEmbed;               ///< --embed=
  bool HasTypes;               ///< --types=
  bool HasEmbedBTF;            ///< --embed-btf=
};

/// What \p Style, Cxx or C, is with the options \p Given. Errors: there is no such style, or it has no use for an
/// option. Only light skeletons are signed, by a key and its certificate; only whole skeletons carry the object's
/// bytes; and C skeletons leave a header of types to the user to include.
inline llvm::Expected<SkeletonStyle> refineStyle(SkeletonStyle Style, const StyleOptions &Given) {
  if (Given.IsSub && Given.IsLight)
    return makeError("--light: a subskeleton loads nothing; leave out one of them");
  if (Given.IsLight && Style != SkeletonStyle::C)
    return makeError("--light: pass --skeleton-style=c too; there is no light skeleton in C++");
  if ((Given.HasKey || Given.HasCertificate) && !Given.IsLight)
    return makeError("--sign-key=, --sign-cert=: what is signed is a light skeleton; pass --light too");
  if (Given.HasKey != Given.HasCertificate)
    return makeError("--sign-key= and --sign-cert= need each other: the private key, and its certificate");
  if (Given.HasEmbed && (Given.IsSub || Given.IsLight))
    return makeError("--embed=: a {0} carries no object; leave it out",
                     Given.IsLight ? "light skeleton" : "subskeleton");
  if (Given.HasTypes && !isCxx(Style))
    return makeError("--types=: a C skeleton declares no types; include the header before it");
  if (Given.HasEmbedBTF && (!isCxx(Style) || Given.IsSub))
    return makeError("--embed-btf=: only a whole skeleton in C++ carries BTF; leave it out, and give libbpf a "
                     "btf_custom_path");
  if (Given.IsLight)
    return SkeletonStyle::CLight;
  if (Given.IsSub)
    return isCxx(Style) ? SkeletonStyle::CxxSub : SkeletonStyle::CSub;
  return Style;
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
