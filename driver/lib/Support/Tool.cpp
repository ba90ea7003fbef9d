//===- Tool.cpp - programs of the system ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/Tool.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Program.h"

using namespace llvm;

namespace bpfbuild {

Expected<std::string> runTool(ArrayRef<StringRef> Args) {
  ErrorOr<std::string> Program = sys::findProgramByName(Args.front());
  if (!Program)
    return makeError("'{0}' is not installed", Args.front());
  SmallString<128> Output;
  if (std::error_code Code = sys::fs::createTemporaryFile("bpfbuild", "out", Output))
    return makeError("cannot make a temporary file: {0}", Code.message());
  FileRemover Remove(Output);
  std::optional<StringRef> Redirects[] = {StringRef(""), StringRef(Output), std::nullopt};
  std::string Message;
  if (int Code = sys::ExecuteAndWait(*Program, Args, std::nullopt, Redirects, 0, 0, &Message))
    return makeError("'{0}' failed ({1})", join(Args, " "), Message.empty() ? std::to_string(Code) : Message);
  Expected<std::unique_ptr<MemoryBuffer>> Bytes = readFile(Output);
  return Bytes ? Expected<std::string>((*Bytes)->getBuffer().str()) : Bytes.takeError();
}

Expected<ScratchFolder> ScratchFolder::create(StringRef Prefix) {
  SmallString<128> Path;
  if (std::error_code Code = sys::fs::createUniqueDirectory(Prefix, Path))
    return makeError("cannot make a folder beside '{0}': {1}", Prefix, Code.message());
  ScratchFolder Folder;
  Folder.Path = Path.str().str();
  return Folder;
}

ScratchFolder::~ScratchFolder() {
  if (!Path.empty())
    sys::fs::remove_directories(Path);
}

} // namespace bpfbuild
