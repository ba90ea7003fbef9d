//===- EmbeddedHeaders.cpp - the headers that travel in bpfcc++ -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Compile/EmbeddedHeaders.h"
#include "Kernel/Helpers.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

/// Made by EmbedHeaders.cmake; the bytes of each header are followed by a NUL, as MemoryBuffer wants them.
struct EmbeddedHeader {
  const char *Name;
  const char *Bytes;
  uint64_t Size;
};
extern "C" const EmbeddedHeader bpfbuild_embedded_headers[];

namespace bpfbuild {

std::vector<std::pair<std::string, StringRef>> embeddedHeaders() {
  static const std::string Helpers = helperHeader(helpers());
  std::vector<std::pair<std::string, StringRef>> Headers;
  for (const EmbeddedHeader *H = bpfbuild_embedded_headers; H->Name; ++H)
    Headers.push_back({H->Name, StringRef(H->Bytes, H->Size)});
  Headers.push_back({HelperHeaderPath.drop_front(EmbeddedRoot.size() + 1).str(), Helpers});
  return Headers;
}

IntrusiveRefCntPtr<vfs::FileSystem> createEmbeddedHeaders() {
  auto FS = makeIntrusiveRefCnt<vfs::InMemoryFileSystem>();
  for (const auto &[Name, Text] : embeddedHeaders()) // each is followed by a NUL
    FS->addFile(EmbeddedRoot + "/" + Name, /*ModificationTime=*/0,
                MemoryBuffer::getMemBuffer(Text, (EmbeddedRoot + "/" + Name).str()));
  return FS;
}

} // namespace bpfbuild
