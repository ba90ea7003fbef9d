// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// syscount [SECONDS [ROUNDS]]: a live table of the system calls that processes make most, anew every so many seconds.
#include "syscount.skel.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

volatile std::sig_atomic_t stopping = 0;

struct row {
  syscount::call call;
  syscount::usage usage;
};

/// What all CPUs counted since the last time, most calls first.
std::vector<row> take(const syscount &skeleton) {
  std::vector<row> rows;
  for (const auto &[call, usages] : skeleton.maps().usages)
    rows.push_back({call, usages.accumulate(syscount::usage{}, [](syscount::usage total, const syscount::usage &each) {
                      total.calls += each.calls;
                      total.nanoseconds += each.nanoseconds;
                      if (each.comm[0] != '\0')
                        std::copy(std::begin(each.comm), std::end(each.comm), std::begin(total.comm));
                      return total;
                    })});
  for (const row &each : rows)
    static_cast<void>(skeleton.maps().usages.erase(each.call));
  std::sort(rows.begin(), rows.end(), [](const row &a, const row &b) { return a.usage.calls > b.usage.calls; });
  return rows;
}

void draw(const std::vector<row> &rows, bool is_live) {
  constexpr std::size_t lines = 20;
  if (is_live)
    std::printf("\033[H\033[2J"); // to the top of an empty screen
  std::printf("%8s %-16s %8s %10s %12s\n", "PID", "COMMAND", "SYSCALL", "CALLS", "US");
  for (std::size_t i = 0; i < std::min(lines, rows.size()); ++i) {
    const auto &[call, usage] = rows[i];
    std::printf("%8d %-16.16s %8d %10lu %12lu\n", call.pid, usage.comm, call.number,
                static_cast<unsigned long>(usage.calls), static_cast<unsigned long>(usage.nanoseconds / 1000));
  }
  std::fflush(stdout);
}

} // namespace

int main(int argc, char **argv) {
  const unsigned seconds = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 1;
  int rounds = argc > 2 ? std::atoi(argv[2]) : -1;
  std::signal(SIGINT, [](int) { stopping = 1; });
  std::signal(SIGTERM, [](int) { stopping = 1; });
  try {
    auto skeleton = syscount::open().value().load().value();
    skeleton.attach().value();
    while (!stopping && rounds-- != 0) {
      sleep(seconds);
      draw(take(skeleton), isatty(STDOUT_FILENO));
    }
    return 0;
  } catch (const bpfbuild::exception &e) {
    std::fprintf(stderr, "syscount: %s\n%s\n", e.what(), e.reason().explain());
    return 1;
  }
}
