//===- Run.cpp - programs on other kernels --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/Run.h"
#include "Machine/Kernels.h"
#include "Machine/Modules.h"
#include "Machine/QEMU.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "Support/Tool.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace bpfbuild {

/// True for an executable that needs no dynamic loader.
static Expected<bool> isStatic(MemoryBufferRef Program) {
  Expected<std::unique_ptr<object::ObjectFile>> File = object::ObjectFile::createELFObjectFile(Program, false);
  auto *ELF = File ? dyn_cast<object::ELF64LEObjectFile>(File->get()) : nullptr;
  if (!ELF) {
    consumeError(File.takeError());
    return makeError("'{0}' is no executable for x86-64", Program.getBufferIdentifier());
  }
  auto Headers = ELF->getELFFile().program_headers();
  if (!Headers)
    return makeError("'{0}': {1}", Program.getBufferIdentifier(), toString(Headers.takeError()));
  return none_of(*Headers, [](const auto &Header) { return Header.p_type == ELF::PT_INTERP; });
}

/// The shared libraries of the executable at \p Path, and its dynamic loader.
static Expected<std::vector<std::string>> librariesOf(StringRef Path) {
  Expected<std::unique_ptr<MemoryBuffer>> Bytes = readFile(Path);
  if (!Bytes)
    return Bytes.takeError();
  Expected<bool> Static = isStatic(**Bytes);
  if (!Static || *Static)
    return Static ? Expected<std::vector<std::string>>(std::vector<std::string>()) : Static.takeError();
  Expected<std::string> List = runTool({"ldd", Path});
  if (!List)
    return List.takeError();
  SmallVector<StringRef> Lines;
  StringRef(*List).split(Lines, '\n', -1, false);
  std::vector<std::string> Result;
  for (StringRef Line : Lines) { // "libelf.so.1 => /lib/libelf.so.1 (0x…)", "/lib64/ld-linux-x86-64.so.2 (0x…)"
    auto [Name, Where] = Line.trim().split(" => ");
    if (Where == "not found")
      return makeError("'{0}' needs the library {1}, which is not there", Path, Name);
    StringRef Library = (Where.empty() ? Name : Where).split(" (").first;
    if (Library.starts_with("/"))
      Result.push_back(Library.str());
  }
  return Result;
}

static Error addFile(Initramfs &Files, StringRef Path) {
  Expected<std::unique_ptr<MemoryBuffer>> Bytes = readFile(Path);
  if (!Bytes)
    return Bytes.takeError();
  Files.addFile(Path, (*Bytes)->getBuffer(), sys::fs::can_execute(Path));
  return Error::success();
}

static Expected<std::string> absolute(StringRef Path) {
  SmallString<128> Result(Path);
  if (std::error_code Code = sys::fs::make_absolute(Result))
    return makeError("'{0}': {1}", Path, Code.message());
  sys::path::remove_dots(Result, /*remove_dot_dot=*/true);
  return Result.str().str();
}

/// What the machine begins with: lib/Machine/Guest.cpp knows the names.
static Expected<Initramfs> filesFor(const HostProgram &Program, StringRef Image, unsigned Seconds) {
  Initramfs Files;
  Expected<std::unique_ptr<MemoryBuffer>> Guest = readGuest();
  if (!Guest)
    return Guest.takeError();
  Files.addFile("init", (*Guest)->getBuffer(), /*IsProgram=*/true);
  std::vector<std::string> Command = Program.Command, Paths = Program.Files;
  Expected<std::string> Path = absolute(Command.front());
  Expected<std::vector<std::string>> Libraries = Path ? librariesOf(*Path) : Path.takeError();
  if (!Libraries)
    return Libraries.takeError();
  Command.front() = *Path;
  Paths.push_back(*Path);
  append_range(Paths, *Libraries);
  for (const std::string &Each : Paths) {
    Expected<std::string> Full = absolute(Each);
    if (Error E = Full ? addFile(Files, *Full) : Full.takeError())
      return std::move(E);
  }
  Files.addFile("guest/command", join(Command, StringRef("\0", 1)));
  Files.addFile("guest/timeout", std::to_string(Seconds));
  if (Program.Modules.empty())
    return Files;
  Expected<std::vector<std::unique_ptr<MemoryBuffer>>> Modules =
      readModules((sys::path::parent_path(Image) + "/modules").str(), Program.Modules);
  if (!Modules)
    return Modules.takeError();
  for (auto [Number, Module] : enumerate(*Modules))
    Files.addFile("guest/modules/" + std::to_string(Number), Module->getBuffer());
  return Files;
}

Expected<ProgramResult> runOn(StringRef Where, const HostProgram &Program, unsigned Seconds) {
  Expected<std::string> Image = findKernel(Where);
  Expected<Initramfs> Files = Image ? filesFor(Program, *Image, Seconds) : Image.takeError();
  Expected<BootResult> Boot = Files ? bootKernel(Where, *Image, std::move(*Files), Seconds) : Files.takeError();
  if (!Boot)
    return Boot.takeError();
  Expected<json::Value> Answer = json::parse(Boot->Answers);
  const json::Object *Fields = Answer ? Answer->getAsObject() : nullptr;
  std::optional<StringRef> Problem = Fields ? Fields->getString("error") : std::nullopt;
  std::optional<int64_t> Code = Fields ? Fields->getInteger("exit") : std::nullopt;
  if (Problem)
    return makeError("on {0}: {1}", Where, *Problem);
  if (Code)
    return ProgramResult{static_cast<int>(*Code), std::move(Boot->Output)};
  if (Fields && Fields->getBoolean("timeout")) {
    std::string Text = Boot->Output.empty() ? "" : "; it had written:\n" + Boot->Output;
    return makeError("'{0}' did not end within {1} s on {2}{3}", Program.Command.front(), Seconds, Where, Text);
  }
  consumeError(Answer.takeError());
  Error E = bootError(Where, *Boot);
  return Boot->Output.empty() ? std::move(E)
                              : joinErrors(std::move(E), makeError("the program had written:\n{0}", Boot->Output));
}

} // namespace bpfbuild
