// Uses what rest.bpf.c has, and says which of it was seen to work.
#include "rest.h"
#include "rest.skel.hpp"
#include <arpa/inet.h>
#include <bpfbuild/ranges.hpp>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/if_xdp.h>
#include <linux/netfilter.h>
#include <net/if.h>
#include <stdexcept>
#include <string>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>
#include <vector>

static void need(bool condition, const char *what) {
  if (!condition)
    throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

static void say(const char *what, bool works) {
  std::printf("%s: %s\n", what, works ? "works" : "DOES NOT WORK");
}

extern "C" __attribute__((noinline)) int probed_one(int number) {
  asm volatile("");
  return number + 1;
}
extern "C" __attribute__((noinline)) int probed_two(int number) {
  asm volatile("");
  return number + 2;
}

static sockaddr_in loopback(unsigned short port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// A socket that listens for `type` at the port; 0 chooses one. Several may, with `shared`.
static int listener(int type, unsigned short port, bool shared) {
  const int fd = socket(AF_INET, type | SOCK_NONBLOCK, 0), on = 1;
  if (shared)
    need(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) == 0, "SO_REUSEPORT");
  const sockaddr_in address = loopback(port);
  need(bind(fd, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) == 0, "bind");
  if (type == SOCK_STREAM)
    need(listen(fd, 4) == 0, "listen");
  return fd;
}

static void send_to(unsigned short port) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  const sockaddr_in address = loopback(port);
  need(sendto(fd, "x", 1, 0, reinterpret_cast<const sockaddr *>(&address), sizeof(address)) == 1, "sendto");
  close(fd);
}

static bool has_packet(int fd) {
  char byte;
  return recv(fd, &byte, 1, 0) == 1;
}

/// An AF_XDP socket on the loopback device, whose ring of received packets is in memory.
class xdp_socket {
public:
  explicit xdp_socket(unsigned interface_index) : fd_(socket(AF_XDP, SOCK_RAW, 0)) {
    need(fd_ >= 0, "AF_XDP");
    xdp_umem_reg memory{};
    memory.len = frames * frame_size;
    memory.chunk_size = frame_size;
    void *const area = mmap(nullptr, memory.len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memory.addr = reinterpret_cast<std::uintptr_t>(area);
    const std::uint32_t size = frames;
    need(setsockopt(fd_, SOL_XDP, XDP_UMEM_REG, &memory, sizeof(memory)) == 0, "XDP_UMEM_REG");
    need(setsockopt(fd_, SOL_XDP, XDP_UMEM_FILL_RING, &size, sizeof(size)) == 0, "XDP_UMEM_FILL_RING");
    need(setsockopt(fd_, SOL_XDP, XDP_UMEM_COMPLETION_RING, &size, sizeof(size)) == 0, "XDP_UMEM_COMPLETION_RING");
    need(setsockopt(fd_, SOL_XDP, XDP_RX_RING, &size, sizeof(size)) == 0, "XDP_RX_RING");
    xdp_mmap_offsets offsets{};
    socklen_t length = sizeof(offsets);
    need(getsockopt(fd_, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &length) == 0, "XDP_MMAP_OFFSETS");
    char *const fill = ring(offsets.fr.desc + frames * sizeof(std::uint64_t), XDP_UMEM_PGOFF_FILL_RING);
    for (std::uint32_t index = 0; index < frames; ++index)
      reinterpret_cast<std::uint64_t *>(fill + offsets.fr.desc)[index] = index * frame_size;
    *reinterpret_cast<std::uint32_t *>(fill + offsets.fr.producer) = frames;
    received_ = reinterpret_cast<std::uint32_t *>(ring(offsets.rx.desc + frames * sizeof(xdp_desc), XDP_PGOFF_RX_RING) +
                                                  offsets.rx.producer);
    sockaddr_xdp address{};
    address.sxdp_family = AF_XDP;
    address.sxdp_ifindex = interface_index;
    address.sxdp_flags = XDP_COPY;
    need(bind(fd_, reinterpret_cast<sockaddr *>(&address), sizeof(address)) == 0, "bind of AF_XDP");
  }
  int fd() const { return fd_; }
  std::uint32_t received() const { return __atomic_load_n(received_, __ATOMIC_ACQUIRE); }

private:
  static constexpr std::uint32_t frames = 64, frame_size = 4096;
  char *ring(std::size_t size, off_t at) {
    void *const memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, at);
    need(memory != MAP_FAILED, "a ring of AF_XDP");
    return static_cast<char *>(memory);
  }
  int fd_;
  const std::uint32_t *received_;
};

