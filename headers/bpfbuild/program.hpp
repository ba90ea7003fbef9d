// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Programs and links. A program is a handle, valid as long as the skeleton that it came from; a link owns an
// attachment.
#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <bpfbuild/log.hpp>
#include <bpfbuild/map.hpp>
#include <bpfbuild/result.hpp>
#include <cerrno>
#include <cstdint>
#include <sys/types.h>
#include <unistd.h>

namespace bpfbuild {

/// An attached program: detached when the link goes, unless release() or pin() let it live on. Move-only.
class [[nodiscard]] link {
public:
  explicit link(bpf_link *native) noexcept : native_(native) {}
  /// A link that libbpf knows nothing of, by its descriptor, which it closes.
  explicit link(int fd) noexcept : fd_(fd) {}
  link(link &&other) noexcept : native_(other.native_), fd_(other.fd_) { other.forget(); }
  link &operator=(link &&other) noexcept {
    if (this != &other) {
      detach();
      native_ = other.native_;
      fd_ = other.fd_;
      other.forget();
    }
    return *this;
  }
  ~link() { detach(); }

  /// -1 once it is detached or given away, and for attachments of old kernels, which have no links for them.
  int fd() const noexcept { return native_ == nullptr ? fd_ : bpf_link__fd(native_); }
  /// Null for a link that libbpf knows nothing of.
  bpf_link *native() const noexcept { return native_; }

  /// Keeps the attachment in the BPF file system, beyond this process.
  result<void> pin(const char *path) {
    if (const int code = native_ == nullptr ? bpf_obj_pin(fd_, path) : bpf_link__pin(native_, path))
      return error(step::attach, code, "cannot pin the link at '%s'", path);
    return {};
  }
  /// Puts another program, such as that of a newer skeleton, in the place of this one, without a moment between them.
  template <typename Program> result<void> update(const Program &other) {
    if (const int code = native_ == nullptr ? bpf_link_update(fd_, other.fd(), nullptr)
                                            : bpf_link__update_program(native_, other.native()))
      return error(step::attach, code, "cannot put program '%s' into the link", other.name());
    return {};
  }
  /// What the kernel says of the link; zero where it does not answer.
  bpf_link_info info() const noexcept {
    bpf_link_info result{};
    std::uint32_t size = sizeof(result);
    if (bpf_obj_get_info_by_fd(fd(), &result, &size) != 0)
      return {};
    return result;
  }

  void detach() noexcept {
    bpf_link__destroy(native_);
    if (fd_ >= 0)
      ::close(fd_);
    forget();
  }
  /// Gives the libbpf link away; the caller destroys it. Null for a link that libbpf knows nothing of, which stays.
  bpf_link *release() noexcept {
    bpf_link *const native = native_;
    native_ = nullptr;
    return native;
  }

private:
  void forget() noexcept {
    native_ = nullptr;
    fd_ = -1;
  }

  bpf_link *native_ = nullptr;
  int fd_ = -1;
};

/// A struct_ops table, as a map: SEC(".struct_ops") or SEC(".struct_ops.link").
class struct_ops_map : public map {
public:
  using map::map;

  /// Registers the table with the kernel, until the link goes.
  result<link> attach() const {
    detail::log log;
    errno = 0;
    if (bpf_link *const native_link = bpf_map__attach_struct_ops(native()))
      return link(native_link);
    const int code = errno;
    return error(step::attach, code, "struct_ops '%s' cannot be attached: %s", name(), log.take());
  }
};

/// A program that was attached without a link, by its target: SOCKMAP, SOCKHASH, tc filters. Detached when it goes,
/// unless release() lets it live on. Move-only.
class [[nodiscard]] attachment {
public:
  using detacher = void (*)(const attachment &) noexcept;
  attachment(detacher detach, int program, int target, std::uint32_t handle = 0, std::uint32_t priority = 0,
             int kind = 0) noexcept
      : program(program), target(target), kind(kind), handle(handle), priority(priority), detach_(detach) {}
  attachment(attachment &&other) noexcept
      : program(other.program), target(other.target), kind(other.kind), handle(other.handle), priority(other.priority),
        detach_(other.detach_) {
    other.detach_ = nullptr;
  }
  attachment &operator=(attachment &&) = delete;
  ~attachment() { detach(); }

