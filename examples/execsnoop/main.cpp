// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// execsnoop [--uid UID] [--seconds N]: a live table of the processes that are executed, until Ctrl-C or for N seconds.
#include "execsnoop.skel.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>

using namespace std::chrono_literals;
using event = execsnoop::event;

namespace {

volatile std::sig_atomic_t stopping = 0;

struct options {
  std::optional<std::uint32_t> uid;
  std::chrono::seconds duration = std::chrono::hours(24 * 365);
};

std::optional<options> parse(int argc, char **argv) {
  options result;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const auto number = static_cast<std::uint32_t>(std::strtoul(argv[i + 1], nullptr, 10));
    if (name == "--uid")
      result.uid = number;
    else if (name == "--seconds")
      result.duration = std::chrono::seconds(number);
    else
      return std::nullopt;
  }
  return argc % 2 == 1 ? std::optional(result) : std::nullopt;
}

void print(const event &e) {
  if (e.what == execsnoop::EXECUTED)
    std::printf("%-8s %8d %8d %6u  %-16.16s %s\n", "exec", e.pid, e.ppid, e.uid, e.comm, e.filename);
  else
    std::printf("%-8s %8d %8d %6u  %-16.16s exit %d after %.1f ms\n", "exit", e.pid, e.ppid, e.uid, e.comm, e.exit_code,
                static_cast<double>(e.lasted_ns) / 1e6);
  std::fflush(stdout);
}

int run(const options &options) {
  auto opened = execsnoop::open().value();
  opened.rodata().only_one_uid = options.uid.has_value();
  opened.rodata().target_uid = options.uid.value_or(0);
  opened.maps().running.set_max_entries(4096).value();

  auto skeleton = std::move(opened).load().value();
  auto ring = skeleton.maps().events.consume<event>(print).value();
  skeleton.attach().value();

  std::printf("%-8s %8s %8s %6s  %-16s %s\n", "EVENT", "PID", "PPID", "UID", "COMMAND", "FILE");
  std::fflush(stdout);
  const auto end = std::chrono::steady_clock::now() + options.duration;
  while (!stopping && std::chrono::steady_clock::now() < end)
    ring.poll(100ms).value();

  int still_running = 0;
  for ([[maybe_unused]] const auto &entry : skeleton.maps().running)
    ++still_running;
  std::printf("%d still running, %llu events lost\n", still_running,
              static_cast<unsigned long long>(skeleton.bss().lost));
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  const auto options = parse(argc, argv);
  if (!options) {
    std::fprintf(stderr, "usage: %s [--uid UID] [--seconds N]\n", argv[0]);
    return 2;
  }
  std::signal(SIGINT, [](int) { stopping = 1; });
  std::signal(SIGTERM, [](int) { stopping = 1; });
  try {
    return run(*options);
  } catch (const bpfbuild::exception &e) {
    std::fprintf(stderr, "execsnoop: %s\n", e.what());
    return 1;
  }
}
