// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// xdp_count: counts packets by protocol on one end of a veth pair, in a network namespace of its own, while it sends some from
// the other end: 10 UDP, 5 TCP and 3 ICMP packets.
#include "xdp_count.skel.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <sched.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

using traffic = xdp_count::traffic;

namespace {

void check(bool done, const char *what) {
  if (!done)
    throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

/// From here on this process has a network of its own, with two ends of a cable in it.
void make_network() {
  check(unshare(CLONE_NEWNET) == 0, "cannot make a network namespace");
  const int status = std::system("ip link add inside type veth peer name outside && "
                                 "ip link set inside up && ip link set outside up");
  if (status != 0)
    throw std::runtime_error("cannot make the veth pair; is ip (iproute2) installed?");
}

void send_packets(int socket, const sockaddr_ll &to, std::uint8_t protocol, int count) {
  std::array<unsigned char, 64> frame{};
  ethhdr eth{};
  eth.h_proto = htons(ETH_P_IP);
  iphdr ip{};
  ip.version = 4;
  ip.ihl = 5;
  ip.tot_len = htons(frame.size() - sizeof(eth));
  ip.ttl = 64;
  ip.protocol = protocol;
  std::memcpy(frame.data(), &eth, sizeof(eth));
  std::memcpy(frame.data() + sizeof(eth), &ip, sizeof(ip));
  for (int i = 0; i < count; ++i)
    check(sendto(socket, frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr *>(&to), sizeof(to)) > 0,
          "cannot send");
}

void send_all() {
  const int socket = ::socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  check(socket >= 0, "cannot open a packet socket");
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(if_nametoindex("outside"));
  to.sll_halen = ETH_ALEN;
  send_packets(socket, to, IPPROTO_UDP, 10);
  send_packets(socket, to, IPPROTO_TCP, 5);
  send_packets(socket, to, IPPROTO_ICMP, 3);
  close(socket);
}

const char *protocol_name(std::uint32_t protocol) {
  switch (protocol) {
  case IPPROTO_ICMP:
    return "ICMP";
  case IPPROTO_TCP:
    return "TCP";
  case IPPROTO_UDP:
    return "UDP";
  case IPPROTO_ICMPV6:
    return "ICMPv6";
  case 256:
    return "not IP";
  default:
    return "other";
  }
}

void run() {
  make_network();
  auto skeleton = xdp_count::open().value().load().value();
  const auto link = skeleton.programs().count.attach_xdp("inside").value();
  send_all();
  usleep(200'000); // the receiving end works off its queue

  std::printf("%-10s %8s %8s\n", "PROTOCOL", "PACKETS", "BYTES");
  for (const auto &[protocol, by_cpu] : skeleton.maps().by_protocol) {
    const traffic sum = by_cpu.accumulate(traffic{}, [](traffic total, const traffic &one) {
      return traffic{total.packets + one.packets, total.bytes + one.bytes};
    });
    if (sum.packets != 0)
      std::printf("%-10s %8llu %8llu\n", protocol_name(protocol), static_cast<unsigned long long>(sum.packets),
                  static_cast<unsigned long long>(sum.bytes));
  }
}

} // namespace

int main() {
  try {
    run();
  } catch (const std::exception &e) {
    std::fprintf(stderr, "xdp_count: %s\n", e.what());
    return 1;
  }
}