  void detach() noexcept {
    if (detach_ != nullptr)
      detach_(*this);
    detach_ = nullptr;
  }
  void release() noexcept { detach_ = nullptr; }

  const int program, target, kind;      ///< the program's descriptor, the map's or interface, the kind of attachment
  const std::uint32_t handle, priority; ///< of a tc filter

private:
  detacher detach_;
};

/// The text that an iterator program writes, read as from a file. Move-only.
class iterator_stream {
public:
  explicit iterator_stream(int fd) noexcept : fd_(fd) {}
  iterator_stream(iterator_stream &&other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  iterator_stream &operator=(iterator_stream &&) = delete;
  ~iterator_stream() {
    if (fd_ >= 0)
      ::close(fd_);
  }

  /// Reads at most `size` bytes; 0 at the end.
  result<std::size_t> read(void *buffer, std::size_t size) {
    for (;;) {
      const ssize_t count = ::read(fd_, buffer, size);
      if (count >= 0)
        return static_cast<std::size_t>(count);
      if (errno != EINTR && errno != EAGAIN)
        return error(step::other, errno, "cannot read the iterator");
    }
  }
  int fd() const noexcept { return fd_; }

private:
  int fd_;
};

/// A program before it is loaded: what may still be changed.
class program_config {
public:
  explicit program_config(bpf_program *program) noexcept : program_(program) {}

  const char *name() const noexcept { return bpf_program__name(program_); }
  const char *section() const noexcept { return bpf_program__section_name(program_); }
  bpf_program *native() const noexcept { return program_; }

  /// Whether load() loads the program at all.
  result<void> set_autoload(bool load) { return check(bpf_program__set_autoload(program_, load), "autoload"); }
  /// Whether the skeleton's attach() attaches it.
  void set_autoattach(bool attach) { bpf_program__set_autoattach(program_, attach); }
  /// The kernel function, or with `program_fd` the BPF program, that an fentry, fexit, freplace or LSM program is for.
  result<void> set_attach_target(const char *function, int program_fd = 0) {
    return check(bpf_program__set_attach_target(program_, program_fd, function), "attach target");
  }
  result<void> set_type(bpf_prog_type type) { return check(bpf_program__set_type(program_, type), "type"); }
  result<void> set_expected_attach_type(bpf_attach_type type) {
    return check(bpf_program__set_expected_attach_type(program_, type), "attach type");
  }
  /// BPF_F_SLEEPABLE, BPF_F_XDP_HAS_FRAGS, …
  result<void> set_flags(std::uint32_t flags) { return check(bpf_program__set_flags(program_, flags), "flags"); }
  /// The network interface that the program is offloaded to, or bound to.
  void set_interface(std::uint32_t index) { bpf_program__set_ifindex(program_, index); }
  /// 1: an error of load() carries the verifier's log; 2: with the states of the registers; 4: its statistics alone.
  result<void> set_log_level(std::uint32_t level) {
    return check(bpf_program__set_log_level(program_, level), "log level");
  }

private:
  result<void> check(int code, const char *what) {
    if (code == 0)
      return {};
    return error(step::open, code, "program '%s': cannot set its %s", name(), what);
  }

  bpf_program *program_;
};

/// How a kprobe or uprobe is attached; what is not set is the default.
struct probe_options {
  bool on_return = false;   ///< when the function returns
  std::size_t offset = 0;   ///< in bytes from its start
  std::uint64_t cookie = 0; ///< what bpf_get_attach_cookie() gives (Linux 5.15)
};

/// How many packets and bytes a test run is given and gives back.
struct test_run_options {
  const void *data = nullptr;
  std::size_t size = 0;
  void *data_out = nullptr;
  std::size_t size_out = 0;
  const void *context = nullptr;
  std::size_t context_size = 0;
  std::uint32_t repeat = 1;
};

struct test_run_result {
  std::uint32_t returned;
  std::size_t size_out;
  std::uint32_t nanoseconds; ///< a run took, on average
};

/// Where a tc, tcx or netkit program sees packets.
enum class direction { ingress, egress };

/// A loaded program.
class program {
public:
  program(bpf_program *native, bpf_link **slot) noexcept : program_(native), slot_(slot) {}

