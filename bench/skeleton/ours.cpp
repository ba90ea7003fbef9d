// The same as peer.cpp, with BPFBuild's skeleton. Arguments: what to measure, how often. Prints nanoseconds for each time.
#include "ours.skel.hpp"
#include "measure.h"

extern "C" [[gnu::noinline]] bool lookup(const ours &skeleton, std::uint32_t key, std::uint64_t &value) {
  return skeleton.maps().counts.find(key, value);
}

static void life() {
  auto skeleton = ours::open().value().load().value();
  skeleton.attach().value();
}

int main(int argc, char **argv) {
  const measured what = parse(argc, argv);
  if (what.is("life"))
    return report(what.rounds, life);
  auto skeleton = ours::open().value().load().value();
  skeleton.maps().counts.update(1, 2).value();
  if (what.is("lookup"))
    return report(what.rounds, [&] {
      std::uint64_t value;
      keep(lookup(skeleton, 1, value));
    });
  std::uint64_t sum = 0;
  auto ring = skeleton.maps().events.consume([&](const ours::event &e) { sum += e.number; }).value();
  const int program = skeleton.programs().send.fd();
  return report_ring(what.rounds, program, [&] { return ring.consume().value(); });
}
