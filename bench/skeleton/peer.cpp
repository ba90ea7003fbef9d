// The peer: bpftool's skeleton and libbpf's calls.
#include <cstdint>
#include "peer.skel.h"
#include <bpf/bpf.h>
#include "measure.h"

extern "C" [[gnu::noinline]] bool lookup(const peer *skeleton, std::uint32_t key, std::uint64_t &value) {
  return bpf_map_lookup_elem(bpf_map__fd(skeleton->maps.counts), &key, &value) == 0;
}

static void life() {
  peer *skeleton = peer::open_and_load();
  if (skeleton == nullptr || peer::attach(skeleton) != 0)
    std::abort();
  peer::destroy(skeleton);
}

static int add(void *sum, void *data, std::size_t size) {
  if (size < 32)
    return -1;
  *static_cast<std::uint64_t *>(sum) += *static_cast<std::uint64_t *>(data);
  return 0;
}

int main(int argc, char **argv) {
  const measured what = parse(argc, argv);
  if (what.is("life"))
    return report(what.rounds, life);
  peer *skeleton = peer::open_and_load();
  std::uint32_t key = 1;
  std::uint64_t value = 2, sum = 0;
  bpf_map_update_elem(bpf_map__fd(skeleton->maps.counts), &key, &value, BPF_ANY);
  if (what.is("lookup"))
    return report(what.rounds, [&] { keep(lookup(skeleton, 1, value)); });
  ring_buffer *ring = ring_buffer__new(bpf_map__fd(skeleton->maps.events), add, &sum, nullptr);
  return report_ring(what.rounds, bpf_program__fd(skeleton->progs.send), [&] { return ring_buffer__consume(ring); });
}
