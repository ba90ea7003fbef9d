//===- SourceTexts.h - the lines that BTF has of sources --------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// BTF has the text of each line that there is code for: verifiers' logs show it. LLVM reads it from the files that
// debug information names, which are not there under these names where paths are mapped (-ffile-prefix-map), nor on
// another machine that a preprocessed source was sent to (distcc, icecc). So what Clang has read is given to LLVM; and
// preprocessed output has it at its end, in comments, with the folder it was made in:
//
//   // bpfbuild: compiled in "/home/user/project"
//   // bpfbuild: text of the main file "probe.bpf.c"
//   //|#include "vmlinux.h"|
//   //|…|
//===----------------------------------------------------------------------===//
#ifndef BPFBUILD_COMPILE_SOURCETEXTS_H
#define BPFBUILD_COMPILE_SOURCETEXTS_H

#include "clang/Frontend/CompilerInstance.h"
#include "llvm/IR/Module.h"
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace bpfbuild {

class SourceTexts {
public:
  /// The files that \p SM has read, and whose text it keeps, but for those that exist only in bpfcc++.
  static SourceTexts of(const clang::SourceManager &SM);

  /// Those that print() has put behind \p Preprocessed; none if it is another preprocessor's. What does not have the
  /// form of print() is not taken.
  static SourceTexts parse(llvm::StringRef Preprocessed);

  /// Writes what parse() reads: the main file, and the others that may have code. \p CodeGen has the folder where
  /// relative names begin, and how names are mapped: there is nothing of another folder in it, for ccache's sake.
  void print(llvm::raw_ostream &OS, const clang::CodeGenOptions &CodeGen) const;

  /// Where the source was preprocessed; empty if parse() did not find it.
  llvm::StringRef directory() const { return Directory; }

  /// The source that was preprocessed, by the name that debug information has for it; empty as directory() is.
  llvm::StringRef mainFile() const { return MainFile; }

  /// The files of other names win over those that are here.
  void add(const SourceTexts &Other);

  /// Gives the files that code of \p M is in their text, unless they have one. \p CodeGen says how names are mapped.
  void attach(llvm::Module &M, const clang::CodeGenOptions &CodeGen) const;

private:
  struct Text {
    llvm::StringRef Lines; ///< of the SourceManager, or of Owned
    bool IsMain = false;
    bool IsSystem = false;
  };
  bool mayHaveCode(const Text &T) const;

  std::map<std::string, Text> Files; ///< by the names that #line directives have
  std::vector<std::shared_ptr<std::string>> Owned;
  std::string Directory, MainFile;
};

} // namespace bpfbuild

#endif
