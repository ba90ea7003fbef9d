//===- Vmlinux.cpp - bpfbuild vmlinux ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Stage.h"
#include "Support/Error.h"
#include "Support/Options.h"
#include "Vmlinux/BTFSlice.h"

using namespace llvm;

namespace bpfbuild {

/// The header, or what --types= asks for of it.
static Expected<std::string> printTypes(const btf::BTFFile &File, std::vector<std::string> Wanted) {
  BTFSlicer Slicer(File.types(), File.path());
  if (Wanted.empty())
    return Slicer.whole();
  ProgramNames Names;
  for (const std::string &Name : Wanted) {
    StringRef Type = Name;
    if (!Type.consume_front("struct ") && !Type.consume_front("union "))
      Type.consume_front("enum ");
    Names.Names[Type] = ProgramNames::Named;
  }
  for (const auto &Entry : Names.Names)
    if (!Slicer.canName(Entry.getKey()))
      return makeError("'{0}' has no type, enumerator or kfunc '{1}'", File.path(), Entry.getKey());
  return Slicer.slice(Names);
}

Error runVmlinux(const opt::InputArgList &Args) {
  if (Args.hasArg(OPT_INPUT))
    return makeError("vmlinux takes no file but by --btf=");
  std::optional<btf::BTFFile> Base;
  if (Args.hasArg(OPT_base_EQ)) {
    Expected<btf::BTFFile> Opened = openBTF(Args.getLastArgValue(OPT_base_EQ));
    if (!Opened)
      return Opened.takeError();
    Base = std::move(*Opened);
  }
  Expected<btf::BTFFile> File = openBTF(Args.getLastArgValue(OPT_btf_EQ, "kernel"), Base ? &Base->types() : nullptr);
  if (!File)
    return File.takeError();
  Expected<std::string> Text = printTypes(*File, Args.getAllArgValues(OPT_types_EQ));
  return Text ? write(Args, std::move(*Text)) : Text.takeError();
}

} // namespace bpfbuild
