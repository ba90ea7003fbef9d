//===- BTFFile.cpp - where BTF comes from ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "BTF/BTFFile.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include <lzma.h>
#include <sys/utsname.h>
#include <zstd.h>

using namespace llvm;

namespace bpfbuild::btf {

/// A kernel's vmlinux with debug information has some hundred MB.
static constexpr uint64_t MaxDecompressed = uint64_t(2) << 30;

bool isRawBTF(StringRef Bytes) {
  return Bytes.starts_with("\x9f\xeb") || Bytes.starts_with("\xeb\x9f");
}

bool isELF(StringRef Bytes) {
  return Bytes.starts_with("\x7f\x45LF");
}

/// Takes the decompressed bytes piece by piece, up to the limit.
static Error append(SmallVectorImpl<char> &Into, StringRef Piece, StringRef Path) {
  if (Into.size() + Piece.size() > MaxDecompressed)
    return makeError("'{0}' is larger than {1} bytes when decompressed", Path, MaxDecompressed);
  Into.append(Piece.begin(), Piece.end());
  return Error::success();
}

static Error decompressXZ(StringRef Bytes, SmallVectorImpl<char> &Into, StringRef Path) {
  lzma_stream Stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&Stream, /*memlimit=*/uint64_t(1) << 30, LZMA_CONCATENATED) != LZMA_OK)
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
  for (size_t Hint = 1; Input.pos < Input.size || Hint != 0;) {
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

Expected<std::unique_ptr<MemoryBuffer>> readDecompressed(StringRef Path) {
  Expected<std::unique_ptr<MemoryBuffer>> File = readFile(Path);
  if (!File)
    return File.takeError();
  StringRef Bytes = (*File)->getBuffer();
  bool IsXZ = Bytes.starts_with(StringRef("\xfd"
                                          "7zXZ\0",
                                          6)),
       IsZstd = Bytes.starts_with("\x28\xb5\x2f\xfd");
  if (!IsXZ && !IsZstd)
    return std::move(*File);
  SmallVector<char, 0> Decompressed;
  if (Error E = (IsXZ ? decompressXZ : decompressZstd)(Bytes, Decompressed, Path))
    return std::move(E);
  return std::make_unique<SmallVectorMemoryBuffer>(std::move(Decompressed), Path, /*RequiresNullTerminator=*/false);
}

Expected<std::string> findKernelBTF() {
  utsname Machine{};
  uname(&Machine);
  static constexpr const char *Patterns[] = {"/sys/kernel/btf/vmlinux",
                                             "/boot/vmlinux-{0}",
                                             "/lib/modules/{0}/vmlinux-{0}",
                                             "/lib/modules/{0}/build/vmlinux",
                                             "/usr/lib/modules/{0}/kernel/vmlinux",
                                             "/usr/lib/debug/boot/vmlinux-{0}",
                                             "/usr/lib/debug/boot/vmlinux-{0}.debug",
                                             "/usr/lib/debug/lib/modules/{0}/vmlinux"};
  for (const char *Pattern : Patterns)
    if (std::string Path = formatv(false, Pattern, Machine.release); sys::fs::exists(Path))
      return Path;
  return makeError(
      "the running kernel shows no BTF (/sys/kernel/btf/vmlinux); pass --vmlinux=FILE with a BTF file, an ELF "
      "file that has .BTF, or a vmlinux.h");
}

Expected<std::string> findSource(StringRef Source) {
  return Source == "kernel" ? findKernelBTF() : Source.str();
}

/// The content of the section .BTF.
static Expected<StringRef> findSection(MemoryBufferRef Bytes) {
  Expected<std::unique_ptr<object::ObjectFile>> File = object::ObjectFile::createELFObjectFile(Bytes, false);
  if (!File)
    return makeError("'{0}': {1}", Bytes.getBufferIdentifier(), toString(File.takeError()));
  for (const object::SectionRef &Section : (*File)->sections()) {
    Expected<StringRef> Name = Section.getName();
    if (!Name) {
      consumeError(Name.takeError());
      continue;
    }
    if (*Name != ".BTF")
      continue;
    Expected<StringRef> Contents = Section.getContents();
    return Contents
               ? std::move(Contents)
               : makeError("'{0}': section .BTF: {1}", Bytes.getBufferIdentifier(), toString(Contents.takeError()));
  }
  return makeError("'{0}' has no section .BTF; is it built with CONFIG_DEBUG_INFO_BTF, or with clang -g?",
                   Bytes.getBufferIdentifier());
}

Expected<BTFFile> BTFFile::read(std::unique_ptr<MemoryBuffer> Bytes, StringRef Path, const BTF *Base) {
  StringRef Section = Bytes->getBuffer();
  if (isELF(Section)) {
    Expected<StringRef> Found = findSection(MemoryBufferRef(Section, Path));
    if (!Found)
      return Found.takeError();
    Section = *Found;
  }
  Expected<BTF> Types = BTF::parse(Section, Path, Base, BTF::Nesting::Unchecked);
  if (!Types)
    return Types.takeError();
  BTFFile Result;
  Result.Path = Path.str();
  Result.Bytes = std::move(Bytes);
  Result.Types = std::make_unique<BTF>(std::move(*Types));
  return std::move(Result);
}

Expected<BTFFile> BTFFile::open(StringRef Path, const BTF *Base) {
  Expected<std::unique_ptr<MemoryBuffer>> Bytes = readDecompressed(Path);
  return Bytes ? read(std::move(*Bytes), Path, Base) : Bytes.takeError();
}

} // namespace bpfbuild::btf
