//===- LspConfig.cpp - bpfbuild lsp-config -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes what a language server needs to read BPF sources as bpfcc++ does: the headers as files, and the flags, for
// CMake's compile commands or in a .clangd.
//===----------------------------------------------------------------------===//
#include "Compile/CommandLine.h"
#include "Compile/EditorFlags.h"
#include "Compile/Views/VmlinuxFileSystem.h"
#include "Machine/Kernels.h"
#include "Stage.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "Support/Options.h"
#include "Support/OutputSet.h"
#include "Vmlinux/BTFSlice.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MD5.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

/// The first line of a file that we wrote, and may write again.
static constexpr StringLiteral Mark = "# Made by `bpfbuild lsp-config`; it may write it again.";

static std::string hashOf(StringRef Bytes) {
  MD5::MD5Result Result = MD5::hash(arrayRefFromStringRef(Bytes));
  return Result.digest().str().substr(0, 16).str();
}

/// Writes \p Files, names below \p Folder with their texts. Their folders are made.
static Error writeBelow(StringRef Folder, std::vector<std::pair<std::string, std::string>> Files) {
  OutputSet Written;
  for (auto &[Name, Text] : Files) {
    std::string Path = (Folder + "/" + Name).str();
    if (std::error_code Code = sys::fs::create_directories(sys::path::parent_path(Path)))
      return makeError("cannot make the folder of '{0}': {1}", Path, Code.message());
    Written.add(std::move(Path), std::move(Text));
  }
  return Written.commit();
}

/// The folder with the headers, made once for their content.
static Expected<std::string> headerFolder(StringRef Root) {
  std::vector<std::pair<std::string, std::string>> Headers = editorHeaders();
  std::string All;
  for (const auto &[Name, Text] : Headers)
    All += Name + "\n" + Text + "\n";
  std::string Folder = (Root + "/" + EditorFolder + "/" + hashOf(All)).str();
  if (!sys::fs::exists(Folder + "/include/bpf/bpf_helpers.h"))
    if (Error E = writeBelow(Folder, std::move(Headers)))
      return std::move(E);
  return Folder;
}

/// The folder with the vmlinux.h that --btf= names, made once for its content; empty for none, and where nobody asked
/// for it and this machine's kernel has no BTF, or not that of the target.
static Expected<std::string> vmlinuxFolder(const opt::InputArgList &Args, StringRef Root) {
  bool IsOther = Args.getLastArgValue(OPT_target_arch_EQ, hostArch()) != hostArch();
  StringRef Source = Args.getLastArgValue(OPT_btf_EQ, IsOther ? "none" : "kernel");
  if (Source == "none")
    return "";
  Expected<btf::BTFFile> File = openBTF(Source);
  if (!File) {
    if (Args.hasArg(OPT_btf_EQ))
      return File.takeError();
    consumeError(File.takeError());
    return "";
  }
  BTFSlicer Slicer(File->types(), File->path());
  Expected<std::string> Text = Slicer.whole();
  if (!Text)
    return Text.takeError();
  std::string Folder = (Root + "/" + EditorFolder + "/vmlinux-" + hashOf(*Text)).str();
  if (sys::fs::exists(Folder + "/cxx/vmlinux.h"))
    return Folder;
  ProgramNames Cxx;
  Cxx.defineKeywords(/*HasBool=*/true, /*HasWideChar=*/true);
  Expected<std::string> CxxText = Slicer.whole(Cxx);
  if (!CxxText)
    return CxxText.takeError();
  if (Error E = writeBelow(Folder, {{"cxx/vmlinux.h", vmlinuxForCxx(*CxxText)}, {"c/vmlinux.h", std::move(*Text)}}))
    return std::move(E);
  return Folder;
}

/// A .clangd for sources that are called so, in C and in C++.
static std::string clangdFile(StringRef TargetArch, StringRef Folder, StringRef Vmlinux) {
  std::string Text = (Mark + "\n# BPF sources are read as bpfcc++ reads them.\n").str();
  bool IsFirst = true;
  for (auto [Language, Pattern] :
       {std::pair("c", ".*\\\\.bpf\\\\.c"), std::pair("c++", ".*\\\\.bpf\\\\.(cpp|cc|cxx)")}) {
    Text += (Twine(IsFirst ? "" : "---\n") + "If:\n  PathMatch: \"" + Pattern +
             "\"\nCompileFlags:\n  Compiler: clang\n  Add:\n")
                .str();
    for (const std::string &Flag : editorFlags(Language, TargetArch, Folder, Vmlinux)) {
      std::string Quoted;
      for (char C : Flag)
        Quoted.append(C == '\'' ? 2 : 1, C);
      Text += "    - '" + Quoted + "'\n";
    }
    IsFirst = false;
  }
  return Text;
}

/// An error where \p Path is there and none of ours: what somebody wrote is not lost.
static Error expectOurs(StringRef Path) {
  if (Path == "-" || !sys::fs::exists(Path))
    return Error::success();
  Expected<std::unique_ptr<MemoryBuffer>> Old = readFile(Path);
  if (!Old)
    return Old.takeError();
  if ((*Old)->getBuffer().starts_with(Mark))
    return Error::success();
  return makeError("'{0}' is there, and not ours to replace; write elsewhere with -o, and put both together", Path);
}

Error runLspConfig(const opt::InputArgList &Args) {
  if (Args.hasArg(OPT_INPUT))
    return makeError("lsp-config takes no file but by --btf=");
  StringRef Arch = Args.getLastArgValue(OPT_target_arch_EQ);
  if (!Arch.empty() && !is_contained(targetArchs(), Arch))
    return makeError("--target-arch={0}: expected one of {1}", Arch, join(targetArchs(), ", "));
  std::string Root = Args.getLastArgValue(OPT_folder_EQ).str();
  if (Root.empty()) {
    Expected<std::string> Cache = cacheFolder("lsp");
    if (!Cache)
      return Cache.takeError();
    Root = std::move(*Cache);
  }
  SmallString<256> Absolute(Root);
  if (std::error_code Code = sys::fs::make_absolute(Absolute))
    return makeError("'{0}': {1}", Root, Code.message());
  sys::path::remove_dots(Absolute, /*remove_dot_dot=*/true);
  Expected<std::string> Folder = headerFolder(Absolute);
  if (!Folder)
    return Folder.takeError();
  Expected<std::string> Vmlinux = vmlinuxFolder(Args, Absolute);
  if (!Vmlinux)
    return Vmlinux.takeError();
  std::string TargetArch = Arch.empty() ? hostArch() : Arch.str();
  OutputSet Files;
  if (Args.hasArg(OPT_print_flags_EQ)) {
    StringRef Language = Args.getLastArgValue(OPT_print_flags_EQ);
    if (Language != "c" && Language != "c++")
      return makeError("--print-flags={0}: expected c or c++", Language);
    Files.add("-", join(editorFlags(Language, TargetArch, *Folder, *Vmlinux), "\n") + "\n");
    return Files.commit();
  }
  std::string Output = Args.getLastArgValue(OPT_o, ".clangd").str();
  if (Error E = expectOurs(Output))
    return E;
  Files.add(Output, clangdFile(TargetArch, *Folder, *Vmlinux));
  return Files.commit();
}

} // namespace bpfbuild