  const char *name() const noexcept { return bpf_program__name(program_); }
  const char *section() const noexcept { return bpf_program__section_name(program_); }
  int fd() const noexcept { return bpf_program__fd(program_); }
  bpf_program *native() const noexcept { return program_; }
  /// What the kernel says of the program, its statistics among it; zero where it does not answer.
  bpf_prog_info info() const noexcept {
    bpf_prog_info result{};
    std::uint32_t size = sizeof(result);
    if (bpf_obj_get_info_by_fd(fd(), &result, &size) != 0)
      return {};
    return result;
  }
  result<void> pin(const char *path) const {
    if (const int code = bpf_program__pin(program_, path))
      return error(step::other, code, "program '%s': cannot pin it at '%s'", name(), path);
    return {};
  }

  /// Attaches the program to what its SEC() names. The skeleton keeps the attachment until detach() or its own end.
  result<void> attach() const {
    if (*slot_ != nullptr)
      return error(step::attach, EALREADY, "program '%s' is attached", name());
    attempt tried;
    auto attached = tried.made(bpf_program__attach(program_), *this);
    if (!attached)
      return attached.error();
    *slot_ = attached->release();
    return {};
  }
  bool attached() const noexcept { return *slot_ != nullptr; }
  void detach() const noexcept {
    bpf_link__destroy(*slot_);
    *slot_ = nullptr;
  }

  // Attachments to what only the running program knows. The link belongs to the caller.

