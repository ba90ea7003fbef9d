//===- Decompress.cpp - xz, zstd, gzip and lz4 ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/Decompress.h"
#include "Support/Error.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include <lz4.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

using namespace llvm;

namespace bpfbuild {

/// A kernel's vmlinux with debug information has some hundred MB.
static constexpr uint64_t MaxDecompressed = uint64_t(2) << 30;

/// Takes the decompressed bytes piece by piece, up to the limit.
static Error append(SmallVectorImpl<char> &Into, StringRef Piece, StringRef Path) {
  if (Into.size() + Piece.size() > MaxDecompressed)
    return makeError("'{0}' is larger than {1} bytes when decompressed", Path, MaxDecompressed);
  Into.append(Piece.begin(), Piece.end());
  return Error::success();
}

static Error decompressXZ(StringRef Bytes, SmallVectorImpl<char> &Into, StringRef Path) {
  lzma_stream Stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&Stream, /*memlimit=*/uint64_t(1) << 30, /*flags=*/0) != LZMA_OK)
    return makeError("'{0}': no memory to decompress xz", Path);
  scope_exit End([&] { lzma_end(&Stream); });
  std::vector<uint8_t> Piece(1 << 20);
  Stream.next_in = Bytes.bytes_begin();
  Stream.avail_in = Bytes.size();
  for (lzma_ret Status = LZMA_OK; Status != LZMA_STREAM_END;) {
    Stream.next_out = Piece.data();
    Stream.avail_out = Piece.size();
    Status = lzma_code(&Stream, LZMA_FINISH);
    if (Status != LZMA_OK && Status != LZMA_STREAM_END)
      return makeError("'{0}': broken or truncated xz data (liblzma error {1})", Path, static_cast<int>(Status));
    StringRef Done(reinterpret_cast<char *>(Piece.data()), Piece.size() - Stream.avail_out);
    if (Error E = append(Into, Done, Path))
      return E;
  }
  return Error::success();
}

static Error decompressZstd(StringRef Bytes, SmallVectorImpl<char> &Into, StringRef Path) {
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> Stream(ZSTD_createDStream(), ZSTD_freeDStream);
  std::vector<char> Piece(ZSTD_DStreamOutSize());
  ZSTD_inBuffer Input{Bytes.data(), Bytes.size(), 0};
  for (size_t Hint = 1; Hint != 0;) {
    ZSTD_outBuffer Output{Piece.data(), Piece.size(), 0};
    size_t Before = Input.pos;
    Hint = ZSTD_decompressStream(Stream.get(), &Output, &Input);
    if (ZSTD_isError(Hint))
      return makeError("'{0}': broken zstd data: {1}", Path, ZSTD_getErrorName(Hint));
    if (Hint != 0 && Output.pos == 0 && Input.pos == Before)
      return makeError("'{0}': truncated zstd data", Path);
    if (Error E = append(Into, StringRef(Piece.data(), Output.pos), Path))
      return E;
  }
  return Error::success();
}

static Error decompressGzip(StringRef Bytes, SmallVectorImpl<char> &Into, StringRef Path) {
  z_stream Stream = {};
  constexpr int GzipWindow = 16 + MAX_WBITS;
  if (inflateInit2(&Stream, GzipWindow) != Z_OK)
    return makeError("'{0}': no memory to decompress gzip", Path);
  scope_exit End([&] { inflateEnd(&Stream); });
  std::vector<unsigned char> Piece(1 << 20);
  Stream.next_in = const_cast<unsigned char *>(Bytes.bytes_begin());
  Stream.avail_in = static_cast<unsigned>(std::min<size_t>(Bytes.size(), UINT32_MAX));
  for (int Status = Z_OK; Status != Z_STREAM_END;) {
    Stream.next_out = Piece.data();
    Stream.avail_out = static_cast<unsigned>(Piece.size());
    Status = inflate(&Stream, Z_NO_FLUSH);
    if (Status != Z_OK && Status != Z_STREAM_END)
      return makeError("'{0}': broken or truncated gzip data (zlib error {1})", Path, Status);
    StringRef Done(reinterpret_cast<char *>(Piece.data()), Piece.size() - Stream.avail_out);
    if (Error E = append(Into, Done, Path))
      return E;
  }
  return Error::success();
}

/// lz4's legacy format, which kernels are compressed in: blocks of at most 8 MiB with their sizes before them.
static Error decompressLZ4(StringRef Bytes, SmallVectorImpl<char> &Into, StringRef Path) {
  constexpr int BlockSize = 8 << 20;
  std::vector<char> Block(BlockSize);
  StringRef Rest = Bytes.drop_front(4);
  for (int Size = BlockSize; Size == BlockSize && Rest.size() >= 4;) { // a shorter one is the last
    uint32_t Length = support::endian::read32le(Rest.data());
    Rest = Rest.drop_front(4);
    if (Length > Rest.size())
      return makeError("'{0}': truncated lz4 data", Path);
    Size = LZ4_decompress_safe(Rest.data(), Block.data(), static_cast<int>(Length), BlockSize);
    if (Size < 0)
      return makeError("'{0}': broken lz4 data", Path);
    if (Error E = append(Into, StringRef(Block.data(), static_cast<size_t>(Size)), Path))
      return E;
    Rest = Rest.drop_front(Length);
  }
  return Error::success();
}

namespace {
struct Format {
  StringLiteral Magic;
  Error (*Decompress)(StringRef Bytes, SmallVectorImpl<char> &Into, StringRef Path);
};
} // namespace

static constexpr Format Formats[] = {{"\xfd"
                                      "7zXZ",
                                      decompressXZ},
                                     {"\x28\xb5\x2f\xfd", decompressZstd},
                                     {"\x1f\x8b", decompressGzip},
                                     {"\x02\x21\x4c\x18", decompressLZ4}};

static const Format *formatOf(StringRef Bytes) {
  for (const Format &F : Formats)
    if (Bytes.starts_with(F.Magic))
      return &F;
  return nullptr;
}

bool isCompressed(StringRef Bytes) {
  return formatOf(Bytes);
}

Expected<std::unique_ptr<MemoryBuffer>> decompress(StringRef Bytes, StringRef Path) {
  const Format *F = formatOf(Bytes);
  if (!F)
    return makeError("'{0}': compressed in another way than xz, zstd, gzip or lz4", Path);
  SmallVector<char, 0> Decompressed;
  if (Error E = F->Decompress(Bytes, Decompressed, Path))
    return std::move(E);
  return std::make_unique<SmallVectorMemoryBuffer>(std::move(Decompressed), Path, /*RequiresNullTerminator=*/false);
}

} // namespace bpfbuild
