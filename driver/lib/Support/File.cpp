//===- File.cpp - reading files -------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/File.h"
#include "Support/Error.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm;

namespace bpfbuild {

/// What comes through a pipe is kept in memory: a kernel's BTF has some MB, an object less.
static constexpr size_t MaxPiped = 128 << 20;
/// How long a pipe may say nothing, in milliseconds.
static constexpr int PipeTimeout = 5000;

static Error cannotRead(StringRef Path, int Code) {
  return makeError("cannot read '{0}': {1}", Path, std::error_code(Code, std::generic_category()).message());
}

/// Reads a pipe to its end, as long as somebody writes.
static Expected<std::unique_ptr<MemoryBuffer>> readPipe(int FD, StringRef Path) {
  SmallVector<char, 0> Bytes;
  std::vector<char> Piece(64 << 10);
  for (;;) {
    pollfd Waiting{FD, POLLIN, 0};
    int Ready = poll(&Waiting, 1, PipeTimeout);
    if (Ready < 0 && errno == EINTR)
      continue;
    if (Ready < 0)
      return cannotRead(Path, errno);
    if (Ready == 0)
      return makeError("cannot read '{0}': it is a pipe, and nobody wrote to it for {1} seconds", Path,
                       PipeTimeout / 1000);
    ssize_t Count = read(FD, Piece.data(), Piece.size());
    if (Count < 0 && (errno == EINTR || errno == EAGAIN))
      continue;
    if (Count < 0)
      return cannotRead(Path, errno);
    if (Count == 0)
      return std::make_unique<SmallVectorMemoryBuffer>(std::move(Bytes), Path, /*RequiresNullTerminator=*/false);
    if (Bytes.size() + Count > MaxPiped)
      return makeError("cannot read '{0}': more than {1} bytes came through the pipe; pass a file", Path, MaxPiped);
    Bytes.append(Piece.begin(), Piece.begin() + Count);
  }
}

Expected<std::unique_ptr<MemoryBuffer>> readFile(StringRef Path) {
  struct stat Status;
  if (stat(Path.str().c_str(), &Status) == 0) {
    if (S_ISFIFO(Status.st_mode)) {
      int FD = open(Path.str().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
      if (FD < 0)
        return cannotRead(Path, errno);
      Expected<std::unique_ptr<MemoryBuffer>> Bytes = readPipe(FD, Path);
      close(FD);
      return Bytes;
    }
    if (S_ISCHR(Status.st_mode) || S_ISBLK(Status.st_mode))
      return makeError("cannot read '{0}': it is a device; expected a file", Path);
    if (uint64_t(Status.st_size) > MaxFileSize)
      return makeError("cannot read '{0}': it has {1} bytes, and {2} are the most that is read", Path, Status.st_size,
                       MaxFileSize);
  }
  ErrorOr<std::unique_ptr<MemoryBuffer>> File =
      MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!File)
    return makeError("cannot read '{0}': {1}", Path, File.getError().message());
  return std::move(*File);
}

} // namespace bpfbuild
