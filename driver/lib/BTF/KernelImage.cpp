//===- KernelImage.cpp - the kernel inside a bootable image ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "BTF/KernelImage.h"
#include "Support/Decompress.h"
#include "Support/Error.h"
#include "llvm/Support/Endian.h"

using namespace llvm;
using namespace llvm::support::endian;

namespace bpfbuild::btf {

/// The setup header of Documentation/arch/x86/boot.rst.
static constexpr size_t SetupSectors = 0x1f1, HeaderMagic = 0x202, ProtocolVersion = 0x206, VersionText = 0x20e,
                        PayloadOffset = 0x248, PayloadLength = 0x24c, SetupEnd = 0x250;
static constexpr uint16_t FirstWithPayload = 0x208;

static bool isBzImage(StringRef Bytes) {
  return Bytes.size() >= SetupEnd && Bytes.substr(HeaderMagic, 4) == "HdrS" &&
         read16le(Bytes.data() + ProtocolVersion) >= FirstWithPayload;
}

/// An EFI program of drivers/firmware/efi/libstub/zboot-header.S: "MZ", then "zimg", the payload's offset and size.
static bool isZboot(StringRef Bytes) {
  return Bytes.size() >= 64 && Bytes.starts_with("MZ") && Bytes.substr(4, 4) == "zimg";
}

bool isKernelImage(StringRef Bytes) {
  return isBzImage(Bytes) || isZboot(Bytes);
}

Expected<std::unique_ptr<MemoryBuffer>> extractKernel(StringRef Bytes, StringRef Path) {
  uint64_t Offset, Size;
  if (isBzImage(Bytes)) {
    uint64_t Sectors = static_cast<uint8_t>(Bytes[SetupSectors]);
    Offset = ((Sectors ? Sectors : 4) + 1) * 512 + read32le(Bytes.data() + PayloadOffset);
    Size = read32le(Bytes.data() + PayloadLength);
  } else {
    Offset = read32le(Bytes.data() + 8);
    Size = read32le(Bytes.data() + 12);
  }
  if (Offset > Bytes.size() || Size > Bytes.size() - Offset)
    return makeError("'{0}': a kernel of {1} bytes at {2}, but the image has only {3}; it is truncated", Path, Size,
                     Offset, Bytes.size());
  return decompress(Bytes.substr(Offset, Size), Path);
}

StringRef releaseOf(StringRef Bytes) {
  if (!isBzImage(Bytes))
    return "";
  StringRef Text = Bytes.drop_front(std::min<size_t>(Bytes.size(), 0x200 + read16le(Bytes.data() + VersionText)));
  return Text.take_until([](char C) { return C == ' ' || C == '\0'; }).take_front(128);
}

StringRef findRawBTF(StringRef Bytes) {
  constexpr uint64_t HeaderSize = 24;
  for (bool IsLittle : {true, false}) {
    StringRef Magic = IsLittle ? StringRef("\x9f\xeb\x01\0\x18\0\0\0", 8) : StringRef("\xeb\x9f\x01\0\0\0\0\x18", 8);
    auto Word = [&](size_t At) { return IsLittle ? read32le(Bytes.data() + At) : read32be(Bytes.data() + At); };
    for (size_t At = 0; (At = Bytes.find(Magic, At)) != StringRef::npos; ++At) {
      uint64_t Room = Bytes.size() - At;
      if (Room < HeaderSize)
        break;
      uint64_t TypeSize = Word(At + 12), StringOffset = Word(At + 16), StringSize = Word(At + 20);
      uint64_t Size = HeaderSize + StringOffset + StringSize;
      if (Word(At + 8) == 0 && StringOffset == TypeSize && TypeSize && Size <= Room)
        return Bytes.substr(At, Size);
    }
  }
  return "";
}

} // namespace bpfbuild::btf
