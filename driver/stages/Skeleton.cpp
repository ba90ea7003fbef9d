//===- Skeleton.cpp - bpfbuild skeleton ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/MinimalBTFs.h"
#include "Skeleton/CSkeletonEmitter.h"
#include "Skeleton/SkeletonEmitter.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"
#include "Support/OutputSet.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

Error runSkeleton(const opt::InputArgList &Args) {
  Expected<Objects> Files = readOneObject(Args);
  if (!Files)
    return Files.takeError();
  const BPFObject &Object = Files->Parsed.front();
  StringRef Output = Args.getLastArgValue(OPT_o, "-");
  std::optional<ObjectPlacement> Placement = parseObjectPlacement(Args.getLastArgValue(OPT_embed_EQ, "incbin"));
  if (!Placement)
    return makeError("--embed= takes inline, incbin, file or source");
  Expected<SkeletonStyle> Named = parseSkeletonStyle(Args.getLastArgValue(OPT_skeleton_style_EQ, "cxx"));
  if (!Named)
    return Named.takeError();
  Expected<SkeletonStyle> Style = refineStyle(*Named, {.IsSub = Args.hasArg(OPT_subskeleton),
                                                       .IsLight = Args.hasArg(OPT_light),
                                                       .HasKey = Args.hasArg(OPT_sign_key_EQ),
                                                       .HasCertificate = Args.hasArg(OPT_sign_cert_EQ),
                                                       .HasEmbed = Args.hasArg(OPT_embed_EQ),
                                                       .HasTypes = false,
                                                       .HasEmbedBTF = Args.hasArg(OPT_embed_btf_EQ)});
  if (!Style)
    return Style.takeError();
  SigningKey Signer{Args.getLastArgValue(OPT_sign_key_EQ).str(), Args.getLastArgValue(OPT_sign_cert_EQ).str()};
  std::string Stem = sys::path::stem(sys::path::stem(Object.name())).str();
  Expected<std::string> Name = Args.hasArg(OPT_name_EQ) ? Args.getLastArgValue(OPT_name_EQ).str()
                               : isCxx(*Style)          ? defaultSkeletonName(Stem)
                                                        : defaultCSkeletonName(Object.name());
  if (!Name)
    return Name.takeError();
  Expected<SkeletonModel> Model = buildSkeletonModel(Object, *Name, Args.getLastArgValue(OPT_namespace_EQ));
  if (!Model)
    return Model.takeError();
  if (Args.hasArg(OPT_embed_btf_EQ)) {
    Expected<std::string> Archive = archiveFor(Object, Args.getLastArgValue(OPT_embed_btf_EQ));
    if (!Archive)
      return Archive.takeError();
    setArchive(*Model, Object, std::move(*Archive));
  }
  Expected<SkeletonText> Text = emitSkeleton(*Model, Object, *Style, *Placement, Signer);
  if (!Text)
    return Text.takeError();
  OutputSet Written;
  Written.protect(Object.name().str());
  if (Error E =
          addSkeleton(Written, Output, std::move(*Text), carriedBytes(*Model, Object.bytes()), *Style, *Placement))
    return E;
  return Written.commit();
}

} // namespace bpfbuild
