// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// opensnoop [--pid PID] [--failed 1] [--seconds N]: the files that are opened, until Ctrl-C or for N seconds.
#include "opensnoop.skel.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

using namespace std::chrono_literals;
using event = opensnoop::event;

namespace {

volatile std::sig_atomic_t stopping = 0;

void print(const event &e) {
  std::printf("%-8d %-16.16s %6u %4d %-24s %s\n", e.pid, e.comm, e.uid, e.result < 0 ? -1 : e.result,
              e.result < 0 ? std::strerror(-e.result) : "", e.path);
}

int run(int argc, char **argv) {
  auto opened = opensnoop::open().value();
  std::chrono::seconds duration = 24h * 365;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const int number = std::atoi(argv[i + 1]);
    if (name == "--pid")
      opened.rodata().target_pid = number;
    else if (name == "--failed")
      opened.rodata().only_failed = number != 0;
    else if (name == "--seconds")
      duration = std::chrono::seconds(number);
  }
  auto skeleton = std::move(opened).load().value();
  unsigned long lost = 0;
  auto events = skeleton.maps().events.consume(print, [&](std::uint64_t count) { lost += count; }).value();
  skeleton.attach().value();

  std::printf("%-8s %-16s %6s %4s %-24s %s\n", "PID", "COMMAND", "UID", "FD", "ERROR", "PATH");
  const auto end = std::chrono::steady_clock::now() + duration;
  while (!stopping && std::chrono::steady_clock::now() < end) {
    events.poll(100ms).value();
    std::fflush(stdout);
  }
  std::printf("%lu events lost\n", lost);
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  std::signal(SIGINT, [](int) { stopping = 1; });
  std::signal(SIGTERM, [](int) { stopping = 1; });
  try {
    return run(argc, argv);
  } catch (const bpfbuild::exception &e) {
    std::fprintf(stderr, "opensnoop: %s\n%s\n", e.what(), e.reason().explain());
    return 1;
  }
}
