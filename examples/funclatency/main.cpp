// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// funclatency [-p PID] [-s SECONDS] FUNCTION | PROGRAM:FUNCTION: how long a function of the kernel, or of a program or
// library, takes, as a histogram.
#include "funclatency.skel.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <unistd.h>
#include <utility>

namespace {

volatile std::sig_atomic_t stopping = 0;

/// Attaches the two programs to the begin and the return of the function.
std::pair<bpfbuild::link, bpfbuild::link> attach(const funclatency &skeleton, const std::string &what, pid_t pid) {
  const auto &[enter, leave] = skeleton.programs();
  const auto colon = what.find(':');
  if (colon == std::string::npos)
    return {enter.attach_kprobe(what.c_str()).value(), leave.attach_kretprobe(what.c_str()).value()};
  const std::string program = what.substr(0, colon), function = what.substr(colon + 1);
  return {enter.attach_uprobe(program.c_str(), function.c_str(), pid).value(),
          leave.attach_uretprobe(program.c_str(), function.c_str(), pid).value()};
}

void print(const funclatency::bss_type &seen) {
  const auto last =
      std::find_if(std::rbegin(seen.histogram), std::rend(seen.histogram), [](auto count) { return count != 0; });
  const auto most = *std::max_element(std::begin(seen.histogram), std::end(seen.histogram));
  unsigned long calls = 0;
  std::printf("%22s  %10s  %s\n", "NANOSECONDS", "CALLS", "DISTRIBUTION");
  for (std::size_t i = 0; i < static_cast<std::size_t>(std::rend(seen.histogram) - last); ++i) {
    const unsigned long count = seen.histogram[i];
    calls += count;
    std::printf("%10llu .. %-9llu  %9lu  %s\n", 1ULL << i, (2ULL << i) - 1, count,
                std::string(static_cast<std::size_t>(40 * count / std::max<unsigned long>(most, 1)), '*').c_str());
  }
  std::printf("%lu calls, %lu ns each\n", calls, calls ? static_cast<unsigned long>(seen.total_ns) / calls : 0);
}

int run(const std::string &what, pid_t pid, unsigned seconds) {
  auto opened = funclatency::open().value();
  opened.rodata().target_pid = std::max(pid, 0);
  auto skeleton = std::move(opened).load().value();
  const auto links = attach(skeleton, what, pid);
  std::printf("tracing %s\n", what.c_str());
  std::fflush(stdout);
  while (!stopping && seconds != 0)
    seconds = sleep(seconds);
  print(skeleton.bss());
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  pid_t pid = -1;
  unsigned seconds = ~0U;
  int option;
  while ((option = getopt(argc, argv, "p:s:")) != -1)
    if (option == 'p')
      pid = std::atoi(optarg);
    else if (option == 's')
      seconds = static_cast<unsigned>(std::atoi(optarg));
    else
      optind = argc + 1;
  if (optind != argc - 1) {
    std::fprintf(stderr, "usage: %s [-p PID] [-s SECONDS] FUNCTION | PROGRAM:FUNCTION\n", argv[0]);
    return 2;
  }
  std::signal(SIGINT, [](int) { stopping = 1; });
  std::signal(SIGTERM, [](int) { stopping = 1; });
  try {
    return run(argv[optind], pid, seconds);
  } catch (const bpfbuild::exception &e) {
    std::fprintf(stderr, "funclatency: %s\n%s\n", e.what(), e.reason().explain());
    return 1;
  }
}
