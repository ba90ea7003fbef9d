// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Programs and links. A program is a handle, valid as long as the skeleton that it came from; a link owns an
// attachment.
#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <bpfbuild/map.hpp>
#include <bpfbuild/result.hpp>
#include <cerrno>
#include <cstdint>
#include <sys/types.h>

namespace bpfbuild {

class program;

/// An attached program: detached when the link goes, unless release() or pin() let it live on. Move-only.
class [[nodiscard]] link {
public:
  explicit link(bpf_link *native) noexcept : native_(native) {}
  /// A link that libbpf knows nothing of, by its descriptor, which it closes.
  explicit link(int fd) noexcept : fd_(fd) {}
  link(link &&other) noexcept : native_(other.native_), fd_(other.fd_), is_pinned_(other.is_pinned_) { other.forget(); }
  link &operator=(link &&other) noexcept {
    if (this != &other) {
      detach();
      native_ = other.native_;
      fd_ = other.fd_;
      is_pinned_ = other.is_pinned_;
      other.forget();
    }
    return *this;
  }
  ~link() { detach(); }

  /// -1 once it is detached or given away, and for attachments of old kernels, which have no links for them.
  int fd() const noexcept;
  /// Null for a link that libbpf knows nothing of.
  bpf_link *native() const noexcept { return native_; }

  /// Keeps the attachment in the BPF file system, beyond this process.
  result<void> pin(const char *path);
  /// Puts another program, such as that of a newer skeleton, in the place of this one, without a moment between them.
  result<void> update(const program &other);
  /// What the kernel says of the link; zero where it does not answer.
  bpf_link_info info() const noexcept;

  void detach() noexcept;
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
  bool is_pinned_ = false;
};

/// A struct_ops table, as a map: SEC(".struct_ops") or SEC(".struct_ops.link").
class struct_ops_map : public map {
public:
  using map::map;

  /// Registers the table with the kernel, until the link goes.
  result<link> attach() const;
};

/// A program that was attached without a link, by its target: SOCKMAP, SOCKHASH, tc filters, XDP with flags. Detached
/// when it goes, unless release() lets it live on, or another program is in its place. Move-only; it may outlive the
/// skeleton.
class [[nodiscard]] attachment {
public:
  using detacher = void (*)(const attachment &) noexcept;
  /// Takes `program` and, if it is a descriptor that `owns_target`, `target`.
  attachment(detacher how, int its_program, int its_target, bool owns_target, int its_kind,
             std::uint32_t its_handle = 0, std::uint32_t its_priority = 0) noexcept
      : program(its_program), target(its_target), kind(its_kind), handle(its_handle), priority(its_priority),
        owns_target_(owns_target), detach_(how) {}
  attachment(attachment &&other) noexcept
      : program(other.program), target(other.target), kind(other.kind), handle(other.handle), priority(other.priority),
        owns_target_(other.owns_target_), detach_(other.detach_) {
    other.detach_ = nullptr;
  }
  attachment &operator=(attachment &&) = delete;
  ~attachment() { detach(); }

  void detach() noexcept {
    if (detach_ != nullptr)
      detach_(*this);
    release();
  }
  void release() noexcept {
    if (detach_ == nullptr)
      return;
    detach_ = nullptr;
    detail::close_descriptor(program);
    if (owns_target_)
      detail::close_descriptor(target);
  }

  const int program, target, kind;      ///< descriptors, or the interface's index; what kind of attachment
  const std::uint32_t handle, priority; ///< of a tc filter

private:
  bool owns_target_;
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
      detail::close_descriptor(fd_);
  }

  /// Reads at most `size` bytes; 0 at the end.
  result<std::size_t> read(void *buffer, std::size_t size);
  int fd() const noexcept { return fd_; }

private:
  int fd_;
};

/// A program before it is loaded: what may still be changed.
class program_config {
public:
  explicit program_config(bpf_program *program) noexcept : program_(program) {}

  const char *name() const noexcept;
  const char *section() const noexcept;
  bpf_program *native() const noexcept { return program_; }

  /// Whether load() loads the program at all.
  result<void> set_autoload(bool load);
  /// Whether the skeleton's attach() attaches it.
  void set_autoattach(bool attach);
  /// The kernel function, or with `program_fd` the BPF program, that an fentry, fexit, freplace or LSM program is for.
  result<void> set_attach_target(const char *function, int program_fd = 0);
  result<void> set_type(bpf_prog_type type);
  result<void> set_expected_attach_type(bpf_attach_type type);
  /// BPF_F_SLEEPABLE, BPF_F_XDP_HAS_FRAGS, …
  result<void> set_flags(std::uint32_t flags);
  /// The network interface that the program is offloaded to, or bound to.
  void set_interface(std::uint32_t index);
  /// 1: an error of load() carries the verifier's log; 2: with the states of the registers; 4: its statistics alone.
  result<void> set_log_level(std::uint32_t level);

private:
  result<void> check(int code, const char *what);

