//===- Initramfs.cpp - the file system that a kernel begins with ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/Initramfs.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace bpfbuild {

void Initramfs::add(StringRef Name, StringRef Bytes, unsigned Mode) {
  auto Pad = [this] { Archive.resize((Archive.size() + 3) / 4 * 4); };
  raw_string_ostream OS(Archive);
  OS << "070701";
  // ino, mode, uid, gid, nlink, mtime, filesize, the device's and the node's numbers, namesize, check
  const size_t Fields[] = {NextInode++, Mode, 0, 0, 1, 0, Bytes.size(), 0, 0, 0, 0, Name.size() + 1, 0};
  for (size_t Field : Fields)
    OS << format("%08x", static_cast<unsigned>(Field));
  OS << Name << '\0';
  Pad();
  OS << Bytes;
  Pad();
}

void Initramfs::addFile(StringRef Name, StringRef Bytes, bool IsProgram) {
  Name = Name.ltrim('/');
  for (size_t Slash = Name.find('/'); Slash != StringRef::npos; Slash = Name.find('/', Slash + 1))
    if (StringRef Folder = Name.take_front(Slash); Names.insert(Folder).second)
      add(Folder, "", 0040755);
  if (Names.insert(Name).second)
    add(Name, Bytes, IsProgram ? 0100755 : 0100644);
}

std::string Initramfs::finish() {
  add("TRAILER!!!", "", 0);
  return std::move(Archive);
}

} // namespace bpfbuild
