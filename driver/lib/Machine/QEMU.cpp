//===- QEMU.cpp - one boot of one kernel ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//
#include "Machine/QEMU.h"
#include "Support/Error.h"
#include "Support/File.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Signals.h"
#include <chrono>
#include <csignal>
#include <thread>

using namespace llvm;

namespace bpfbuild {

namespace {

constexpr unsigned BootSeconds = 120; ///< for a boot under emulation, which takes 7 to 15
constexpr size_t ConsoleLines = 8;    ///< of a kernel that did not answer

/// A temporary file that goes with this object, or with the process.
class TemporaryFile {
public:
  static Expected<TemporaryFile> create(StringRef Suffix, StringRef Bytes = "");
  TemporaryFile(TemporaryFile &&Other) : Path(std::exchange(Other.Path, "")) {}
  ~TemporaryFile();
  StringRef path() const { return Path; }
  std::string read() const;

private:
  TemporaryFile() = default;
  std::string Path;
};

} // namespace

Expected<TemporaryFile> TemporaryFile::create(StringRef Suffix, StringRef Bytes) {
  SmallString<128> Path;
  int FD;
  if (std::error_code Code = sys::fs::createTemporaryFile("bpfbuild", Suffix, FD, Path))
    return makeError("cannot make a temporary file: {0}", Code.message());
  TemporaryFile File;
  File.Path = Path.str().str();
  sys::RemoveFileOnSignal(Path);
  raw_fd_ostream OS(FD, /*shouldClose=*/true);
  OS << Bytes;
  OS.close();
  if (OS.has_error()) {
    std::error_code Code = OS.error();
    OS.clear_error();
    return makeError("cannot write '{0}': {1}", Path, Code.message());
  }
  return File;
}

TemporaryFile::~TemporaryFile() {
  if (Path.empty())
    return;
  sys::fs::remove(Path);
  sys::DontRemoveFileOnSignal(Path);
}

std::string TemporaryFile::read() const {
  ErrorOr<std::unique_ptr<MemoryBuffer>> Buffer = MemoryBuffer::getFile(Path);
  return Buffer ? (*Buffer)->getBuffer().str() : "";
}

Expected<std::unique_ptr<MemoryBuffer>> readGuest() {
  static int AddressInTool;
  std::string Tool = sys::fs::getMainExecutable("", &AddressInTool);
  StringRef Folder = sys::path::parent_path(Tool);
  std::string Beside = (Folder + "/bpfbuild-guest").str(),
              Installed = (Folder + "/../libexec/bpfbuild/bpfbuild-guest").str();
  for (const std::string &Path : {Beside, Installed})
    if (sys::fs::exists(Path))
      return readFile(Path);
  return makeError("'{0}' is missing, which runs inside of other kernels; install BPFBuild anew", Installed);
}

/// Waits until \p Machine ends; false where that took longer than \p Seconds, and it was killed. ExecuteAndWait()
/// counts the time by SIGALRM, which a process has only once.
static bool waitFor(const sys::ProcessInfo &Machine, unsigned Seconds) {
  using namespace std::chrono;
  auto Deadline = steady_clock::now() + seconds(Seconds);
  while (!sys::Wait(Machine, /*SecondsToWait=*/0).Pid) {
    if (steady_clock::now() > Deadline) {
      kill(Machine.Pid, SIGKILL);
      sys::Wait(Machine, std::nullopt);
      return false;
    }
    std::this_thread::sleep_for(milliseconds(20));
  }
  return true;
}

Expected<BootResult> bootKernel(StringRef Where, StringRef Image, Initramfs Files, unsigned Seconds) {
  ErrorOr<std::string> Qemu = sys::findProgramByName("qemu-system-x86_64");
  if (!Qemu)
    return makeError("the kernel {0} needs QEMU: install qemu-system-x86_64 (Debian: qemu-system-x86)", Where);
  Expected<TemporaryFile> Archive = TemporaryFile::create("cpio", Files.finish());
  Expected<TemporaryFile> Console = TemporaryFile::create("console"), Answers = TemporaryFile::create("answers"),
                          Output = TemporaryFile::create("output");
  if (Error E = joinErrors(joinErrors(Archive.takeError(), Console.takeError()),
                           joinErrors(Answers.takeError(), Output.takeError())))
    return std::move(E);
  std::string Ports[] = {("file:" + Console->path()).str(), ("file:" + Answers->path()).str(),
                         ("file:" + Output->path()).str()};
  std::vector<StringRef> Args = {*Qemu};
  ErrorOr<std::string> SetPriv = sys::findProgramByName("setpriv");
  if (SetPriv) // so that a machine does not outlive this process
    Args = {*SetPriv, "--pdeathsig", "KILL", *Qemu};
  append_range(Args, std::initializer_list<StringRef>{
                         "-M",          "q35",
                         "-accel",      "tcg,thread=multi",
                         "-cpu",        "max",
                         "-m",          "1024",
                         "-display",    "none",
                         "-nodefaults", "-no-reboot",
                         "-kernel",     Image,
                         "-initrd",     Archive->path(),
                         "-serial",     Ports[0],
                         "-serial",     Ports[1],
                         "-serial",     Ports[2],
                         "-append",     "console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on lsm=bpf"});
  std::optional<StringRef> Redirects[] = {StringRef(""), StringRef(""), std::nullopt};
  std::string Message;
  bool HasFailed = false;
  sys::ProcessInfo Machine = sys::ExecuteNoWait(Args.front(), Args, std::nullopt, Redirects, 0, &Message, &HasFailed);
  if (HasFailed || Machine.Pid == sys::ProcessInfo::InvalidPid)
    return makeError("cannot start '{0}': {1}", *Qemu, Message);
  bool EndedItself = waitFor(Machine, BootSeconds + Seconds);
  return BootResult{Console->read(), Answers->read(), Output->read(), !EndedItself};
}

Error bootError(StringRef Where, const BootResult &Boot) {
  SmallVector<StringRef> Lines;
  StringRef(Boot.Console).split(Lines, '\n', -1, false);
  std::string Last;
  for (StringRef Line : ArrayRef(Lines).take_back(ConsoleLines))
    Last += "\n  " + Line.rtrim().str();
  return makeError("the kernel {0} {1}{2}", Where,
                   Boot.WasStopped ? "did not answer in time" : "ended before it had answered",
                   Last.empty() ? "; its console is empty" : "; the console's last lines:" + Last);
}

} // namespace bpfbuild
