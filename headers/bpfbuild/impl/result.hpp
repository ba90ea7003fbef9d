// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// The functions of <bpfbuild/result.hpp>.
#pragma once

#include <bpf/libbpf.h>
#include <bpfbuild/result.hpp>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace bpfbuild {

BPFBUILD_FUNCTION error::error(step tried, int code, const char *format, ...) : error(code) {
  step_ = tried;
  va_list arguments, again;
  va_start(arguments, format);
  va_copy(again, arguments);
  const int length = std::vsnprintf(nullptr, 0, format, again);
  va_end(again);
  char name[128];
  libbpf_strerror(code_, name, sizeof(name)); // knows libbpf's own codes too
  const std::size_t room = static_cast<std::size_t>(length) + std::strlen(name) + sizeof(" ()");
  text_ = length < 0 ? nullptr : static_cast<char *>(std::malloc(room));
  if (text_ != nullptr) {
    std::vsnprintf(text_, room, format, arguments);
    std::snprintf(text_ + length, room - static_cast<std::size_t>(length), " (%s)", name);
  }
  va_end(arguments);
}

BPFBUILD_FUNCTION error::error(const error &other)
    : code_(other.code_), step_(other.step_), text_(other.text_ == nullptr ? nullptr : ::strdup(other.text_)) {}

BPFBUILD_FUNCTION void error::forget() noexcept {
  std::free(text_);
  text_ = nullptr;
}

BPFBUILD_FUNCTION const char *error::message() const noexcept {
  if (text_ != nullptr)
    return text_;
  static thread_local char name[128];
  libbpf_strerror(code_, name, sizeof(name));
  return name;
}

BPFBUILD_FUNCTION void detail::abort_with(const error &reason) noexcept {
  std::fprintf(stderr, "bpfbuild: %s\n", reason.message());
  std::abort();
}

BPFBUILD_FUNCTION const char *error::explain() const noexcept {
  switch (code_) {
  case EPERM:
    return "BPF needs root, or CAP_BPF with CAP_PERFMON for tracing or CAP_NET_ADMIN for networking (see `capsh "
           "--print`). "
           "Kernels before 5.11 also count maps against `ulimit -l`. A kernel that is locked down refuses more: "
           "see /sys/kernel/security/lockdown.";
  case EACCES:
    return step_ == step::load ? "The kernel's verifier refused a program: its last lines are in the message. "
                                 "`bpfbuild verify` says it at the line of the source."
                               : "";
  case EINVAL:
    return step_ == step::load || step_ == step::open ? "The kernel does not know a map type, a flag, a program type "
                                                        "or an instruction that the object uses, or it is "
                                                        "used wrongly. `bpfbuild probe` lists what this kernel has, "
                                                        "`bpfbuild check` what is wrong with the object."
                                                      : "";
  case E2BIG:
    return step_ == step::load  ? "A program is too large or too complex for the kernel's verifier, or a map too large."
           : step_ == step::map ? "The map is full, or the index is beyond its end."
                                : "";
  case ESRCH:
    return step_ == step::load
               ? "The kernel's BTF lacks a function or type that the object names, or the kernel has no BTF: see "
                 "/sys/kernel/btf/vmlinux. A module that has it may not be loaded."
               : "";
  case ENOENT:
    return step_ == step::attach
               ? "The kernel function, event or file is not there. Functions: "
                 "/sys/kernel/tracing/available_filter_functions; a missing folder means that tracefs is not "
                 "mounted. Functions that the compiler inlined cannot be attached to."
           : step_ == step::map ? "The map has no such key."
                                : "";
  case EBUSY:
  case EEXIST:
    return step_ == step::attach
               ? "Something else is attached there: `bpftool link show` and `bpftool net show` list it."
           : step_ == step::map ? "The map has the key already, or what would be replaced is in use."
                                : "";
  case ENODEV:
    return step_ == step::attach ? "There is no such network interface in this network namespace." : "";
  case EOPNOTSUPP:
  case 524: // ENOTSUPP, which user space has no name for
    return "The kernel, its configuration or the device's driver does not support this: `bpfbuild probe` lists what it "
           "has.";
  case ENOMEM:
    return "The kernel is out of memory, or the limit of the control group is used up.";
  case EBADMSG:
    return "A record is shorter than the struct it is read as: the object and the header are of different builds.";
  default:
    return "";
  }
}

} // namespace bpfbuild
