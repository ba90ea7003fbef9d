// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// tcplife [--port PORT] [--seconds N]: a line for every TCP connection that ends, until Ctrl-C or for N seconds.
#include "tcplife.skel.hpp"

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

using namespace std::chrono_literals;

namespace {

volatile std::sig_atomic_t stopping = 0;

struct options {
  std::uint16_t port = 0;
  std::chrono::seconds duration = std::chrono::hours(24 * 365);
};

std::optional<options> parse(int argc, char **argv) {
  options result;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const auto number = std::strtoul(argv[i + 1], nullptr, 10);
    if (name == "--port")
      result.port = static_cast<std::uint16_t>(number);
    else if (name == "--seconds")
      result.duration = std::chrono::seconds(number);
    else
      return std::nullopt;
  }
  return argc % 2 == 1 ? std::optional(result) : std::nullopt;
}

std::string text(const tcplife::address &address, std::uint16_t family) {
  char buffer[INET6_ADDRSTRLEN] = "?";
  inet_ntop(family, family == AF_INET ? address.bytes + 12 : address.bytes, buffer, sizeof(buffer));
  return std::string(buffer) + ":" + std::to_string(address.port);
}

void print(const tcplife::life &life) {
  std::printf("%-8u %-16.16s %-24s %-24s %10llu %10llu %10.1f\n", life.pid, life.comm, text(life.local, life.family).c_str(),
              text(life.remote, life.family).c_str(), static_cast<unsigned long long>(life.sent),
              static_cast<unsigned long long>(life.received), static_cast<double>(life.lasted_ns) / 1e6);
  std::fflush(stdout);
}

int run(const options &options) {
  auto opened = tcplife::open().value();
  opened.rodata().filter.port = options.port;

  auto skeleton = std::move(opened).load().value();
  auto ring = skeleton.maps().lives.consume(print).value();
  skeleton.attach().value();

  std::printf("%-8s %-16s %-24s %-24s %10s %10s %10s\n", "PID", "COMMAND", "LOCAL", "REMOTE", "SENT", "RECEIVED", "MS");
  std::fflush(stdout);
  const auto end = std::chrono::steady_clock::now() + options.duration;
  while (!stopping && std::chrono::steady_clock::now() < end)
    ring.poll(100ms).value();
  std::printf("%llu connections lost\n", static_cast<unsigned long long>(skeleton.bss().lost));
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  const auto options = parse(argc, argv);
  if (!options) {
    std::fprintf(stderr, "usage: %s [--port PORT] [--seconds N]\n", argv[0]);
    return 2;
  }
  std::signal(SIGINT, [](int) { stopping = 1; });
  std::signal(SIGTERM, [](int) { stopping = 1; });
  try {
    return run(*options);
  } catch (const bpfbuild::exception &e) {
    std::fprintf(stderr, "tcplife: %s\n", e.what());
    return 1;
  }
}