  bpf_program *program_;
};

/// A function of a struct_ops table, before it is loaded: the program that the kernel will call.
class alignas(8) struct_ops_function {
public:
  struct_ops_function &operator=(const program_config &program) noexcept {
    program_ = program.native();
    return *this;
  }
  /// None: the kernel does without, or load() fails where it cannot.
  struct_ops_function &operator=(std::nullptr_t) noexcept {
    program_ = nullptr;
    return *this;
  }
  bpf_program *native() const noexcept { return program_; }

private:
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

/// A network interface, by its index or its name, which is looked up at once.
class network_interface {
public:
  network_interface(unsigned index) noexcept : index_(index) {}
  network_interface(int index) noexcept : index_(index < 0 ? 0 : static_cast<unsigned>(index)) {}
  network_interface(const char *name) noexcept;

  /// 0 if there is none of that name.
  unsigned index() const noexcept { return index_; }
  /// Null for one by its index.
  const char *name() const noexcept { return name_; }

private:
  unsigned index_;
  const char *name_ = nullptr;
};

/// While one lives, the kernel counts runs of programs and the time that they take, which it does not for itself:
/// program::info() has run_cnt and run_time_ns. Move-only.
class run_statistics {
public:
  /// (Linux 5.8)
  static result<run_statistics> enable();

  run_statistics(run_statistics &&other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  run_statistics &operator=(run_statistics &&other) noexcept {
    detail::swap(fd_, other.fd_);
    return *this;
  }
  ~run_statistics() {
    if (fd_ >= 0)
      detail::close_descriptor(fd_);
  }

private:
  explicit run_statistics(int fd) noexcept : fd_(fd) {}
  int fd_;
};

/// Where a tc, tcx or netkit program sees packets.
enum class direction { ingress, egress };

/// A loaded program.
class program {
public:
  program(bpf_program *native, bpf_link **slot) noexcept : program_(native), slot_(slot) {}

  const char *name() const noexcept;
  const char *section() const noexcept;
  int fd() const noexcept;
  bpf_program *native() const noexcept { return program_; }
  /// What the kernel says of the program, its statistics among it; zero where it does not answer.
  bpf_prog_info info() const noexcept;
  result<void> pin(const char *path) const;

  /// Attaches the program to what its SEC() names. The skeleton keeps the attachment until detach() or its own end.
  result<void> attach() const;
  bool attached() const noexcept { return *slot_ != nullptr; }
  /// Whether the skeleton's attach() attaches it: it is loaded, and nobody said otherwise.
  bool autoattach() const noexcept;
  void detach() const noexcept;

  // Attachments to what only the running program knows. The link belongs to the caller.

  // Tracing.
  result<link> attach_kprobe(const char *function, const probe_options &how = {}) const;
  result<link> attach_kretprobe(const char *function) const;
  /// All kernel functions that match `pattern`, with * and ? (Linux 5.18).
  result<link> attach_kprobe_multi(const char *pattern, bool on_return = false) const;
  result<link> attach_ksyscall(const char *syscall, bool on_return = false) const;
  /// `function` in `binary`, a path or a name that is looked for where programs and libraries are; `pid` -1 is every
  /// process.
  result<link> attach_uprobe(const char *binary, const char *function, pid_t pid = -1,
                             const probe_options &how = {}) const;
  /// `offset` is in bytes from the start of the file.
  result<link> attach_uprobe(const char *binary, std::size_t offset, pid_t pid = -1) const;
  result<link> attach_uretprobe(const char *binary, const char *function, pid_t pid = -1) const;
  result<link> attach_uretprobe(const char *binary, std::size_t offset, pid_t pid = -1) const;
  // A literal 0 is an offset, no null pointer.
  result<link> attach_uprobe(const char *binary, int offset, pid_t pid = -1) const {
    return attach_uprobe(binary, static_cast<std::size_t>(offset), pid);
  }
  result<link> attach_uretprobe(const char *binary, int offset, pid_t pid = -1) const {
    return attach_uretprobe(binary, static_cast<std::size_t>(offset), pid);
  }
  /// All functions of `binary` that match `pattern`, with * and ? (Linux 6.6). Needs the headers of libbpf 1.3; where
  /// the program then runs with an older one, the error is ENOSYS. A program that is linked statically with libbpf
  /// defines BPFBUILD_STATIC_LIBBPF, as CMake's BPFBuild_STATIC_LIBBPF does.
#if BPFBUILD_HAS_LIBBPF(1, 3)
  result<link> attach_uprobe_multi(const char *binary, const char *pattern, pid_t pid = -1,
                                   bool on_return = false) const;
#else
  template <typename Text> result<link> attach_uprobe_multi(const char *, Text, pid_t = -1, bool = false) const {
    static_assert(sizeof(Text) == 0, "attach_uprobe_multi() needs libbpf 1.3");
    return attach_trace();
  }
#endif
  /// The USDT probe PROVIDER:NAME of `binary`.
  result<link> attach_usdt(const char *binary, const char *provider, const char *probe, pid_t pid = -1,
                           std::uint64_t cookie = 0) const;
  result<link> attach_tracepoint(const char *category, const char *event, std::uint64_t cookie = 0) const;
  result<link> attach_raw_tracepoint(const char *event) const;
  /// fentry, fexit, fmod_ret, tp_btf and LSM programs, by the target that they were loaded for.
  result<link> attach_trace(std::uint64_t cookie = 0) const;
  result<link> attach_perf_event(int event_fd, std::uint64_t cookie = 0) const;
  /// Puts a freplace program into the place of `function` of another program.
  result<link> attach_freplace(int program_fd, const char *function) const;

