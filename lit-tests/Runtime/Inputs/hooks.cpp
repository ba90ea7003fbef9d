#include "hooks.skel.hpp"
#include "testing.hpp"
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/perf_event.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

/// A network of our own, where only the loopback device is.
static bool enter_network() {
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP;
  if (unshare(CLONE_NEWNET) != 0)
    return false;
  const int socket_fd = socket(AF_INET, SOCK_DGRAM, 0);
  const bool is_up = ioctl(socket_fd, SIOCSIFFLAGS, &request) == 0;
  close(socket_fd);
  return is_up;
}

/// Sends a packet to ourselves.
static void ping() {
  const int socket_fd = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(9);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sendto(socket_fd, "x", 1, 0, reinterpret_cast<sockaddr *>(&to), sizeof(to));
  close(socket_fd);
}

static bpfbuild::result<hooks> load(bool with_nothing) {
  auto opened = hooks::open().value();
  opened.programs().on_raw.set_autoload(true).value();
  opened.programs().on_raw_too.set_autoload(true).value();
  opened.programs().on_nothing.set_autoload(with_nothing).value();
  return std::move(opened).load();
}

int main() {
  CHECK(enter_network());
  hooks skel = load(false).value();
  const auto &programs = skel.programs();
  const unsigned loopback = if_nametoindex("lo");

  // XDP: a link, and without one in the mode that one asks for.
  {
    auto link = programs.on_xdp.attach_xdp(loopback).value();
    CHECK(link.info().type == BPF_LINK_TYPE_XDP && link.info().xdp.ifindex == loopback);
    ping();
    CHECK(skel.bss().runs_xdp > 0);
    CHECK(programs.on_xdp.attach_xdp(loopback).error().code() == EBUSY);
    CHECK(std::strstr(programs.on_xdp.attach_xdp("lo").error().explain(), "bpftool link show"));
    const auto nowhere = programs.on_xdp.attach_xdp("nowhere");
    CHECK(nowhere.error().code() == ENODEV && std::strstr(nowhere.error().message(), "no interface 'nowhere'"));
    CHECK(programs.on_tc.attach_tc("nowhere", bpfbuild::direction::ingress).error().code() == ENODEV);
    CHECK(programs.on_tc.attach_tcx("nowhere", bpfbuild::direction::ingress).error().code() == ENODEV);
    CHECK(programs.on_xdp.attach_xdp(0U, XDP_FLAGS_SKB_MODE).error().code() == ENODEV);
    link.update(programs.on_xdp).value();
  }
  skel.bss().runs_xdp = 0;
  {
    const auto generic = programs.on_xdp.attach_xdp("lo", XDP_FLAGS_SKB_MODE).value();
    const auto counting = bpfbuild::run_statistics::enable().value();
    const auto before = programs.on_xdp.info();
    ping();
    CHECK(skel.bss().runs_xdp > 0);
    CHECK(programs.on_xdp.info().run_cnt > before.run_cnt && programs.on_xdp.info().run_time_ns > before.run_time_ns);
  }
  skel.bss().runs_xdp = 0;
  ping();
  CHECK(skel.bss().runs_xdp == 0);

  // tc and tcx: in, out, gone.
  {
    const auto in = programs.on_tc.attach_tc(loopback, bpfbuild::direction::ingress, 7).value();
    CHECK(in.priority == 7);
    ping();
    CHECK(skel.bss().runs_tc > 0);
    skel.bss().runs_tc = 0;
  }
  ping();
  CHECK(skel.bss().runs_tc == 0);
  {
    auto out = programs.on_tc.attach_tcx(loopback, bpfbuild::direction::egress).value();
    ping();
    CHECK(skel.bss().runs_tc > 0 && out.fd() >= 0 && out.native() == nullptr);
    out.update(programs.on_tc).value();
    auto moved = std::move(out);
    CHECK(out.fd() == -1 && moved.fd() >= 0);
    moved.detach();
    skel.bss().runs_tc = 0;
    ping();
    CHECK(skel.bss().runs_tc == 0);
  }

  // A control group, where there is one to write to.
  const int group = open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY);
  if (auto link = programs.on_egress.attach_cgroup(group)) {
    ping();
    CHECK(skel.bss().runs_egress > 0);
  } else {
    CHECK(link.error().code() == EBADF || link.error().code() == EINVAL);
  }

  // A clock of the kernel's, with a cookie.
  perf_event_attr clock{};
  clock.size = sizeof(clock);
  clock.type = PERF_TYPE_SOFTWARE;
  clock.config = PERF_COUNT_SW_CPU_CLOCK;
  clock.sample_period = 100000;
  const int event = static_cast<int>(syscall(SYS_perf_event_open, &clock, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
  if (event >= 0)
    if (auto link = programs.on_timer.attach_perf_event(event, 77)) {
      for (long i = 0; i < 5000000 && skel.bss().runs_timer == 0; ++i)
        getppid();
      CHECK(skel.bss().runs_timer > 0 && skel.bss().cookie == 77);
    }

  // A verdict on what a socket of the map gets.
  int ends[2];
  CHECK(connect_both(ends) == 0);
  {
    const auto verdict = programs.on_verdict.attach_sockmap(skel.maps().sockets).value();
    skel.maps().sockets.update(0, static_cast<std::uint32_t>(ends[1])).value();
    char byte = 0;
    CHECK(write(ends[0], "x", 1) == 1 && read(ends[1], &byte, 1) == 1 && byte == 'x');
    CHECK(skel.bss().runs_verdict > 0);
  }

  // Test runs, with a context and what comes out.
  unsigned char packet[128] = {}, out[128];
  bpfbuild::test_run_options run;
  run.data = packet;
  run.size = sizeof(packet);
  run.data_out = out;
  run.size_out = sizeof(out);
  run.repeat = 10;
  const auto ran = programs.on_tc.test_run(run).value();
  CHECK(ran.returned == 0 && ran.size_out == sizeof(packet));
  CHECK(programs.swaps.test_run(packet, 100).value() == 86); // without the Ethernet header
  CHECK(programs.swaps.info().type == BPF_PROG_TYPE_SOCKET_FILTER && programs.swaps.info().id != 0);

  // One of several fails: those before it are detached again, what was attached by hand stays.
  hooks half = load(true).value();
  half.programs().on_raw.attach().value();
  const auto failed = half.attach();
  CHECK(failed.error().code() == ENOENT && std::strstr(failed.error().message(), "on_nothing"));
  CHECK(half.programs().on_raw.attached() && !half.programs().on_raw_too.attached());
  CHECK(*failed.error().explain() != '\0');
  half.programs().on_raw.detach();
  CHECK(!half.programs().on_raw.attached());

  // The same, where one of them may fail.
  std::string failures;
  CHECK(half.attach_each([&](const bpfbuild::program &program, const bpfbuild::error &why) {
    failures += program.name() + std::string(why.code() == ENOENT ? " is not there" : " failed");
  }) == 2);
  CHECK(failures == "on_nothing is not there" && half.programs().on_raw_too.attached());
  half.detach();

  // Moved from: empty, and says so.
  hooks other = std::move(half);
  CHECK(half.native() == nullptr && half.attach().error().code() == EINVAL); // NOLINT
  half.detach();
  half = std::move(other);
  CHECK(half.native() != nullptr && half.attach().error().code() == ENOENT);
  std::puts("ok");
}
