// What ours.cpp and peer.cpp share: arguments and clocks.
#pragma once
#include <bpf/bpf.h>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

struct measured {
  const char *name;
  int rounds;
  bool is(const char *other) const { return std::strcmp(name, other) == 0; }
};

inline measured parse(int argc, char **argv) {
  if (argc != 3)
    std::exit(2);
  return {argv[1], std::atoi(argv[2])};
}

/// So that the compiler does not leave out what gives the value.
template <typename T> void keep(const T &value) { __asm__ volatile("" : : "r"(value) : "memory"); }

template <typename Work> int report(int rounds, Work &&work) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i)
    work();
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
  std::printf("%.2f\n", took.count() / rounds);
  return 0;
}

/// Fills the ring buffer by test runs of `program`, which sends 64 records each, and times how long reading takes, per record.
template <typename Consume> int report_ring(int rounds, int program, Consume &&consume) {
  double total = 0;
  long records = 0;
  unsigned char packet[64] = {};
  for (int i = 0; i < rounds; ++i) {
    bpf_test_run_opts options{};
    options.sz = sizeof(options);
    options.data_in = packet;
    options.data_size_in = sizeof(packet);
    options.repeat = 4096;
    if (bpf_prog_test_run_opts(program, &options) != 0)
      return 1;
    const auto start = std::chrono::steady_clock::now();
    records += consume();
    total += std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
  }
  if (records < rounds * 4096L * 64)
    return 1;
  std::printf("%.3f\n", total / static_cast<double>(records));
  return 0;
}
