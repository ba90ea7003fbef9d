// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The functions of <bpfbuild/program.hpp>.
#pragma once

#include <bpfbuild/impl/log.hpp>
#include <bpfbuild/impl/map.hpp>
#include <bpfbuild/program.hpp>
#include <cerrno>
#include <dlfcn.h>
#include <net/if.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace bpfbuild {

namespace detail {
constexpr std::uint32_t xdp_flag_if_noexist = 1; // XDP_FLAGS_UPDATE_IF_NOEXIST
constexpr std::uint32_t xdp_flag_replace = 16;   // XDP_FLAGS_REPLACE

struct tc_hook : sized<bpf_tc_hook> {
  tc_hook(int interface_index, bpf_tc_attach_point where) noexcept {
    ifindex = interface_index;
    attach_point = where;
  }
};
} // namespace detail

/// Collects what libbpf says while it attaches, for the error.
class program::attempt {
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

BPFBUILD_FUNCTION int link::fd() const noexcept {
  return native_ == nullptr ? fd_ : bpf_link__fd(native_);
}

BPFBUILD_FUNCTION result<void> link::pin(const char *path) {
  if (const int code = native_ == nullptr ? bpf_obj_pin(fd_, path) : bpf_link__pin(native_, path))
    return error(step::attach, code, "cannot pin the link at '%s'", path);
  is_pinned_ = true;
  return {};
}

BPFBUILD_FUNCTION bpf_link_info link::info() const noexcept {
  return detail::info_of<bpf_link_info>(fd());
}

BPFBUILD_FUNCTION void link::detach() noexcept {
  if (native_ != nullptr && is_pinned_) { // libbpf would switch off the event that the pinned link needs
    const int descriptor = bpf_link__fd(native_);
    bpf_link__disconnect(native_);
    ::close(descriptor);
  }
  bpf_link__destroy(native_);
  if (fd_ >= 0)
    ::close(fd_);
  forget();
}

BPFBUILD_FUNCTION result<link> struct_ops_map::attach() const {
  detail::log log;
  errno = 0;
  if (bpf_link *const native_link = bpf_map__attach_struct_ops(native()))
    return link(native_link);
  const int code = errno;
  return error(step::attach, code, "struct_ops '%s' cannot be attached: %s", name(), log.take());
}

BPFBUILD_FUNCTION result<std::size_t> iterator_stream::read(void *buffer, std::size_t size) {
  for (;;) {
    const ssize_t count = ::read(fd_, buffer, size);
    if (count >= 0)
      return static_cast<std::size_t>(count);
    if (errno != EINTR && errno != EAGAIN)
      return error(step::other, errno, "cannot read the iterator");
  }
}

BPFBUILD_FUNCTION const char *program_config::name() const noexcept {
  return bpf_program__name(program_);
}

BPFBUILD_FUNCTION const char *program_config::section() const noexcept {
  return bpf_program__section_name(program_);
}

BPFBUILD_FUNCTION result<void> program_config::set_autoload(bool load) {
  return check(bpf_program__set_autoload(program_, load), "autoload");
}

BPFBUILD_FUNCTION void program_config::set_autoattach(bool attach) {
  bpf_program__set_autoattach(program_, attach);
}

BPFBUILD_FUNCTION result<void> program_config::set_attach_target(const char *function, int program_fd) {
  return check(bpf_program__set_attach_target(program_, program_fd, function), "attach target");
}

BPFBUILD_FUNCTION result<void> program_config::set_type(bpf_prog_type type) {
  return check(bpf_program__set_type(program_, type), "type");
}

BPFBUILD_FUNCTION result<void> program_config::set_expected_attach_type(bpf_attach_type type) {
  return check(bpf_program__set_expected_attach_type(program_, type), "attach type");
}

BPFBUILD_FUNCTION result<void> program_config::set_flags(std::uint32_t flags) {
  return check(bpf_program__set_flags(program_, flags), "flags");
}

BPFBUILD_FUNCTION void program_config::set_interface(std::uint32_t index) {
  bpf_program__set_ifindex(program_, index);
}

BPFBUILD_FUNCTION result<void> program_config::set_log_level(std::uint32_t level) {
  return check(bpf_program__set_log_level(program_, level), "log level");
}

BPFBUILD_FUNCTION result<void> program_config::check(int code, const char *what) {
  if (code == 0)
    return {};
  return error(step::open, code, "program '%s': cannot set its %s", name(), what);
}

BPFBUILD_FUNCTION const char *program::name() const noexcept {
  return bpf_program__name(program_);
}

BPFBUILD_FUNCTION const char *program::section() const noexcept {
  return bpf_program__section_name(program_);
}

BPFBUILD_FUNCTION int program::fd() const noexcept {
  return bpf_program__fd(program_);
}

BPFBUILD_FUNCTION bpf_prog_info program::info() const noexcept {
  return detail::info_of<bpf_prog_info>(fd());
}

BPFBUILD_FUNCTION result<void> program::pin(const char *path) const {
  if (const int code = bpf_program__pin(program_, path))
    return error(step::other, code, "program '%s': cannot pin it at '%s'", name(), path);
  return {};
}

BPFBUILD_FUNCTION result<void> program::attach() const {
  if (*slot_ != nullptr)
    return error(step::attach, EALREADY, "program '%s' is attached", name());
  attempt tried;
  auto attached = tried.made(bpf_program__attach(program_), *this);
  if (!attached)
    return attached.error();
  *slot_ = attached->release();
  return {};
}

BPFBUILD_FUNCTION bool program::autoattach() const noexcept {
  return bpf_program__autoload(program_) && bpf_program__autoattach(program_);
}

BPFBUILD_FUNCTION void program::detach() const noexcept {
  bpf_link__destroy(*slot_);
  *slot_ = nullptr;
}

BPFBUILD_FUNCTION result<link> program::attach_kprobe(const char *function, const probe_options &how) const {
  detail::sized<bpf_kprobe_opts> options;
  options.bpf_cookie = how.cookie;
  options.offset = how.offset;
  options.retprobe = how.on_return;
  attempt tried;
  return tried.made(bpf_program__attach_kprobe_opts(program_, function, &options), *this);
}

BPFBUILD_FUNCTION result<link> program::attach_kretprobe(const char *function) const {
  probe_options how;
  how.on_return = true;
  return attach_kprobe(function, how);
}

BPFBUILD_FUNCTION result<link> program::attach_kprobe_multi(const char *pattern, bool on_return) const {
  detail::sized<bpf_kprobe_multi_opts> options;
  options.retprobe = on_return;
  attempt tried;
  return tried.made(bpf_program__attach_kprobe_multi_opts(program_, pattern, &options), *this);
}

BPFBUILD_FUNCTION result<link> program::attach_ksyscall(const char *syscall, bool on_return) const {
  detail::sized<bpf_ksyscall_opts> options;
  options.retprobe = on_return;
  attempt tried;
  return tried.made(bpf_program__attach_ksyscall(program_, syscall, &options), *this);
}

BPFBUILD_FUNCTION result<link> program::attach_uprobe(const char *binary, const char *function, pid_t pid,
                                                      const probe_options &how) const {
  return attach_uprobe_at(binary, function, pid, how);
}

BPFBUILD_FUNCTION result<link> program::attach_uprobe(const char *binary, std::size_t offset, pid_t pid) const {
  probe_options how;
  how.offset = offset;
  return attach_uprobe_at(binary, nullptr, pid, how);
}

BPFBUILD_FUNCTION result<link> program::attach_uretprobe(const char *binary, const char *function, pid_t pid) const {
  probe_options how;
  how.on_return = true;
  return attach_uprobe_at(binary, function, pid, how);
}

BPFBUILD_FUNCTION result<link> program::attach_uretprobe(const char *binary, std::size_t offset, pid_t pid) const {
  probe_options how;
  how.on_return = true;
  how.offset = offset;
  return attach_uprobe_at(binary, nullptr, pid, how);
}

#if BPFBUILD_HAS_LIBBPF(1, 3)
BPFBUILD_FUNCTION result<link> program::attach_uprobe_multi(const char *binary, const char *pattern, pid_t pid,
                                                            bool on_return) const {
#if defined(BPFBUILD_STATIC_LIBBPF)
  const auto attach = bpf_program__attach_uprobe_multi;
#else // by its name: an older libbpf, with which the program may run, does not have it
  const auto attach = reinterpret_cast<decltype(&bpf_program__attach_uprobe_multi)>(
      ::dlsym(RTLD_DEFAULT, "bpf_program__attach_uprobe_multi"));
  if (attach == nullptr)
    return error(step::attach, ENOSYS,
                 "program '%s' cannot be attached: libbpf %s gives no bpf_program__attach_uprobe_multi(): that needs "
                 "1.3, and where it is linked statically BPFBUILD_STATIC_LIBBPF",
                 name(), libbpf_version_string());
#endif
  detail::sized<bpf_uprobe_multi_opts> options;
  options.retprobe = on_return;
  attempt tried;
  return tried.made(attach(program_, pid, binary, pattern, &options), *this);
}
#endif

BPFBUILD_FUNCTION result<link> program::attach_usdt(const char *binary, const char *provider, const char *probe,
                                                    pid_t pid, std::uint64_t cookie) const {
  detail::sized<bpf_usdt_opts> options;
  options.usdt_cookie = cookie;
  attempt tried;
  return tried.made(bpf_program__attach_usdt(program_, pid, binary, provider, probe, &options), *this);
}

BPFBUILD_FUNCTION result<link> program::attach_tracepoint(const char *category, const char *event,
                                                          std::uint64_t cookie) const {
  detail::sized<bpf_tracepoint_opts> options;
  options.bpf_cookie = cookie;
  attempt tried;
  return tried.made(bpf_program__attach_tracepoint_opts(program_, category, event, &options), *this);
}

BPFBUILD_FUNCTION result<link> program::attach_raw_tracepoint(const char *event) const {
  attempt tried;
  return tried.made(bpf_program__attach_raw_tracepoint(program_, event), *this);
}

BPFBUILD_FUNCTION result<link> program::attach_trace(std::uint64_t cookie) const {
  detail::sized<bpf_trace_opts> options;
  options.cookie = cookie;
  attempt tried;
  return tried.made(bpf_program__attach_trace_opts(program_, &options), *this);
}

BPFBUILD_FUNCTION result<link> program::attach_perf_event(int event_fd, std::uint64_t cookie) const {
  detail::sized<bpf_perf_event_opts> options;
  options.bpf_cookie = cookie;
  attempt tried;
  return tried.made(bpf_program__attach_perf_event_opts(program_, event_fd, &options), *this);
}

BPFBUILD_FUNCTION result<link> program::attach_freplace(int program_fd, const char *function) const {
  attempt tried;
  return tried.made(bpf_program__attach_freplace(program_, program_fd, function), *this);
}

BPFBUILD_FUNCTION network_interface::network_interface(const char *name) noexcept
    : index_(::if_nametoindex(name)), name_(name) {}

BPFBUILD_FUNCTION result<run_statistics> run_statistics::enable() {
  const int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
  if (fd < 0)
    return error(step::other, fd, "cannot switch on statistics of programs");
  return run_statistics(fd);
}

BPFBUILD_FUNCTION error program::no_interface(const network_interface &where) const {
  if (where.name() == nullptr)
    return error(step::attach, ENODEV, "program '%s' cannot be attached: 0 is no interface", name());
  return error(step::attach, ENODEV, "program '%s' cannot be attached: there is no interface '%s'", name(),
               where.name());
}

BPFBUILD_FUNCTION result<link> program::attach_xdp(const network_interface &where) const {
  if (where.index() == 0)
    return no_interface(where);
  attempt tried;
  return tried.made(bpf_program__attach_xdp(program_, static_cast<int>(where.index())), *this);
}

BPFBUILD_FUNCTION result<attachment> program::attach_xdp(const network_interface &where, std::uint32_t flags) const {
  if (where.index() == 0)
    return no_interface(where);
  const int index = static_cast<int>(where.index());
  if (const int code = bpf_xdp_attach(index, fd(), flags | detail::xdp_flag_if_noexist, nullptr))
    return failure(-code, "");
  return attachment(
      [](const attachment &xdp) noexcept { // only if it is still ours
        detail::sized<bpf_xdp_attach_opts> ours;
        ours.old_prog_fd = xdp.program;
        bpf_xdp_detach(xdp.target, static_cast<std::uint32_t>(xdp.kind) | detail::xdp_flag_replace, &ours);
      },
      detail::duplicate(fd()), index, false, static_cast<int>(flags));
}

BPFBUILD_FUNCTION result<attachment> program::attach_tc(const network_interface &where, direction which,
                                                        std::uint32_t priority) const {
  if (where.index() == 0)
    return no_interface(where);
  const int index = static_cast<int>(where.index());
  detail::tc_hook hook(index, which == direction::ingress ? BPF_TC_INGRESS : BPF_TC_EGRESS);
  detail::log log;
  int code = bpf_tc_hook_create(&hook); // EEXIST: it is there
  detail::sized<bpf_tc_opts> options;
  options.prog_fd = fd();
  options.priority = priority;
  if (code == 0 || code == -EEXIST)
    code = bpf_tc_attach(&hook, &options);
  if (code != 0)
    return failure(-code, log.take());
  return attachment(
      [](const attachment &tc) noexcept {
        detail::tc_hook its_hook(tc.target, static_cast<bpf_tc_attach_point>(tc.kind));
        detail::sized<bpf_tc_opts> its_options;
        its_options.handle = tc.handle;
        its_options.priority = tc.priority;
        if (bpf_tc_query(&its_hook, &its_options) != 0 ||
            its_options.prog_id != detail::info_of<bpf_prog_info>(tc.program).id)
          return; // another filter has its place
        its_options.prog_id = 0;
        its_options.prog_fd = 0;
        its_options.flags = 0;
        bpf_tc_detach(&its_hook, &its_options);
      },
      detail::duplicate(fd()), index, false, hook.attach_point, options.handle, options.priority);
}

BPFBUILD_FUNCTION result<link> program::attach_tcx(const network_interface &where, direction which) const {
  constexpr int tcx_ingress = 46, tcx_egress = 47; // of enum bpf_attach_type, which older headers lack
  return make_link(where, which == direction::ingress ? tcx_ingress : tcx_egress);
}

BPFBUILD_FUNCTION result<link> program::attach_netkit(const network_interface &where, bool peer) const {
  constexpr int netkit_primary = 54, netkit_peer = 55;
  return make_link(where, peer ? netkit_peer : netkit_primary);
}

BPFBUILD_FUNCTION result<link> program::attach_netfilter(std::uint32_t family, std::uint32_t hook,
                                                         std::int32_t priority) const {
  struct { // link_create of union bpf_attr, which older headers have without these
    std::uint32_t program, target, kind, flags, family, hook;
    std::int32_t priority;
    std::uint32_t netfilter_flags;
  } request{static_cast<std::uint32_t>(fd()), 0, 45, 0, family, hook, priority, 0};
  const long made = ::syscall(SYS_bpf, BPF_LINK_CREATE, &request, sizeof(request));
  if (made < 0)
    return failure(errno, "");
  return link(static_cast<int>(made));
}

BPFBUILD_FUNCTION result<link> program::attach_cgroup(int cgroup_fd) const {
  attempt tried;
  return tried.made(bpf_program__attach_cgroup(program_, cgroup_fd), *this);
}

BPFBUILD_FUNCTION result<link> program::attach_netns(int netns_fd) const {
  attempt tried;
  return tried.made(bpf_program__attach_netns(program_, netns_fd), *this);
}

BPFBUILD_FUNCTION result<attachment> program::attach_sockmap(int map_fd) const {
  const bpf_attach_type kind = bpf_program__expected_attach_type(program_);
  if (bpf_prog_attach(fd(), map_fd, kind, 0) != 0)
    return failure(errno, "");
  return attachment(
      [](const attachment &map) noexcept {
        bpf_prog_detach2(map.program, map.target, static_cast<bpf_attach_type>(map.kind));
      },
      detail::duplicate(fd()), detail::duplicate(map_fd), true, kind);
}

BPFBUILD_FUNCTION result<std::uint32_t> program::test_run(const void *data, std::size_t size) const {
  test_run_options how;
  how.data = data;
  how.size = size;
  auto done = test_run(how);
  if (!done)
    return done.error();
  return done->returned;
}

BPFBUILD_FUNCTION result<test_run_result> program::test_run(const test_run_options &how) const {
  detail::sized<bpf_test_run_opts> options;
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

BPFBUILD_FUNCTION result<link> program::attach_uprobe_at(const char *binary, const char *function, pid_t pid,
                                                         const probe_options &how) const {
  detail::sized<bpf_uprobe_opts> options;
  options.bpf_cookie = how.cookie;
  options.retprobe = how.on_return;
  options.func_name = function;
  attempt tried;
  return tried.made(bpf_program__attach_uprobe_opts(program_, pid, binary, how.offset, &options), *this);
}

BPFBUILD_FUNCTION result<iterator_stream> program::iterate(bpf_iter_link_info *info) const {
  detail::sized<bpf_iter_attach_opts> options;
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

BPFBUILD_FUNCTION error program::failure(int code, const char *said) const {
  return error(step::attach, code, "program '%s' cannot be attached%s%s", name(), *said == '\0' ? "" : ": ", said);
}

BPFBUILD_FUNCTION result<link> program::make_link(const network_interface &where, int kind) const {
  if (where.index() == 0)
    return no_interface(where);
  const int made = bpf_link_create(fd(), static_cast<int>(where.index()), static_cast<bpf_attach_type>(kind), nullptr);
  if (made < 0)
    return failure(errno, "");
  return link(made);
}

BPFBUILD_FUNCTION result<void> link::update(const program &other) {
  if (const int code = native_ == nullptr ? bpf_link_update(fd_, other.fd(), nullptr)
                                          : bpf_link__update_program(native_, other.native()))
    return error(step::attach, code, "cannot put program '%s' into the link", other.name());
  return {};
}

} // namespace bpfbuild
