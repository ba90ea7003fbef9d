//===- Decompress.cpp - xz, zstd, gzip and lz4 ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/Decompress.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include <lz4.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

using namespace llvm;

namespace bpfbuild {

/// Kernels and BTF are four to eight times as large when decompressed. What is a hundred times as large is made to fill
/// the memory.
static constexpr uint64_t MaxRatio = 16, AlwaysAllowed = 16 << 20;

namespace {
/// Takes the decompressed bytes piece by piece, up to a limit.
struct Output {
  Output(StringRef Compressed, StringRef Path)
      : Path(Path), Limit(std::min(MaxFileSize, AlwaysAllowed + MaxRatio * Compressed.size())) {}

  Error append(StringRef Piece) {
    if (Bytes.size() + Piece.size() > Limit)
      return makeError("'{0}' has more than {1} bytes when decompressed, and no kernel or BTF shrinks like that", Path,
                       Limit);
    Bytes.append(Piece.begin(), Piece.end());
    return Error::success();
  }

  StringRef Path;
  uint64_t Limit; ///< in bytes
  SmallVector<char, 0> Bytes;
};
} // namespace

static Error decompressXZ(StringRef Bytes, Output &Into, StringRef Path) {
  lzma_stream Stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&Stream, /*memlimit=*/uint64_t(256) << 20, /*flags=*/0) != LZMA_OK)
    return makeError("'{0}': no memory to decompress xz", Path);
  std::unique_ptr<lzma_stream, decltype(&lzma_end)> End(&Stream, lzma_end);
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
    if (Error E = Into.append(Done))
      return E;
  }
  return Error::success();
}

static Error decompressZstd(StringRef Bytes, Output &Into, StringRef Path) {
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> Stream(ZSTD_createDStream(), ZSTD_freeDStream);
  std::vector<char> Piece(ZSTD_DStreamOutSize());
  ZSTD_inBuffer Input{Bytes.data(), Bytes.size(), 0};
  for (size_t Hint = 1; Hint != 0;) {
    ZSTD_outBuffer Filled{Piece.data(), Piece.size(), 0};
    size_t Before = Input.pos;
    Hint = ZSTD_decompressStream(Stream.get(), &Filled, &Input);
    if (ZSTD_isError(Hint))
      return makeError("'{0}': broken zstd data: {1}", Path, ZSTD_getErrorName(Hint));
    if (Hint != 0 && Filled.pos == 0 && Input.pos == Before)
      return makeError("'{0}': truncated zstd data", Path);
    if (Error E = Into.append(StringRef(Piece.data(), Filled.pos)))
      return E;
  }
  return Error::success();
}

static Error decompressGzip(StringRef Bytes, Output &Into, StringRef Path) {
  z_stream Stream = {};
  constexpr int GzipWindow = 16 + MAX_WBITS;
  if (inflateInit2(&Stream, GzipWindow) != Z_OK)
    return makeError("'{0}': no memory to decompress gzip", Path);
  std::unique_ptr<z_stream, decltype(&inflateEnd)> End(&Stream, inflateEnd);
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
    if (Error E = Into.append(Done))
      return E;
  }
  return Error::success();
}

/// lz4's legacy format, which kernels are compressed in: blocks of at most 8 MiB with their sizes before them.
static Error decompressLZ4(StringRef Bytes, Output &Into, StringRef Path) {
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
    if (Error E = Into.append(StringRef(Block.data(), static_cast<size_t>(Size))))
      return E;
    Rest = Rest.drop_front(Length);
  }
  return Error::success();
}

namespace {
struct Format {
  StringLiteral Magic;
  Error (*Decompress)(StringRef Bytes, Output &Into, StringRef Path);
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
  Output Decompressed(Bytes, Path);
  if (Error E = F->Decompress(Bytes, Decompressed, Path))
    return std::move(E);
  return std::make_unique<SmallVectorMemoryBuffer>(std::move(Decompressed.Bytes), Path,
                                                   /*RequiresNullTerminator=*/false);
}

} // namespace bpfbuild
