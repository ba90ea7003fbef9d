//===- Guest.cpp - the first process of a kernel in a box -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A static program that the initramfs has as /init. It does what the initramfs says, writes one line of JSON for each
// job to the second serial port, and powers the machine off:
//   /objects/0, 1, …                     objects that the kernel's verifier looks at
//   /guest/modules/0, 1, …, /guest/command   modules to load, and a program to run: its path and arguments, NUL between
//                                        them. What it writes goes to the third serial port.
//   /guest/timeout                       how many seconds the program may take
// lib/Machine reads the lines: Box.cpp those of the objects, Run.cpp that of the program.
//===----------------------------------------------------------------------===//
#include "Support/Error.h"
#include "Support/File.h"
#include "Verify/VerdictJSON.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include <cerrno>
#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

using namespace llvm;
using namespace bpfbuild;

static json::Object failed(Error E) {
  return json::Object{{"error", json::fixUTF8(toString(std::move(E)))}};
}

static json::Object verify(StringRef Path) {
  Expected<std::unique_ptr<MemoryBuffer>> Buffer = readFile(Path);
  if (!Buffer)
    return failed(Buffer.takeError());
  Expected<BPFObject> Object = BPFObject::parse((*Buffer)->getBuffer(), Path);
  Expected<std::vector<ProgramVerdict>> Verdicts = Object ? verifyPrograms(*Object) : Object.takeError();
  return Verdicts ? json::Object{{"verdicts", toJSON(*Verdicts)}} : failed(Verdicts.takeError());
}

static Error loadModules() {
  for (size_t Number = 0;; ++Number) {
    std::string Path = "/guest/modules/" + std::to_string(Number);
    if (!sys::fs::exists(Path))
      return Error::success();
    Expected<std::unique_ptr<MemoryBuffer>> Bytes = readFile(Path);
    if (!Bytes)
      return Bytes.takeError();
    if (syscall(SYS_init_module, (*Bytes)->getBufferStart(), (*Bytes)->getBufferSize(), "") && errno != EEXIST)
      return makeError("module {0} of those to load: {1}", Number, strerror(errno));
  }
}

/// A serial port that passes bytes on as they are.
static int openPort(const char *Path) {
  int Port = open(Path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  termios Mode;
  if (Port >= 0 && !tcgetattr(Port, &Mode)) {
    cfmakeraw(&Mode);
    cfsetspeed(&Mode, B115200);
    tcsetattr(Port, TCSANOW, &Mode);
  }
  return Port;
}

/// The seconds that /guest/timeout says.
static unsigned timeLimit() {
  Expected<std::unique_ptr<MemoryBuffer>> Bytes = readFile("/guest/timeout");
  unsigned Seconds = 0;
  if (Bytes)
    to_integer((*Bytes)->getBuffer(), Seconds);
  else
    consumeError(Bytes.takeError());
  return Seconds;
}

/// Waits for \p Child; false where it took longer than \p Seconds.
static bool waitFor(pid_t Child, unsigned Seconds, int &Status) {
  for (unsigned Tenths = 0; waitpid(Child, &Status, WNOHANG) == 0; ++Tenths) {
    if (Tenths >= Seconds * 10)
      return false;
    usleep(100'000);
  }
  return true;
}

/// Runs /guest/command, and waits for it.
static json::Object runCommand() {
  if (Error E = loadModules())
    return failed(std::move(E));
  Expected<std::unique_ptr<MemoryBuffer>> Bytes = readFile("/guest/command");
  if (!Bytes)
    return failed(Bytes.takeError());
  std::string Command = (*Bytes)->getBuffer().str();
  std::vector<char *> Arguments;
  for (size_t At = 0; At <= Command.size(); At += strlen(&Command[At]) + 1)
    Arguments.push_back(&Command[At]);
  Arguments.push_back(nullptr);
  int Output = openPort("/dev/ttyS2");
  pid_t Child = fork();
  if (Child == 0) {
    dup2(open("/dev/null", O_RDONLY), 0);
    dup2(Output, 1);
    dup2(Output, 2);
    setenv("HOME", "/root", true);
    setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", true);
    execv(Arguments.front(), Arguments.data());
    dprintf(2, "cannot run '%s': %s\n", Arguments.front(), strerror(errno));
    _exit(127);
  }
  if (Child < 0)
    return failed(makeError("cannot start a process: {0}", strerror(errno)));
  int Status = 0;
  if (!waitFor(Child, timeLimit(), Status))
    return json::Object{{"timeout", true}};
  tcdrain(Output);
  return json::Object{{"exit", WIFSIGNALED(Status) ? 128 + WTERMSIG(Status) : WEXITSTATUS(Status)}};
}

/// What programs expect to find: file systems, and a network interface to themselves.
static void prepare() {
  for (auto [Type, Where] : {std::pair("proc", "/proc"), std::pair("sysfs", "/sys"), std::pair("devtmpfs", "/dev"),
                             std::pair("tracefs", "/sys/kernel/tracing"), std::pair("debugfs", "/sys/kernel/debug"),
                             std::pair("bpf", "/sys/fs/bpf"), std::pair("cgroup2", "/sys/fs/cgroup")}) {
    mkdir(Where, 0755);
    mount(Type, Where, Type, 0, nullptr);
  }
  mkdir("/tmp", 01777);
  int Socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq Loopback{};
  strcpy(Loopback.ifr_name, "lo");
  Loopback.ifr_flags = IFF_UP | IFF_RUNNING;
  ioctl(Socket, SIOCSIFFLAGS, &Loopback);
  close(Socket);
}

int main() {
  prepare();
  if (int Port = openPort("/dev/ttyS1"); Port >= 0) {
    raw_fd_ostream OS(Port, /*shouldClose=*/false);
    auto Answer = [&](json::Object Line) {
      OS << json::Value(std::move(Line)) << '\n';
      OS.flush();
    };
    std::string Path;
    for (size_t Number = 0; Path = "/objects/" + std::to_string(Number), sys::fs::exists(Path); ++Number)
      Answer(verify(Path));
    if (sys::fs::exists("/guest/command"))
      Answer(runCommand());
    tcdrain(Port);
  }
  sync();
  reboot(RB_POWER_OFF);
  return 0; // of the first process: a panic, which ends the machine too
}