  // Tracing.
  result<link> attach_kprobe(const char *function, const probe_options &how = {}) const {
    bpf_kprobe_opts options{};
    options.sz = sizeof(options);
    options.bpf_cookie = how.cookie;
    options.offset = how.offset;
    options.retprobe = how.on_return;
    attempt tried;
    return tried.made(bpf_program__attach_kprobe_opts(program_, function, &options), *this);
  }
  result<link> attach_kretprobe(const char *function) const {
    probe_options how;
    how.on_return = true;
    return attach_kprobe(function, how);
  }
  /// All kernel functions that match `pattern`, with * and ? (Linux 5.18).
  result<link> attach_kprobe_multi(const char *pattern, bool on_return = false) const {
    bpf_kprobe_multi_opts options{};
    options.sz = sizeof(options);
    options.retprobe = on_return;
    attempt tried;
    return tried.made(bpf_program__attach_kprobe_multi_opts(program_, pattern, &options), *this);
  }
  result<link> attach_ksyscall(const char *syscall, bool on_return = false) const {
    bpf_ksyscall_opts options{};
    options.sz = sizeof(options);
    options.retprobe = on_return;
    attempt tried;
    return tried.made(bpf_program__attach_ksyscall(program_, syscall, &options), *this);
  }
  /// `function` in `binary`, a path or a name that is looked for where programs and libraries are; `pid` -1 is every
  /// process.
  result<link> attach_uprobe(const char *binary, const char *function, pid_t pid = -1,
                             const probe_options &how = {}) const {
    return attach_uprobe_at(binary, function, pid, how);
  }
  /// `offset` is in bytes from the start of the file.
  result<link> attach_uprobe(const char *binary, std::size_t offset, pid_t pid = -1) const {
    probe_options how;
    how.offset = offset;
    return attach_uprobe_at(binary, nullptr, pid, how);
  }
  result<link> attach_uretprobe(const char *binary, const char *function, pid_t pid = -1) const {
    probe_options how;
    how.on_return = true;
    return attach_uprobe_at(binary, function, pid, how);
  }
  result<link> attach_uretprobe(const char *binary, std::size_t offset, pid_t pid = -1) const {
    probe_options how;
    how.on_return = true;
    how.offset = offset;
    return attach_uprobe_at(binary, nullptr, pid, how);
  }
  /// All functions of `binary` that match `pattern`, with * and ? (Linux 6.6, libbpf 1.3).
  template <typename Text>
  result<link> attach_uprobe_multi(const char *binary, const Text &pattern, pid_t pid = -1,
                                   bool on_return = false) const {
#if LIBBPF_MAJOR_VERSION > 1 || LIBBPF_MINOR_VERSION >= 3
    bpf_uprobe_multi_opts options{};
    options.sz = sizeof(options);
    options.retprobe = on_return;
    attempt tried;
    return tried.made(bpf_program__attach_uprobe_multi(program_, pid, binary, pattern, &options), *this);
#else
    static_assert(sizeof(Text) == 0, "attach_uprobe_multi() needs libbpf 1.3");
    return attach_uprobe(binary, pattern, pid, probe_options{on_return, 0, 0});
#endif
  }
  /// The USDT probe PROVIDER:NAME of `binary`.
  result<link> attach_usdt(const char *binary, const char *provider, const char *probe, pid_t pid = -1,
                           std::uint64_t cookie = 0) const {
    bpf_usdt_opts options{};
    options.sz = sizeof(options);
    options.usdt_cookie = cookie;
    attempt tried;
    return tried.made(bpf_program__attach_usdt(program_, pid, binary, provider, probe, &options), *this);
  }
  result<link> attach_tracepoint(const char *category, const char *event, std::uint64_t cookie = 0) const {
    bpf_tracepoint_opts options{};
    options.sz = sizeof(options);
    options.bpf_cookie = cookie;
    attempt tried;
    return tried.made(bpf_program__attach_tracepoint_opts(program_, category, event, &options), *this);
  }
  result<link> attach_raw_tracepoint(const char *event) const {
    attempt tried;
    return tried.made(bpf_program__attach_raw_tracepoint(program_, event), *this);
  }
  /// fentry, fexit, fmod_ret, tp_btf and LSM programs, by the target that they were loaded for.
  result<link> attach_trace(std::uint64_t cookie = 0) const {
    bpf_trace_opts options{};
    options.sz = sizeof(options);
    options.cookie = cookie;
    attempt tried;
    return tried.made(bpf_program__attach_trace_opts(program_, &options), *this);
  }
  result<link> attach_perf_event(int event_fd, std::uint64_t cookie = 0) const {
    bpf_perf_event_opts options{};
    options.sz = sizeof(options);
    options.bpf_cookie = cookie;
    attempt tried;
    return tried.made(bpf_program__attach_perf_event_opts(program_, event_fd, &options), *this);
  }
  /// Puts a freplace program into the place of `function` of another program.
  result<link> attach_freplace(int program_fd, const char *function) const {
    attempt tried;
    return tried.made(bpf_program__attach_freplace(program_, program_fd, function), *this);
  }