  // Networks. ENODEV where there is no such interface.
  /// The mode is the driver's choice; attach_xdp(where, flags) of the kernel's XDP_FLAGS_* makes it yours.
  result<link> attach_xdp(const network_interface &where) const;
  /// `flags`: XDP_FLAGS_SKB_MODE, XDP_FLAGS_DRV_MODE, XDP_FLAGS_HW_MODE.
  result<attachment> attach_xdp(const network_interface &where, std::uint32_t flags) const;
  /// A filter of the qdisc clsact, which is made if it is not there. `priority` 0 lets the kernel choose.
  result<attachment> attach_tc(const network_interface &where, direction which, std::uint32_t priority = 0) const;
  /// (Linux 6.6)
  result<link> attach_tcx(const network_interface &where, direction which) const;
  /// The primary device's end of a netkit pair, or with `peer` the other one's (Linux 6.7).
  result<link> attach_netkit(const network_interface &where, bool peer = false) const;
  result<link> attach_cgroup(int cgroup_fd) const;
  /// flow_dissector and sk_lookup programs.
  result<link> attach_netns(int netns_fd) const;
  /// sk_skb and sk_msg programs, to a SOCKMAP or SOCKHASH: of a skeleton, or by descriptor.
  result<attachment> attach_sockmap(int map_fd) const;
  template <typename Map, typename = decltype(static_cast<const Map *>(nullptr)->native())>
  result<attachment> attach_sockmap(const Map &map) const {
    return attach_sockmap(map.fd());
  }
  /// A hook of nf_tables' kind; `family` is NFPROTO_IPV4 or _IPV6, `hook` NF_INET_LOCAL_IN and so on (Linux 6.4).
  result<link> attach_netfilter(std::uint32_t family, std::uint32_t hook, std::int32_t priority) const;

  // Iterators.
  /// Runs an iterator program, over the elements of `map` if it is for those.
  template <typename Map> result<iterator_stream> iterate(const Map &map) const {
    bpf_iter_link_info info{};
    info.map.map_fd = static_cast<std::uint32_t>(map.fd());
    return iterate(&info);
  }
  result<iterator_stream> iterate() const { return iterate(static_cast<bpf_iter_link_info *>(nullptr)); }

  /// Runs the program once by BPF_PROG_TEST_RUN on `size` bytes of `data`; gives what it returned.
  result<std::uint32_t> test_run(const void *data = nullptr, std::size_t size = 0) const;
  result<test_run_result> test_run(const test_run_options &how) const;

private:
  class attempt;

  result<link> attach_uprobe_at(const char *binary, const char *function, pid_t pid, const probe_options &how) const;

  result<iterator_stream> iterate(bpf_iter_link_info *info) const;

  error failure(int code, const char *said) const;

  /// A link to an interface, of a kind that libbpf may be older than.
  result<link> make_link(const network_interface &where, int kind) const;
  error no_interface(const network_interface &where) const;

  bpf_program *program_;
  bpf_link **slot_;
};

} // namespace bpfbuild

#if !defined(BPFBUILD_COMPILED_RUNTIME)
#include <bpfbuild/impl/program.hpp>
#endif
