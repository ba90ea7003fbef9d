// Attaches a program of each type, makes happen what it is attached to, and says which were seen to run.
#include "kinds.h"
#include "kinds.skel.hpp"
#include "sched.skel.hpp"
#include <arpa/inet.h>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <utility>
#include <vector>

static const char *const names[] = {"kprobe",    "kretprobe",  "kprobe.multi", "ksyscall", "uprobe",
                                    "uretprobe", "usdt",       "fentry",       "fexit",    "fmod_ret",
                                    "lsm",       "struct_ops", "tc",           "tcx",      "netkit"};

static void need(bool condition, const char *what) {
  if (!condition)
    throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

/// True on Linux major.minor or later.
static bool is_kernel(int major, int minor) {
  utsname name;
  int here_major = 0, here_minor = 0;
  uname(&name);
  std::sscanf(name.release, "%d.%d", &here_major, &here_minor);
  return here_major > major || (here_major == major && here_minor >= minor);
}

extern "C" __attribute__((noinline)) int probed(int number) {
  // A probe as sys/sdt.h makes it: provider "attach", name "ping", one argument in edi.
  asm volatile("990: nop\n"
               ".pushsection .note.stapsdt,\"\",\"note\"\n"
               ".balign 4\n.4byte 992f-991f, 994f-993f, 3\n"
               "991: .asciz \"stapsdt\"\n992: .balign 4\n"
               "993: .8byte 990b\n.8byte _.stapsdt.base\n.8byte 0\n"
               ".asciz \"attach\"\n.asciz \"ping\"\n.asciz \"-4@%%edi\"\n"
               "994: .balign 4\n.popsection\n"
               ".ifndef _.stapsdt.base\n"
               ".pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n"
               ".weak _.stapsdt.base\n.hidden _.stapsdt.base\n"
               "_.stapsdt.base: .space 1\n.size _.stapsdt.base, 1\n.popsection\n.endif\n"
               :
               : "D"(number));
  return number + 1;
}

/// One message to rtnetlink: makes a pair of netkit devices, box0 and its peer, which the kernel names.
static void make_netkit() {
  struct {
    nlmsghdr header;
    ifinfomsg info;
    char attributes[256];
  } message{};
  message.header.nlmsg_type = RTM_NEWLINK;
  message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK;
  message.header.nlmsg_len = NLMSG_LENGTH(sizeof(ifinfomsg));
  auto add = [&](unsigned short type, const void *data, unsigned short size) {
    auto *attribute =
        reinterpret_cast<rtattr *>(reinterpret_cast<char *>(&message) + NLMSG_ALIGN(message.header.nlmsg_len));
    attribute->rta_type = type;
    attribute->rta_len = static_cast<unsigned short>(RTA_LENGTH(size));
    if (size)
      std::memcpy(RTA_DATA(attribute), data, size);
    message.header.nlmsg_len = NLMSG_ALIGN(message.header.nlmsg_len) + RTA_ALIGN(attribute->rta_len);
    return attribute;
  };
  add(IFLA_IFNAME, "box0", 5);
  rtattr *nested = add(IFLA_LINKINFO, nullptr, 0);
  add(IFLA_INFO_KIND, "netkit", 7);
  nested->rta_len = static_cast<unsigned short>(reinterpret_cast<char *>(&message) + message.header.nlmsg_len -
                                                reinterpret_cast<char *>(nested));
  int socket_fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  need(socket_fd >= 0 && send(socket_fd, &message, message.header.nlmsg_len, 0) > 0, "netlink");
  char answer[4096];
  need(recv(socket_fd, answer, sizeof(answer), 0) > 0, "netlink's answer");
  errno = -static_cast<nlmsgerr *>(NLMSG_DATA(reinterpret_cast<nlmsghdr *>(answer)))->error;
  need(errno == 0, "netkit device");
  close(socket_fd);
}

static void set_up(const char *device) {
  ifreq request{};
  std::strncpy(request.ifr_name, device, IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP;
  int socket_fd = socket(AF_INET, SOCK_DGRAM, 0);
  need(ioctl(socket_fd, SIOCSIFFLAGS, &request) == 0, device);
  close(socket_fd);
}

/// Sends a packet out of the device.
static void send_on(const char *device) {
  int socket_fd = socket(AF_INET6, SOCK_DGRAM, 0);
  need(setsockopt(socket_fd, SOL_SOCKET, SO_BINDTODEVICE, device, static_cast<socklen_t>(std::strlen(device))) == 0,
       device);
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = htons(9);
  to.sin6_scope_id = if_nametoindex(device);
  inet_pton(AF_INET6, "ff02::1", &to.sin6_addr);
  for (int tries = 0; tries < 50 && sendto(socket_fd, "x", 1, 0, reinterpret_cast<sockaddr *>(&to), sizeof(to)) != 1;
       ++tries)
    usleep(100000); // until the address is no longer tentative
  close(socket_fd);
}

/// A connection to ourselves over TCP, with the congestion control of that name.
static void connect_with(const char *congestion) {
  int server = socket(AF_INET, SOCK_STREAM, 0), client = socket(AF_INET, SOCK_STREAM, 0);
  need(setsockopt(client, IPPROTO_TCP, TCP_CONGESTION, congestion, static_cast<socklen_t>(std::strlen(congestion))) ==
           0,
       "TCP_CONGESTION");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  need(bind(server, reinterpret_cast<sockaddr *>(&address), size) == 0 && listen(server, 1) == 0 &&
           getsockname(server, reinterpret_cast<sockaddr *>(&address), &size) == 0 &&
           connect(client, reinterpret_cast<sockaddr *>(&address), size) == 0,
       "connection");
  close(client);
  close(server);
}

static std::string own_path() {
  char path[4096];
  ssize_t size = readlink("/proc/self/exe", path, sizeof(path));
  return std::string(path, static_cast<size_t>(size));
}

static unsigned lines_of(const bpfbuild::program &iterator) {
  auto stream = iterator.iterate().value();
  std::string text;
  char piece[4096];
  for (std::size_t got; (got = stream.read(piece, sizeof(piece)).value()) > 0;)
    text.append(piece, got);
  unsigned count = 0;
  for (size_t at = 0; (at = text.find("task\n", at)) != std::string::npos; ++at)
    ++count;
  return count;
}

int main() try {
  rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  setrlimit(RLIMIT_MEMLOCK, &unlimited);
  bool has_multi = is_kernel(5, 18), has_tcx = is_kernel(6, 6), has_netkit = is_kernel(6, 7);

  kinds::opened opened = kinds::open().value();
  opened.bss().refused_nice = 7;
  opened.bss().watched_nice = 9;
  opened.programs().on_kprobe_multi.set_autoload(has_multi).value();
  kinds skel = std::move(opened).load().value();

  auto programs = skel.programs();
  for (const bpfbuild::program &program :
       {programs.on_kprobe, programs.on_kretprobe, programs.on_ksyscall, programs.on_fentry, programs.on_fexit,
        programs.on_fmod_ret, programs.on_lsm})
    program.attach().value();
  if (has_multi) {
    bpfbuild::result<void> attached = programs.on_kprobe_multi.attach();
    has_multi = attached || attached.error().code() != EOPNOTSUPP; // a kernel without CONFIG_FPROBE
    if (has_multi)
      attached.value();
  }
  std::string self = own_path();
  using bpfbuild::direction;
  const unsigned loopback = if_nametoindex("lo");
  std::vector<bpfbuild::link> links;
  links.push_back(programs.on_uprobe.attach_uprobe(self.c_str(), "probed").value());
  links.push_back(programs.on_uretprobe.attach_uretprobe(self.c_str(), "probed").value());
  links.push_back(programs.on_usdt.attach_usdt(self.c_str(), "attach", "ping", getpid()).value());
  links.push_back(skel.maps().congestion.attach().value());
  const auto filter = programs.on_tc.attach_tc(loopback, direction::ingress).value();
  if (has_tcx)
    links.push_back(programs.on_tcx.attach_tcx(loopback, direction::ingress).value());
  if (has_netkit) {
    make_netkit();
    links.push_back(programs.on_netkit.attach_netkit(if_nametoindex("box0")).value());
  }

  char byte;
  int zero = open("/dev/zero", O_RDONLY);
  need(read(zero, &byte, 1) == 1, "read");
  syscall(SYS_getppid);
  need(probed(42) == 43, "probed");
  need(setpriority(PRIO_PROCESS, 0, 7) == -1 && errno == EPERM, "fmod_ret's refusal");
  need(setpriority(PRIO_PROCESS, 0, 9) == -1 && errno == EPERM, "the LSM's refusal");
  need(setpriority(PRIO_PROCESS, 0, 5) == 0, "a nice value that nobody refuses");
  connect_with("bpf_attach");
  if (has_netkit) {
    set_up("box0");
    for (int index = 1; index < 8; ++index) // its peer, whatever it is called
      if (char name[IF_NAMESIZE];
          if_indextoname(static_cast<unsigned>(index), name) && std::strncmp(name, "nk", 2) == 0)
        set_up(name);
    send_on("box0");
  }

  for (int kind = KPROBE; kind <= NETKIT; ++kind) {
    bool is_there = kind == KPROBE_MULTI ? has_multi : kind == TCX ? has_tcx : kind == NETKIT ? has_netkit : true;
    std::printf("%s: %s\n", names[kind],
                skel.bss().seen[kind] ? "ran"
                : is_there            ? "DID NOT RUN"
                                      : "not in this kernel");
  }
  std::printf("iter: %s\n", lines_of(programs.on_iter) > 1 ? "ran" : "DID NOT RUN");
  if (is_kernel(6, 13)) { // Debian's 6.12 is built without it
    sched scheduler = sched::open().value().load().value();
    const auto link = scheduler.maps().scheduler.attach().value();
    for (int tries = 0; tries < 50 && !scheduler.bss().tasks; ++tries)
      usleep(10000);
    std::printf("sched_ext: %s\n", scheduler.bss().tasks ? "ran" : "DID NOT RUN");
  } else {
    std::printf("sched_ext: not in this kernel\n");
  }
} catch (const std::exception &problem) {
  std::fprintf(stderr, "kinds: %s\n", problem.what());
  return 1;
}
