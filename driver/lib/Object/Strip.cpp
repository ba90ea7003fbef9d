//===- Strip.cpp - an object without DWARF --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Object/Strip.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ObjCopy/ConfigManager.h"
#include "llvm/ObjCopy/ObjCopy.h"
#include "llvm/Object/ObjectFile.h"

using namespace llvm;

namespace bpfbuild {

static bool isDwarf(const object::SectionRef &S) {
  Expected<StringRef> Name = S.getName();
  if (!Name) {
    consumeError(Name.takeError());
    return false;
  }
  return Name->starts_with(".debug_");
}

Expected<std::string> stripDwarf(StringRef Bytes) {
  auto Object = object::ObjectFile::createObjectFile(MemoryBufferRef(Bytes, "object"));
  if (!Object)
    return Object.takeError();
  if (none_of((*Object)->sections(), isDwarf))
    return Bytes.str();
  objcopy::ConfigManager Config;
  Config.Common.StripDebug = true;
  SmallString<0> Stripped;
  raw_svector_ostream OS(Stripped);
  if (Error E = objcopy::executeObjcopyOnBinary(Config, **Object, OS))
    return std::move(E);
  return Stripped.str().str();
}

} // namespace bpfbuild
