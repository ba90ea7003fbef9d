//===- Modules.cpp - a kernel's modules -----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/Modules.h"
#include "BTF/BTFFile.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

namespace {
class ModuleReader {
public:
  explicit ModuleReader(StringRef Folder);
  Error read(StringRef Name);
  std::vector<std::unique_ptr<MemoryBuffer>> Modules;

private:
  StringRef Folder;
  StringMap<std::string> Paths; ///< by name
  StringSet<> BuiltIn, Done;
};
} // namespace

/// "x/y/sch-ingress.ko.xz" is sch_ingress: a module's file and its name differ in dashes. Empty for other files.
static std::string moduleName(StringRef Path) {
  auto [Name, Extension] = sys::path::filename(Path).split(".ko");
  std::string Result = Extension.empty() || Extension.starts_with(".") ? Name.str() : "";
  std::replace(Result.begin(), Result.end(), '-', '_');
  return Result;
}

ModuleReader::ModuleReader(StringRef Folder) : Folder(Folder) {
  std::error_code Code;
  for (sys::fs::recursive_directory_iterator It(Folder, Code), End; !Code && It != End; It.increment(Code))
    if (StringRef(It->path()).contains(".ko"))
      Paths[moduleName(It->path())] = It->path();
  Expected<std::unique_ptr<MemoryBuffer>> List = readFile((Folder + "/modules.builtin").str());
  if (!List)
    consumeError(List.takeError()); // nothing is known to be built in
  StringRef BuiltInPaths = List ? (*List)->getBuffer() : "";
  SmallVector<StringRef> Lines;
  BuiltInPaths.split(Lines, '\n', -1, false);
  for (StringRef Line : Lines)
    BuiltIn.insert(moduleName(Line));
}

/// What "depends=" in .modinfo names.
static Expected<SmallVector<std::string>> dependenciesOf(MemoryBufferRef Module) {
  Expected<std::unique_ptr<object::ObjectFile>> File = object::ObjectFile::createELFObjectFile(Module, false);
  if (!File)
    return makeError("'{0}': {1}", Module.getBufferIdentifier(), toString(File.takeError()));
  SmallVector<std::string> Result;
  for (const object::SectionRef &Section : (*File)->sections()) {
    Expected<StringRef> Name = Section.getName(), Contents = Section.getContents();
    if (Error E = joinErrors(Name.takeError(), Contents.takeError()))
      return makeError("'{0}': {1}", Module.getBufferIdentifier(), toString(std::move(E)));
    if (*Name != ".modinfo")
      continue;
    SmallVector<StringRef> Entries, Names;
    Contents->split(Entries, '\0', -1, false);
    for (StringRef Entry : Entries)
      if (Entry.consume_front("depends="))
        Entry.split(Names, ',', -1, false);
    for (StringRef Each : Names)
      Result.push_back(Each.str());
  }
  return Result;
}

Error ModuleReader::read(StringRef Name) {
  std::string Key = moduleName(Name.str() + ".ko");
  if (BuiltIn.contains(Key) || !Done.insert(Key).second)
    return Error::success();
  auto Path = Paths.find(Key);
  if (Path == Paths.end())
    return makeError("no module '{0}' in '{1}'", Name, Folder);
  Expected<std::unique_ptr<MemoryBuffer>> Bytes = btf::readDecompressed(Path->second);
  if (!Bytes)
    return Bytes.takeError();
  Expected<SmallVector<std::string>> Dependencies = dependenciesOf(**Bytes);
  if (!Dependencies)
    return Dependencies.takeError();
  for (const std::string &Each : *Dependencies)
    if (Error E = read(Each))
      return E;
  Modules.push_back(std::move(*Bytes));
  return Error::success();
}

Expected<std::vector<std::unique_ptr<MemoryBuffer>>> readModules(StringRef Folder, ArrayRef<std::string> Names) {
  ModuleReader Reader(Folder);
  for (const std::string &Name : Names)
    if (Error E = Reader.read(Name))
      return std::move(E);
  return std::move(Reader.Modules);
}

} // namespace bpfbuild
