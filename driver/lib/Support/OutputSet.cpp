//===- OutputSet.cpp - all outputs or none --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Support/OutputSet.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>

using namespace llvm;

namespace bpfbuild {

static Error cannotWrite(StringRef Path, std::error_code EC) {
  return makeError("cannot write '{0}': {1}", Path, EC.message());
}

void OutputSet::add(std::string Path, std::string Bytes) {
  Outputs.push_back({std::move(Path), std::move(Bytes)});
}

void OutputSet::protect(std::string Input) {
  Inputs.push_back(std::move(Input));
}

void OutputSet::addReplacement(std::string Path, std::string OldBytes, std::string Bytes) {
  Outputs.push_back({std::move(Path), std::move(Bytes), std::move(OldBytes)});
}

void OutputSet::addIfChanged(std::string Path, std::string Bytes) {
  add(std::move(Path), std::move(Bytes));
  Outputs.back().StaysIfEqual = true;
}

/// True if the regular file \p Path has these bytes.
static bool hasBytes(StringRef Path, StringRef Bytes) {
  if (!sys::fs::is_regular_file(Path))
    return false;
  ErrorOr<std::unique_ptr<MemoryBuffer>> Now = MemoryBuffer::getFile(Path, /*IsText=*/false, false);
  return Now && (*Now)->getBuffer() == Bytes;
}

/// True where a rename would put a file in the place of a pipe, a terminal or a device.
static bool isWrittenInPlace(StringRef Path) {
  sys::fs::file_status Status;
  return Path == "-" || (!sys::fs::status(Path, Status) && sys::fs::exists(Status) &&
                         !sys::fs::is_regular_file(Status) && !sys::fs::is_directory(Status));
}

/// True where nothing can be made beside \p Path, and it may be written itself.
static bool isOverwritten(StringRef Path) {
  StringRef Folder = sys::path::parent_path(Path);
  return sys::fs::is_regular_file(Path) && sys::fs::access(Folder.empty() ? "." : Folder, sys::fs::AccessMode::Write) &&
         !sys::fs::access(Path, sys::fs::AccessMode::Write);
}

static Error writeTo(StringRef Path, raw_fd_ostream &OS, StringRef Bytes) {
  OS << Bytes;
  OS.flush();
  std::error_code EC = OS.error();
  OS.clear_error();
  return EC ? cannotWrite(Path, EC) : Error::success();
}

static Error writeInPlace(StringRef Path, StringRef Bytes) {
  std::error_code EC;
  raw_fd_ostream OS(Path, EC);
  return EC ? cannotWrite(Path, EC) : writeTo(Path, OS, Bytes);
}

/// A regular file in a folder in which no other can be made, as of another user: it gets the bytes where it is, or has
/// the old ones again.
static Error overwrite(StringRef Path, StringRef Bytes) {
  Expected<std::unique_ptr<MemoryBuffer>> Old = readFile(Path);
  if (!Old)
    return Old.takeError();
  std::string Before = (*Old)->getBuffer().str();
  Old->reset(); // which may be the file in memory
  Error Failed = writeInPlace(Path, Bytes);
  if (Failed)
    consumeError(writeInPlace(Path, Before));
  return Failed;
}

/// Nobody may read it but who may read what is replaced.
static Error keepOwner(StringRef Path, const sys::fs::TempFile &Temp) {
  sys::fs::file_status Status;
  if (std::error_code EC = sys::fs::status(Path, Status))
    return cannotWrite(Path, EC);
  if (Status.getUser() != geteuid() || Status.getGroup() != getegid())
    if (std::error_code EC = sys::fs::changeFileOwnership(Temp.FD, Status.getUser(), Status.getGroup()))
      return cannotWrite(Path, EC);
  if (std::error_code EC = sys::fs::setPermissions(Temp.TmpName, Status.permissions()))
    return cannotWrite(Path, EC);
  return Error::success();
}

static Expected<sys::fs::TempFile> writeTemporary(StringRef Path, StringRef Bytes,
                                                  unsigned Mode = sys::fs::all_read | sys::fs::all_write) {
  if (sys::fs::is_directory(Path))
    return cannotWrite(Path, std::make_error_code(std::errc::is_a_directory));
  // Beside the file, with as much of its name as leaves room: a name has at most 255 bytes.
  constexpr size_t MaxStem = 200;
  StringRef Name = sys::path::filename(Path);
  Expected<sys::fs::TempFile> Temp =
      sys::fs::TempFile::create(Path.drop_back(Name.size()) + Name.take_front(MaxStem) + ".tmp%%%%%%%%", Mode);
  if (!Temp)
    return cannotWrite(Path, errorToErrorCode(Temp.takeError()));
  raw_fd_ostream OS(Temp->FD, /*shouldClose=*/false);
  if (Error E = writeTo(Path, OS, Bytes)) {
    consumeError(Temp->discard());
    return std::move(E);
  }
  return Temp;
}

/// Follows links, and looks whether the file may be written.
static Error prepareReplacement(std::string &Path) {
  SmallString<256> Real;
  if (std::error_code EC = sys::fs::real_path(Path, Real))
    return cannotWrite(Path, EC);
  ErrorOr<sys::fs::perms> Permissions = sys::fs::getPermissions(Real);
  if (!Permissions)
    return cannotWrite(Path, Permissions.getError());
  if (!(*Permissions & sys::fs::all_write) || sys::fs::access(Real, sys::fs::AccessMode::Write))
    return makeError("cannot write '{0}': it is read-only", Path);
  Path = Real.str().str();
  return Error::success();
}

static Error expectUnchanged(StringRef Path, StringRef OldBytes) {
  if (hasBytes(Path, OldBytes))
    return Error::success();
  return makeError("cannot write '{0}': it was changed meanwhile; try again", Path);
}

Error expectOtherFile(StringRef Output, StringRef Input) {
  bool IsSame = false;
  if (Output == "-" || sys::fs::equivalent(Output, Input, IsSame) || !IsSame || !sys::fs::is_regular_file(Input))
    return Error::success();
  return makeError("cannot write '{0}': it is the input '{1}'; name another output", Output, Input);
}

Error OutputSet::expectNoInput() const {
  for (const Output &O : Outputs)
    for (const std::string &Input : Inputs)
      if (Error E = expectOtherFile(O.Path, Input))
        return E;
  return Error::success();
}

namespace {
/// Keeps other runs from writing into a folder between two renames of ours. Where the file system has no locks, or one
/// is held for long, there is none.
class FolderLock {
public:
  explicit FolderLock(StringRef Folder) : FD(open(Folder.str().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    for (unsigned Waited = 0; FD >= 0 && flock(FD, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK && Waited < MaxWait;
         ++Waited)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  FolderLock(const FolderLock &) = delete;
  ~FolderLock() {
    if (FD >= 0)
      close(FD);
  }

private:
  static constexpr unsigned MaxWait = 10'000; ///< in milliseconds
  int FD;
};
} // namespace

Error OutputSet::commit() {
  if (Error E = expectNoInput())
    return E;
  std::optional<FolderLock> Lock; // of an object and its header, both are one run's
  if (Outputs.size() > 1) {
    StringRef Folder = sys::path::parent_path(Outputs.front().Path);
    Lock.emplace(Folder.empty() ? "." : Folder);
  }
  llvm::erase_if(Outputs, [](const Output &O) { return O.StaysIfEqual && O.Path != "-" && hasBytes(O.Path, O.Bytes); });
  for (Output &O : Outputs)
    if (O.OldBytes)
      if (Error E = prepareReplacement(O.Path))
        return E;
  StringSet<> Paths;
  for (const Output &O : Outputs)
    if (O.Path != "-" && !Paths.insert(O.Path).second)
      return makeError("'{0}' is named as two different outputs", O.Path);

  std::vector<std::pair<StringRef, sys::fs::TempFile>> Temporaries;
  std::vector<const Output *> Made; ///< what each of them is for
  std::vector<std::pair<const Output *, Error (*)(StringRef Path, StringRef Bytes)>> Direct; ///< that have none
  auto DiscardFrom = [&](size_t First) {
    for (size_t I = First; I < Temporaries.size(); ++I)
      consumeError(Temporaries[I].second.discard());
  };
  for (const Output &O : Outputs) {
    if (isWrittenInPlace(O.Path)) {
      Direct.emplace_back(&O, writeInPlace);
      continue;
    }
    if (!O.OldBytes && isOverwritten(O.Path)) {
      Direct.emplace_back(&O, overwrite);
      continue;
    }
    Expected<sys::fs::TempFile> Temp = O.OldBytes
                                           ? writeTemporary(O.Path, O.Bytes, sys::fs::owner_read | sys::fs::owner_write)
                                           : writeTemporary(O.Path, O.Bytes);
    if (!Temp) {
      DiscardFrom(0);
      return Temp.takeError();
    }
    if (O.OldBytes)
      if (Error E = keepOwner(O.Path, *Temp)) {
        consumeError(Temp->discard());
        DiscardFrom(0);
        return E;
      }
    Temporaries.emplace_back(O.Path, std::move(*Temp));
    Made.push_back(&O);
  }
  for (const Output &O : Outputs)
    if (O.OldBytes)
      if (Error E = expectUnchanged(O.Path, *O.OldBytes)) {
        DiscardFrom(0);
        return E;
      }
  // Whoever is killed between two renames leaves no file beside one of another run: the later ones go first.
  for (size_t I = 1; I < Temporaries.size(); ++I)
    if (!Made[I]->OldBytes)
      sys::fs::remove(Temporaries[I].first);
  for (size_t I = 0; I < Temporaries.size(); ++I)
    if (Error E = Temporaries[I].second.keep(Temporaries[I].first)) {
      DiscardFrom(I + 1);
      return cannotWrite(Temporaries[I].first, errorToErrorCode(std::move(E)));
    }
  for (auto [O, Write] : Direct)
    if (Error E = Write(O->Path, O->Bytes))
      return E;
  return Error::success();
}

} // namespace bpfbuild
