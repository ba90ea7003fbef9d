// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Programs and links. A program is a handle, valid as long as the skeleton that it came from; a link owns an attachment.
#pragma once

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <bpfbuild/log.hpp>
#include <bpfbuild/result.hpp>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <sys/types.h>

namespace bpfbuild {

/// An attached program: detached when the link goes, unless release() or pin() let it live on.
class [[nodiscard]] link {
public:
  explicit link(bpf_link *native) : native_(native) {}

  int fd() const noexcept { return bpf_link__fd(native_.get()); }
  bpf_link *native() const noexcept { return native_.get(); }

  /// Keeps the attachment in the BPF file system, beyond this process.
  result<void> pin(const char *path) {
    if (const int code = bpf_link__pin(native_.get(), path))
      return error(code, std::string("cannot pin the link at '") + path + "'");
    return {};
  }
  void detach() noexcept { native_.reset(); }
  /// Gives the libbpf link away; the caller destroys it.
  bpf_link *release() noexcept { return native_.release(); }

private:
  struct destroy {
    void operator()(bpf_link *native) const noexcept { bpf_link__destroy(native); }
  };
  std::unique_ptr<bpf_link, destroy> native_;
};

/// A program before it is loaded: what may still be changed.
class program_config {
public:
  explicit program_config(bpf_program *program) : program_(program) {}

  const char *name() const noexcept { return bpf_program__name(program_); }
  bpf_program *native() const noexcept { return program_; }

  /// Whether load() loads the program at all.
  result<void> set_autoload(bool load) { return check(bpf_program__set_autoload(program_, load), "autoload"); }
  /// Whether the skeleton's attach() attaches it.
  void set_autoattach(bool attach) { bpf_program__set_autoattach(program_, attach); }
  /// The kernel function, or with `program_fd` the BPF program, that an fentry, fexit, freplace or LSM program is for.
  result<void> set_attach_target(const char *function, int program_fd = 0) {
    return check(bpf_program__set_attach_target(program_, program_fd, function), "attach target");
  }

private:
  result<void> check(int code, const char *what) {
    if (code == 0)
      return {};
    return error(code, std::string("program '") + name() + "': cannot set its " + what);
  }

  bpf_program *program_;
};

/// A loaded program.
class program {
public:
  program(bpf_program *native, bpf_link **slot) : program_(native), slot_(slot) {}

  const char *name() const noexcept { return bpf_program__name(program_); }
  const char *section() const noexcept { return bpf_program__section_name(program_); }
  int fd() const noexcept { return bpf_program__fd(program_); }
  bpf_program *native() const noexcept { return program_; }

  /// Attaches the program to what its SEC() names. The skeleton keeps the attachment until detach() or its own end.
  result<void> attach() const {
    if (*slot_ != nullptr)
      return error(EALREADY, std::string("program '") + name() + "' is attached");
    auto attached = make_link([this] { return bpf_program__attach(program_); });
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
  result<link> attach_xdp(unsigned interface_index) const {
    return make_link([&] { return bpf_program__attach_xdp(program_, static_cast<int>(interface_index)); });
  }
  result<link> attach_tracepoint(const char *category, const char *event) const {
    return make_link([&] { return bpf_program__attach_tracepoint(program_, category, event); });
  }
  result<link> attach_raw_tracepoint(const char *event) const {
    return make_link([&] { return bpf_program__attach_raw_tracepoint(program_, event); });
  }
  result<link> attach_kprobe(const char *function) const {
    return make_link([&] { return bpf_program__attach_kprobe(program_, false, function); });
  }
  result<link> attach_kretprobe(const char *function) const {
    return make_link([&] { return bpf_program__attach_kprobe(program_, true, function); });
  }
  /// `offset` is in bytes from the start of the file; `pid` -1 is every process.
  result<link> attach_uprobe(const char *binary, std::size_t offset, pid_t pid = -1) const {
    return make_link([&] { return bpf_program__attach_uprobe(program_, false, pid, binary, offset); });
  }
  result<link> attach_uretprobe(const char *binary, std::size_t offset, pid_t pid = -1) const {
    return make_link([&] { return bpf_program__attach_uprobe(program_, true, pid, binary, offset); });
  }
  result<link> attach_perf_event(int event_fd) const {
    return make_link([&] { return bpf_program__attach_perf_event(program_, event_fd); });
  }
  result<link> attach_cgroup(int cgroup_fd) const {
    return make_link([&] { return bpf_program__attach_cgroup(program_, cgroup_fd); });
  }
  result<link> attach_netns(int netns_fd) const {
    return make_link([&] { return bpf_program__attach_netns(program_, netns_fd); });
  }

  /// Runs the program once by BPF_PROG_TEST_RUN on `size` bytes of `data`; gives what it returned.
  result<std::uint32_t> test_run(const void *data = nullptr, std::size_t size = 0) const {
    bpf_test_run_opts options{};
    options.sz = sizeof(options);
    options.data_in = data;
    options.data_size_in = static_cast<std::uint32_t>(size);
    if (const int code = bpf_prog_test_run_opts(fd(), &options))
      return error(code, std::string("program '") + name() + "': test run failed");
    return options.retval;
  }

private:
  template <typename Attach> result<link> make_link(Attach &&attach) const {
    const detail::log log;
    errno = 0;
    if (bpf_link *const native = attach())
      return link(native);
    const int code = errno;
    const std::string said = log.text();
    return error(code, std::string("program '") + name() + "' cannot be attached" + (said.empty() ? "" : ": " + said));
  }

  bpf_program *program_;
  bpf_link **slot_;
};

} // namespace bpfbuild