  // Networks. Interfaces are named by their index: if_nametoindex().
  /// The mode is the driver's choice; attach_xdp(index, flags) of the kernel's XDP_FLAGS_* makes it yours.
  result<link> attach_xdp(unsigned interface_index) const {
    attempt tried;
    return tried.made(bpf_program__attach_xdp(program_, static_cast<int>(interface_index)), *this);
  }
  /// `flags`: XDP_FLAGS_SKB_MODE, XDP_FLAGS_DRV_MODE, XDP_FLAGS_HW_MODE.
  result<attachment> attach_xdp(unsigned interface_index, std::uint32_t flags) const {
    if (const int code = bpf_xdp_attach(static_cast<int>(interface_index), fd(), flags | xdp_flag_if_noexist, nullptr))
      return failure(-code, "");
    return attachment(
        [](const attachment &xdp) noexcept {
          bpf_xdp_detach(xdp.target, static_cast<std::uint32_t>(xdp.kind), nullptr);
        },
        fd(), static_cast<int>(interface_index), 0, 0, static_cast<int>(flags));
  }
  /// A filter of the qdisc clsact, which is made if it is not there. `priority` 0 lets the kernel choose.
  result<attachment> attach_tc(unsigned interface_index, direction where, std::uint32_t priority = 0) const {
    bpf_tc_hook hook =
        tc_hook(static_cast<int>(interface_index), where == direction::ingress ? BPF_TC_INGRESS : BPF_TC_EGRESS);
    detail::log log;
    int code = bpf_tc_hook_create(&hook); // EEXIST: it is there
    bpf_tc_opts options{};
    options.sz = sizeof(options);
    options.prog_fd = fd();
    options.priority = priority;
    if (code == 0 || code == -EEXIST)
      code = bpf_tc_attach(&hook, &options);
    if (code != 0)
      return failure(-code, log.take());
    return attachment(
        [](const attachment &tc) noexcept {
          bpf_tc_hook its_hook = tc_hook(tc.target, static_cast<bpf_tc_attach_point>(tc.kind));
          bpf_tc_opts its_options{};
          its_options.sz = sizeof(its_options);
          its_options.handle = tc.handle;
          its_options.priority = tc.priority;
          bpf_tc_detach(&its_hook, &its_options);
        },
        fd(), static_cast<int>(interface_index), options.handle, options.priority, hook.attach_point);
  }
  /// (Linux 6.6)
  result<link> attach_tcx(unsigned interface_index, direction where) const {
    constexpr int tcx_ingress = 46, tcx_egress = 47; // of enum bpf_attach_type, which older headers lack
    return make_link(interface_index, where == direction::ingress ? tcx_ingress : tcx_egress);
  }
  /// The primary device's end of a netkit pair, or with `peer` the other one's (Linux 6.7).
  result<link> attach_netkit(unsigned interface_index, bool peer = false) const {
    constexpr int netkit_primary = 54, netkit_peer = 55;
    return make_link(interface_index, peer ? netkit_peer : netkit_primary);
  }
  result<link> attach_cgroup(int cgroup_fd) const {
    attempt tried;
    return tried.made(bpf_program__attach_cgroup(program_, cgroup_fd), *this);
  }
  /// flow_dissector and sk_lookup programs.
  result<link> attach_netns(int netns_fd) const {
    attempt tried;
    return tried.made(bpf_program__attach_netns(program_, netns_fd), *this);
  }
  /// sk_skb and sk_msg programs, to a SOCKMAP or SOCKHASH: of a skeleton, or by descriptor.
  result<attachment> attach_sockmap(int map_fd) const {
    const bpf_attach_type kind = bpf_program__expected_attach_type(program_);
    if (bpf_prog_attach(fd(), map_fd, kind, 0) != 0)
      return failure(errno, "");
    return attachment(
        [](const attachment &map) noexcept {
          bpf_prog_detach2(map.program, map.target, static_cast<bpf_attach_type>(map.kind));
        },
        fd(), map_fd, 0, 0, kind);
  }
  template <typename Map, typename = decltype(static_cast<const Map *>(nullptr)->native())>
  result<attachment> attach_sockmap(const Map &map) const {
    return attach_sockmap(map.fd());
  }
  /// A hook of nf_tables' kind; `family` is NFPROTO_IPV4 or _IPV6, `hook` NF_INET_LOCAL_IN and so on (Linux 6.4,
  /// libbpf 1.3).
  template <typename Number>
  result<link> attach_netfilter(Number family, std::uint32_t hook, std::int32_t priority) const {
#if LIBBPF_MAJOR_VERSION > 1 || LIBBPF_MINOR_VERSION >= 3
    bpf_netfilter_opts options{};
    options.sz = sizeof(options);
    options.pf = static_cast<std::uint32_t>(family);
    options.hooknum = hook;
    options.priority = priority;
    attempt tried;
    return tried.made(bpf_program__attach_netfilter(program_, &options), *this);
#else
    static_assert(sizeof(Number) == 0, "attach_netfilter() needs libbpf 1.3");
    return make_link(static_cast<unsigned>(family), static_cast<int>(hook) + priority);
#endif
  }

