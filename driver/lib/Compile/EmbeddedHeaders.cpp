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

IntrusiveRefCntPtr<vfs::FileSystem> createEmbeddedHeaders() {
  auto FS = makeIntrusiveRefCnt<vfs::InMemoryFileSystem>();
  for (const EmbeddedHeader *H = bpfbuild_embedded_headers; H->Name; ++H) {
    auto Buffer = MemoryBuffer::getMemBuffer(StringRef(H->Bytes, H->Size), H->Name);
    FS->addFile(EmbeddedRoot + "/" + H->Name, /*ModificationTime=*/0, std::move(Buffer));
  }
  FS->addFile(HelperHeaderPath, /*ModificationTime=*/0,
              MemoryBuffer::getMemBufferCopy(helperHeader(helpers()), HelperHeaderPath));
  return FS;
}

} // namespace bpfbuild
