#include "stores.skel.hpp"
#include "testing.hpp"
#include <bpfbuild/symbols.hpp>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

using record = stores::record;

int main() {
  stores skel = stores::open().value().load().value();
  const auto &all = skel.maps();

  // A hash: one by one, many at once, in bytes of memory.
  std::vector<stores::point> keys;
  std::vector<std::uint64_t> numbers;
  for (std::uint32_t i = 0; i < 500; ++i) {
    keys.push_back({i, i});
    numbers.push_back(i * 10);
  }
  CHECK(all.points.update_batch(keys.data(), numbers.data(), 500).value() == 500);
  std::map<std::uint32_t, std::uint64_t> found;
  CHECK(all.points.for_each([&](const stores::point &key, std::uint64_t value) { found[key.x] = value; }, 16).value() ==
        500);
  CHECK(found.size() == 500 && found[123] == 1230);
  CHECK(all.points.erase_batch(keys.data(), 400).value() == 400);
  CHECK(all.points.take(keys[400]).value() == 4000 && !all.points.contains(keys[400]));
  CHECK(all.points.erase(keys[400]).error().code() == ENOENT);
  std::uint64_t number = 0;
  CHECK(all.points.find(keys[401], number) && number == 4010 && !all.points.find(keys[400], number));
  int count = 0;
  for (auto [key, value] : all.points)
    count += key.x >= 401 && value == key.x * 10;
  CHECK(count == 99);

  // A trie.
  all.routes.update({8, {10, 0, 0, 0}}, 1).value();
  all.routes.update({16, {10, 1, 0, 0}}, 2).value();
  CHECK(all.routes.lookup({32, {10, 1, 2, 3}}).value() == 2 && all.routes.lookup({32, {10, 2, 2, 3}}).value() == 1);
  CHECK(!all.routes.lookup({32, {11, 2, 2, 3}}));

  // Queue, stack, bloom filter.
  all.first_in.push({1, 1}).value();
  all.first_in.push({2, 2}).value();
  CHECK(all.first_in.push({3, 3}).error().code() == E2BIG);
  all.first_in.push({3, 3}, true).value();
  CHECK(all.first_in.peek().value().x == 2 && all.first_in.pop().value().x == 2 && all.first_in.pop().value().x == 3);
  CHECK(all.first_in.pop().error().code() == ENOENT);
  all.last_in.push({1, 1}).value();
  all.last_in.push({2, 2}).value();
  CHECK(all.last_in.pop().value().x == 2);
  all.seen.add(77).value();
  CHECK(all.seen.may_contain(77) && !all.seen.may_contain(78));

  // An array in memory.
  {
    const auto memory = all.shared.memory().value();
    CHECK(memory.size() == 600);
    memory[599] = {7, 8};
    CHECK(all.shared.lookup(599).value().y == 8 && all.shared.lookup(600).error().code() == ENOENT);
  }
  count = 0;
  for (const auto &[index, value] : all.shared)
    count += index < 600 && value.x < 8;
  CHECK(count == 600);

  // Maps of maps.
  auto inner = all.by_tenant.create(3).value();
  all.by_tenant.update(7, inner).value();
  CHECK(all.by_tenant.lookup(7).value()->max_entries() == 3 && all.by_tenant.lookup(8).error().code() == ENOENT);
  all.by_index.update(1, inner).value();
  inner->update(2, {9, 9}).value();
  CHECK(all.by_index.lookup(1).value()->lookup(2).value().x == 9);

  // Program array.
  unsigned char packet[64] = {};
  CHECK(skel.programs().first.test_run(packet, sizeof(packet)).value() == 1);
  all.tail_calls.update(1, skel.programs().second).value();
  CHECK(skel.programs().first.test_run(packet, sizeof(packet)).value() == 17);
  all.tail_calls.erase(1).value();
  CHECK(skel.programs().first.test_run(packet, sizeof(packet)).value() == 1);
  CHECK(all.tail_calls.erase(1).error().code() == ENOENT);

  // Storage, by descriptors.
  const int self = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
  all.of_tasks.update(self, {1, 2}).value();
  CHECK(all.of_tasks.lookup(self).value().y == 2);
  all.of_tasks.erase(self).value();
  CHECK(all.of_tasks.lookup(self).error().code() == ENOENT);
  int ends[2];
  CHECK(connect_both(ends) == 0);
  all.of_sockets.update(ends[0], 5).value();
  CHECK(all.of_sockets.lookup(ends[0]).value() == 5);
  const int group = open("/sys/fs/cgroup", O_RDONLY);
  if (group >= 0 && all.of_cgroups.update(group, 6)) {
    CHECK(all.of_cgroups.lookup(group).value() == 6);
    all.of_cgroups.erase(group).value();
    all.groups.update(0, group).value();
  }

  // Sockets, devices, CPUs.
  all.sockets.update(2, static_cast<std::uint64_t>(ends[0])).value();
  CHECK(all.sockets.lookup(2).value() != 0); // its cookie
  all.sockets.erase(2).value();
  all.sockets_by_key.update(99, static_cast<std::uint64_t>(ends[1])).value();
  CHECK(all.sockets_by_key.contains(99));
  stores::bpf_devmap_val loopback{};
  loopback.ifindex = 1;
  all.devices.update(3, loopback).value();
  CHECK(all.devices.lookup(3).value().ifindex == 1 && !all.devices.lookup(4));
  stores::bpf_cpumap_val cpu{};
  cpu.qsize = 64;
  all.cpus.update(0, cpu).value();
  CHECK(all.cpus.lookup(0).value().qsize == 64);

  // Records: two ring buffers in one poll, a perf buffer, and a ring the other way.
  std::string said;
  std::uint64_t sum = 0;
  auto ring = all.records.consume([&](const record &r) { said += r.text, sum += r.number; }).value();
  ring.add<record>(all.more_records, [&](const record &r, std::size_t size) { sum += r.number * (size == sizeof(r)); })
      .value();
  auto perf = all.lines.consume([&](const record &r) { said += r.text, sum += r.number; }).value();
  auto commands = all.commands.open().value();
  commands.write(record{3, ""}).value();
  commands.write(record{4, ""}).value();
  skel.attach().value();
  all.points.update({1, 2}, static_cast<std::uint64_t>(getpid())).value();
  getppid();
  CHECK(ring.poll(std::chrono::seconds(1)).value() == 2);
  CHECK(perf.poll(100).value() >= 1);
  CHECK(said == "ringperf" && sum == 42 + 42 + 43);
  CHECK(skel.bss().commands_read == 7);
  CHECK(all.first_in.pop().value().y == 6 && inner->lookup(0).value().x == 5);

  // Its call stack.
  std::uint32_t stack = 0;
  const auto numbers_per_cpu = all.per_cpu.lookup(0).value();
  for (std::size_t i = 0; i < numbers_per_cpu.size(); ++i)
    stack += numbers_per_cpu[i];
  const auto frames = all.stacks.lookup(stack).value();
  CHECK(frames.size() > 0 && *frames.begin() != 0);
  // Names of the kernel's functions; these frames are our own.
  const auto symbols = bpfbuild::kernel_symbols::load().value();
  CHECK(symbols.find(*frames.begin()).name == nullptr);
  unsigned long long vfs_read = 0;
  std::FILE *const kallsyms = std::fopen("/proc/kallsyms", "r");
  char line[512];
  while (std::fgets(line, sizeof(line), kallsyms) != nullptr)
    if (std::strstr(line, " T vfs_read\n") != nullptr)
      std::sscanf(line, "%llx", &vfs_read);
  std::fclose(kallsyms);
  CHECK(symbols.find(vfs_read + 5).name == std::string("vfs_read") && symbols.find(vfs_read + 5).offset == 5);
  CHECK(bpfbuild::kernel_symbols::load("nowhere").error().code() == ENOENT);
  CHECK(all.stacks.lookup(63).error().code() == ENOENT || stack == 63);

  // What ends a poll: a callback's error, a record that is too short.
  struct longer {
    record r;
    char behind[8];
  };
  auto short_ring = all.records.consume<longer>([](const longer &) {}).value();
  all.points.update({1, 2}, static_cast<std::uint64_t>(getpid())).value();
  getppid();
  const auto too_short = short_ring.consume();
  CHECK(too_short.error().code() == EBADMSG && *too_short.error().message() == 'r');
  auto stopping = all.records.consume<record>([](const record &) { return -ECANCELED; }).value();
  all.points.update({1, 2}, static_cast<std::uint64_t>(getpid())).value();
  getppid();
  CHECK(stopping.consume().error().code() == ECANCELED);
  auto stopping_perf = all.lines.consume<record>([](const record &) { return -ECANCELED; }, [](std::uint64_t) {}, 8);
  all.points.update({1, 2}, static_cast<std::uint64_t>(getpid())).value();
  getppid();
  CHECK(stopping_perf->poll(100).error().code() == ECANCELED);

  // Frozen, it is read only.
  all.routes.freeze().value();
  CHECK(all.routes.update({8, {12, 0, 0, 0}}, 1).error().code() == EPERM);
  std::puts("ok");
}
