//===- Guest.cpp - the first and only process of a kernel in a box --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A static program that the initramfs has as /init: it has each of /objects/0, 1, … verified by its kernel, writes one
// line of JSON for each to the second serial port, and powers the machine off. lib/Machine/Box.cpp reads the lines.
//===----------------------------------------------------------------------===//
#include "Verify/VerdictJSON.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <termios.h>
#include <unistd.h>

using namespace llvm;
using namespace bpfbuild;

static json::Object answerFor(StringRef Path) {
  auto Buffer = cantFail(errorOrToExpected(MemoryBuffer::getFile(Path)));
  Expected<BPFObject> Object = BPFObject::parse(Buffer->getBuffer(), Path);
  Expected<std::vector<ProgramVerdict>> Verdicts = Object ? verifyPrograms(*Object) : Object.takeError();
  if (!Verdicts)
    return json::Object{{"error", json::fixUTF8(toString(Verdicts.takeError()))}};
  return json::Object{{"verdicts", toJSON(*Verdicts)}};
}

int main() {
  mount("proc", "/proc", "proc", 0, nullptr);
  mount("sysfs", "/sys", "sysfs", 0, nullptr);
  mount("devtmpfs", "/dev", "devtmpfs", 0, nullptr);
  mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, nullptr);
  int Port = open("/dev/ttyS1", O_RDWR | O_NOCTTY);
  termios Mode;
  if (Port >= 0 && !tcgetattr(Port, &Mode)) {
    cfmakeraw(&Mode);
    cfsetspeed(&Mode, B115200);
    tcsetattr(Port, TCSANOW, &Mode);
  }
  if (Port >= 0) {
    raw_fd_ostream OS(Port, /*shouldClose=*/false);
    for (size_t Number = 0;; ++Number) {
      std::string Path = "/objects/" + std::to_string(Number);
      if (!sys::fs::exists(Path))
        break;
      OS << json::Value(answerFor(Path)) << '\n';
      OS.flush();
    }
    tcdrain(Port);
  }
  sync();
  reboot(RB_POWER_OFF);
  return 0; // of the first process: a panic, which ends the machine too
}