  // Iterators.
  /// Runs an iterator program, over the elements of `map` if it is for those.
  template <typename Map> result<iterator_stream> iterate(const Map &map) const {
    bpf_iter_link_info info{};
    info.map.map_fd = static_cast<std::uint32_t>(map.fd());
    return iterate(&info);
  }
  result<iterator_stream> iterate() const { return iterate(static_cast<bpf_iter_link_info *>(nullptr)); }

  /// Runs the program once by BPF_PROG_TEST_RUN on `size` bytes of `data`; gives what it returned.
  result<std::uint32_t> test_run(const void *data = nullptr, std::size_t size = 0) const {
    test_run_options how;
    how.data = data;
    how.size = size;
    auto done = test_run(how);
    if (!done)
      return done.error();
    return done->returned;
  }
  result<test_run_result> test_run(const test_run_options &how) const {
    bpf_test_run_opts options{};
    options.sz = sizeof(options);
    options.data_in = how.data;
    options.data_size_in = static_cast<std::uint32_t>(how.size);
    options.data_out = how.data_out;
    options.data_size_out = static_cast<std::uint32_t>(how.size_out);
    options.ctx_in = how.context;
    options.ctx_size_in = static_cast<std::uint32_t>(how.context_size);
    options.repeat = how.repeat > 1 ? static_cast<int>(how.repeat) : 0;
    if (const int code = bpf_prog_test_run_opts(fd(), &options))
      return error(step::other, code, "program '%s': test run failed", name());
    return test_run_result{options.retval, options.data_size_out, options.duration};
  }

private:
  /// Collects what libbpf says while it attaches, for the error.
  class attempt {
  public:
    attempt() noexcept { errno = 0; }
    result<link> made(bpf_link *native, const program &which) {
      if (native != nullptr)
        return link(native);
      return which.failure(errno, said_.take());
    }

  private:
    detail::log said_;
  };

  static constexpr std::uint32_t xdp_flag_if_noexist = 1; // XDP_FLAGS_UPDATE_IF_NOEXIST

  static bpf_tc_hook tc_hook(int interface_index, bpf_tc_attach_point where) noexcept {
    bpf_tc_hook hook{};
    hook.sz = sizeof(hook);
    hook.ifindex = interface_index;
    hook.attach_point = where;
    return hook;
  }

  result<link> attach_uprobe_at(const char *binary, const char *function, pid_t pid, const probe_options &how) const {
    bpf_uprobe_opts options{};
    options.sz = sizeof(options);
    options.bpf_cookie = how.cookie;
    options.retprobe = how.on_return;
    options.func_name = function;
    attempt tried;
    return tried.made(bpf_program__attach_uprobe_opts(program_, pid, binary, how.offset, &options), *this);
  }

  result<iterator_stream> iterate(bpf_iter_link_info *info) const {
    bpf_iter_attach_opts options{};
    options.sz = sizeof(options);
    options.link_info = info;
    options.link_info_len = info == nullptr ? 0 : sizeof(*info);
    attempt tried;
    const auto attached = tried.made(bpf_program__attach_iter(program_, &options), *this);
    if (!attached)
      return attached.error();
    const int stream = bpf_iter_create(attached->fd());
    if (stream < 0)
      return failure(errno, "");
    return iterator_stream(stream);
  }

  error failure(int code, const char *said) const {
    return error(step::attach, code, "program '%s' cannot be attached%s%s", name(), *said == '\0' ? "" : ": ", said);
  }

  /// A link of a kind that libbpf may be older than.
  result<link> make_link(unsigned target, int kind) const {
    const int made = bpf_link_create(fd(), static_cast<int>(target), static_cast<bpf_attach_type>(kind), nullptr);
    if (made < 0)
      return failure(errno, "");
    return link(made);
  }

  bpf_program *program_;
  bpf_link **slot_;
};

} // namespace bpfbuild