int main() try {
  rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_MEMLOCK, &unlimited);
  mkdir("/cgroup", 0755);
  need(mount("none", "/cgroup", "cgroup2", 0, nullptr) == 0, "cgroup2");
  const int cgroup = open("/cgroup", O_RDONLY | O_DIRECTORY);
  const unsigned interface_index = if_nametoindex("lo");

  const int hidden = listener(SOCK_STREAM, 7000, false);
  auto opened = rest::open().value();
  opened.bss().pid = static_cast<unsigned>(getpid());
  opened.bss().port = 7777; // where nobody listens
  rest skel = std::move(opened).load().value();
  const auto &maps = skel.maps();
  const auto &programs = skel.programs();
  const auto &seen = skel.bss().seen;

  // Storage of files, by a descriptor: what is set there the program finds at the file, and counts up.
  programs.on_open.attach().value();
  const int file = open("/tmp/watched", O_RDWR | O_CREAT, 0600);
  need(file >= 0, "/tmp/watched");
  maps.opens.update(file, 40).value();
  close(open("/tmp/watched", O_RDONLY));
  close(open("/tmp/watched", O_RDONLY));
  say("inode storage", maps.opens.lookup(file).value() == 42 && maps.opens.erase(file) && !maps.opens.lookup(file));

  // Of control groups, by a descriptor of their folder.
  maps.calls.update(cgroup, 1000).value();
  programs.on_call.attach().value();
  getppid();
  const std::uint64_t called = maps.calls.lookup(cgroup).value();
  say("cgrp storage", called > 1000 && maps.calls.erase(cgroup));
  programs.on_call.detach();

  // Of control groups and programs: made when one is attached to the other.
  {
    const auto link = programs.on_egress.attach_cgroup(cgroup).value();
    send_to(9);
    const std::vector<bpfbuild::entry<rest::bpf_cgroup_storage_key, std::uint64_t>> all(maps.packets.begin(),
                                                                                        maps.packets.end());
    say("cgroup storage", all.size() == 1 && all[0].value >= 1 && all[0].key.attach_type == BPF_CGROUP_INET_EGRESS);
  }

  // Two sockets at one port: the program says which.
  const int first = listener(SOCK_DGRAM, 7001, true), second = listener(SOCK_DGRAM, 7001, true);
  const int choose = programs.choose.fd();
  need(setsockopt(first, SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF, &choose, sizeof(choose)) == 0,
       "SO_ATTACH_REUSEPORT_EBPF");
  maps.listeners.update(0, static_cast<std::uint64_t>(first)).value();
  maps.listeners.update(1, static_cast<std::uint64_t>(second)).value();
  send_to(7001);
  say("reuseport", seen[REUSEPORT] == 1 && !has_packet(first) && has_packet(second));

  // A connection to a port where nobody listens, given to a socket of another port.
  const int network = open("/proc/self/ns/net", O_RDONLY);
  {
    maps.hidden.update(0, static_cast<std::uint64_t>(hidden)).value();
    const auto link = programs.find.attach_netns(network).value();
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = loopback(7777);
    const int code = connect(client, reinterpret_cast<const sockaddr *>(&address), sizeof(address));
    say("sk_lookup", code == 0 && seen[SK_LOOKUP] == 1 && accept(hidden, nullptr, nullptr) >= 0);
    close(client);
  }

  {
    const auto link = programs.dissect.attach_netns(network).value();
    const unsigned char packet[64] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0x45};
    programs.dissect.test_run(packet, sizeof(packet)).value();
    say("flow dissector", seen[FLOW_DISSECTOR] > 0 && link.info().netns.attach_type == BPF_FLOW_DISSECTOR);
  }

  {
    const auto link = programs.on_netfilter.attach_netfilter(NFPROTO_IPV4, NF_INET_LOCAL_OUT, -100).value();
    send_to(9);
    const std::uint64_t count = seen[NETFILTER];
    say("netfilter", count > 0 && link.info().type == 10); // BPF_LINK_TYPE_NETFILTER
  }
  const std::uint64_t after_netfilter = seen[NETFILTER];
  send_to(9);
  say("netfilter detached", seen[NETFILTER] == after_netfilter);

  {
    const auto link = programs.on_probed.attach_uprobe_multi("/proc/self/exe", "probed_*").value();
    need(probed_one(1) + probed_two(1) == 5, "probed");
    say("uprobe.multi", seen[UPROBE_MULTI] == 2);
  }

  {
    const xdp_socket ring(interface_index);
    maps.rings.update(0, static_cast<std::uint32_t>(ring.fd())).value();
    const auto xdp = programs.to_ring.attach_xdp(interface_index, 1U << 1).value(); // XDP_FLAGS_SKB_MODE
    send_to(9);
    usleep(100000);
    say("xskmap", seen[XSK] > 0 && ring.received() > 0);
    maps.rings.erase(0).value();
  }
} catch (const std::exception &problem) {
  std::fprintf(stderr, "rest: %s\n", problem.what());
  return 1;
}
