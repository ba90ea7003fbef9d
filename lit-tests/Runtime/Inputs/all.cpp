#include "all.skel.hpp"
#include "testing.hpp"
#include <chrono>
#include <cstdio>
#include <unistd.h>
#include <utility>
int main(int argc, char **argv) {
#ifdef PATH
  auto tried = all::open(argc > 1 ? argv[1] : PATH);
#else
  static_cast<void>(argc + (argv != nullptr));
  auto tried = all::open();
#endif
  if (!tried) {
    std::printf("%s\n", tried.error().message());
    return 1;
  }
  auto opened = std::move(*tried);
  CHECK(opened.rodata().target == 7);
  opened.rodata().target = 42;
  CHECK(opened.data().total == 1);
  opened.maps().arr.set_max_entries(8).value();
  auto loaded = std::move(opened).load();
  if (!loaded) {
    std::printf("%s\n", loaded.error().message());
    return 1;
  }
  auto skel = std::move(*loaded);
  int n = 0;
  all::event got{};
  auto ring = skel.maps()
                  .rb
                  .consume<all::event>([&](const all::event &e) {
                    got = e;
                    ++n;
                  })
                  .value();
  skel.attach().value();
  CHECK(skel.programs().on_enter.attached());
  CHECK(!skel.programs().on_enter.attach());
  for (int i = 0; i < 10; ++i)
    getppid();
  ring.poll(std::chrono::milliseconds(100)).value();
  CHECK(n > 0 && got.named.n == 42 && got.color == all::BLUE && got.f1 == 5 && got.f2 == 100 && got.f3 == 1ULL << 39);
  CHECK(got.bits.v == -7 && got.bits.w == 200 && got.wide[0] == 3 && got.pk.i == 77 && got.ok &&
        got.big == all::HUGE_ONE && got.grid[1][2] == 1);
  CHECK(skel.data().total > 1 && skel.bss().counts[2] > 0 && skel.bss().last.class_ > 0 && skel.data_mine().mine > 9);
  CHECK(skel.kconfig().LINUX_KERNEL_VERSION > 0x60000);
  CHECK(skel.maps().arr.size() == 8 && skel.maps().arr.lookup(1).value() > 0 && !skel.maps().arr.lookup(9));
  CHECK(skel.maps().parr.lookup(1).value().sum() > 0);
  all::key k{};
  k.pid = 3;
  CHECK(skel.maps().events.lookup(k).error().code() == ENOENT);
  skel.maps().events.update(k, got).value();
  CHECK(!skel.maps().events.update(k, got, bpfbuild::update_mode::no_exist));
  int seen = 0;
  for (auto [key, value] : skel.maps().events) {
    CHECK(key.pid == 3 && value.pk.i == 77);
    ++seen;
  }
  CHECK(seen == 1);
  skel.maps().events.erase(k).value();
  CHECK(!skel.maps().events.contains(k));
  seen = 0;
  for (const auto &[index, value] : skel.maps().arr)
    seen += index < 8 && value < 1000000000;
  CHECK(seen == 8);
  skel.detach();
  CHECK(!skel.programs().on_enter.attached());
  all moved = std::move(skel);
  long before = moved.data().total;
  getppid();
  CHECK(before == moved.data().total);
  ring.consume().value();
  auto l = moved.programs().on_enter.attach_raw_tracepoint("sys_enter").value();
  getppid();
  CHECK(before != moved.data().total);
  unsigned char pkt[64] = {};
  CHECK(moved.programs().sock.test_run(pkt, sizeof pkt).value() == 0);
  all other = all::open(
#ifdef PATH
                  PATH
#endif
                  )
                  .value()
                  .load()
                  .value();
  moved = std::move(other); // what was held is detached and closed
  CHECK(moved.maps().arr.size() == 4 && moved.data().total == 1);
  std::puts("ok");
  return 0;
}
