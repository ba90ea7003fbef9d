//===- EditorFlags.h - flags that editors read as bpfcc++ does --*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A language server such as clangd is Clang without bpfcc++: for it, the headers that bpfcc++ has inside lie in a
// folder, and the flags that bpfcc++ adds stand in the compile command. bpfcc++ takes the same command: it leaves that
// folder out, and reads -fplugin-arg-bpfbuild-NAME=VALUE, of which Clang thinks that it is for a plugin, as
// --NAME=VALUE.
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_EDITORFLAGS_H
#define BPFBUILD_COMPILE_EDITORFLAGS_H

#include "llvm/ADT/StringRef.h"
#include <string>
#include <utility>
#include <vector>

namespace bpfbuild {

/// The name of the folder with headers for editors, wherever it is.
inline constexpr llvm::StringLiteral EditorFolder = "bpfbuild.editor";

/// What every BPF compile for \p TargetArch (an --target-arch=) has: the target, macros, and the folders of the UAPI
/// headers.
std::vector<std::string> targetArgs(llvm::StringRef TargetArch);

/// What sources in C++ need besides, also together with others in C; and what they alone can have.
std::vector<std::string> cxxModeArgs();
std::vector<std::string> cxxLanguageArgs();

/// The flags for a source in \p Language ("c" or "c++"), whose headers lie in \p Folder and whose vmlinux.h lies in the
/// folder of that language below \p VmlinuxFolder, which is empty if there is none.
std::vector<std::string> editorFlags(llvm::StringRef Language, llvm::StringRef TargetArch, llvm::StringRef Folder,
                                     llvm::StringRef VmlinuxFolder);

/// The headers that bpfcc++ has inside for programs to include, for editors to read: each file's name, below the folder
/// of editorFlags(), and its text.
std::vector<std::pair<std::string, std::string>> editorHeaders();

} // namespace bpfbuild

#endif
