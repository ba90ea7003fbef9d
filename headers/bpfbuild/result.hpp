// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// result<T>: a value, or the error that libbpf or the kernel gave. value() throws where exceptions are enabled.
#pragma once

#include <bpf/libbpf.h>
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new> // and std::exception, without the 2,000 lines of <exception>

namespace bpfbuild {

/// What was tried when something failed.
enum class step { other, open, load, attach, map };

namespace detail {
// std::move() and two traits, without the headers that they are in.
template <typename T> struct plain {
  using type = T;
};
template <typename T> struct plain<T &> {
  using type = T;
};
template <typename T> struct plain<T &&> {
  using type = T;
};
template <typename T> constexpr typename plain<T>::type &&moved(T &&from) noexcept {
  return static_cast<typename plain<T>::type &&>(from);
}
template <typename T> constexpr bool is_void = false;
template <> inline constexpr bool is_void<void> = true;

const char *explain(step tried, int code) noexcept;
} // namespace detail

/// What went wrong: an errno value and, where there is more to say, what was tried and what libbpf and the kernel said.
class error {
public:
  /// `code` is an errno value; either sign is taken, as libbpf returns negative ones. Without text an error costs
  /// nothing.
  explicit error(int code) noexcept : code_(code < 0 ? -code : code) {}

  /// With text as for printf(); the name of the errno value is put behind it.
  [[gnu::format(printf, 4, 5)]] error(step tried, int code, const char *format, ...) : error(code) {
    step_ = tried;
    char *text = nullptr;
    va_list arguments;
    va_start(arguments, format);
    const int length = format_text(text, format, arguments);
    va_end(arguments);
    if (length < 0)
      return;
    char name[128];
    const std::size_t room = static_cast<std::size_t>(length) + sizeof(name) + 4;
    text_ = static_cast<char *>(std::malloc(room));
    libbpf_strerror(code_, name, sizeof(name)); // knows libbpf's own codes too
    if (text_ != nullptr)
      std::snprintf(text_, room, "%s (%s)", text, name);
    std::free(text);
  }

  error(const error &other)
      : code_(other.code_), step_(other.step_), text_(other.text_ ? ::strdup(other.text_) : nullptr) {}
  error(error &&other) noexcept : code_(other.code_), step_(other.step_), text_(other.text_) { other.text_ = nullptr; }
  error &operator=(error other) noexcept {
    code_ = other.code_;
    step_ = other.step_;
    char *const text = text_;
    text_ = other.text_;
    other.text_ = text;
    return *this;
  }
  ~error() {
    if (text_ != nullptr)
      std::free(text_);
  }

  /// The errno value, positive: ENOENT, EPERM, …; 0 if nothing went wrong.
  int code() const noexcept { return code_; }

  /// What was tried and what was said to it; the name of the errno value if nobody said more. Valid as long as the
  /// error, and in the second case until this thread asks the next one.
  const char *message() const noexcept {
    if (text_ != nullptr)
      return text_;
    static thread_local char name[128];
    libbpf_strerror(code_, name, sizeof(name));
    return name;
  }

  /// The usual reasons for this errno at this step, and how to see which it is; empty where there are none to name.
  const char *explain() const noexcept { return detail::explain(step_, code_); }

private:
  static int format_text(char *&text, const char *format, va_list arguments) noexcept {
    va_list again;
    va_copy(again, arguments);
    const int length = std::vsnprintf(nullptr, 0, format, again);
    va_end(again);
    text = length < 0 ? nullptr : static_cast<char *>(std::malloc(static_cast<std::size_t>(length) + 1));
    return text == nullptr ? -1 : std::vsnprintf(text, static_cast<std::size_t>(length) + 1, format, arguments);
  }

  int code_;
  step step_ = step::other;
  char *text_ = nullptr;
};

#if defined(__cpp_exceptions)
/// What value() throws.
class exception : public std::exception {
public:
  explicit exception(error reason) : reason_(detail::moved(reason)) {}
  const char *what() const noexcept override { return reason_.message(); }
  const error &reason() const noexcept { return reason_; }

private:
  error reason_;
};
#endif

namespace detail {
[[noreturn, gnu::cold]] inline void fail(const error &reason) {
#if defined(__cpp_exceptions)
  throw exception(reason);
#else
  std::fprintf(stderr, "bpfbuild: %s\n", reason.message());
  std::abort();
#endif
}
} // namespace detail

/// A T, or an error. Move-only.
template <typename T> class [[nodiscard]] result {
public:
  result(T value) : has_value_(true) { new (&value_) T(detail::moved(value)); }
  result(bpfbuild::error reason) : error_(detail::moved(reason)), has_value_(false), empty_() {}
  result(result &&other) : error_(detail::moved(other.error_)), has_value_(other.has_value_), empty_() {
    if (has_value_)
      new (&value_) T(detail::moved(other.value_));
  }
  result(const result &) = delete;
  result &operator=(result &&other) {
    if (this != &other) {
      this->~result();
      new (this) result(detail::moved(other));
    }
    return *this;
  }
  ~result() {
    if (has_value_)
      value_.~T();
  }

  explicit operator bool() const noexcept { return has_value_; }
  bool has_value() const noexcept { return has_value_; }

  /// The value; throws bpfbuild::exception, or without exceptions prints the error and aborts, if there is none.
  T &value() & { return check(), value_; }
  const T &value() const & { return check(), value_; }
  T &&value() && { return check(), detail::moved(value_); }

  template <typename U> T value_or(U &&other) const & {
    return has_value_ ? value_ : static_cast<T>(static_cast<U &&>(other));
  }

  T &operator*() & { return value(); }
  const T &operator*() const & { return value(); }
  T &&operator*() && { return detail::moved(*this).value(); }
  T *operator->() { return &value(); }
  const T *operator->() const { return &value(); }

  /// The error; its code is 0 if there is a value.
  const bpfbuild::error &error() const noexcept { return error_; }

private:
  void check() const {
    if (!has_value_)
      detail::fail(error_);
  }

  bpfbuild::error error_{0};
  bool has_value_;
  union {
    T value_;
    char empty_;
  };
};

template <> class [[nodiscard]] result<void> {
public:
  result() noexcept : error_(0) {}
  result(bpfbuild::error reason) noexcept : error_(detail::moved(reason)), failed_(true) {}

  explicit operator bool() const noexcept { return !failed_; }
  bool has_value() const noexcept { return !failed_; }
  void value() const {
    if (failed_)
      detail::fail(error_);
  }
  const bpfbuild::error &error() const noexcept { return error_; }

private:
  bpfbuild::error error_;
  bool failed_ = false;
};

inline const char *detail::explain(step tried, int code) noexcept {
  switch (code) {
  case EPERM:
    return "BPF needs root, or CAP_BPF with CAP_PERFMON for tracing or CAP_NET_ADMIN for networking (see `capsh "
           "--print`). "
           "Kernels before 5.11 also count maps against `ulimit -l`. A kernel that is locked down refuses more: "
           "see /sys/kernel/security/lockdown.";
  case EACCES:
    return tried == step::load ? "The kernel's verifier refused a program: its last lines are in the message. "
                                 "`bpfbuild verify` says it at the line of the source."
                               : "";
  case EINVAL:
    return tried == step::load || tried == step::open ? "The kernel does not know a map type, a flag, a program type "
                                                        "or an instruction that the object uses, or it is "
                                                        "used wrongly. `bpfbuild probe` lists what this kernel has, "
                                                        "`bpfbuild check` what is wrong with the object."
                                                      : "";
  case E2BIG:
    return tried == step::load  ? "A program is too large or too complex for the kernel's verifier, or a map too large."
           : tried == step::map ? "The map is full, or the index is beyond its end."
                                : "";
  case ESRCH:
    return tried == step::load
               ? "The kernel's BTF lacks a function or type that the object names, or the kernel has no BTF: see "
                 "/sys/kernel/btf/vmlinux. A module that has it may not be loaded."
               : "";
  case ENOENT:
    return tried == step::attach
               ? "The kernel function, event or file is not there. Functions: "
                 "/sys/kernel/tracing/available_filter_functions; a missing folder means that tracefs is not "
                 "mounted. Functions that the compiler inlined cannot be attached to."
           : tried == step::map ? "The map has no such key."
                                : "";
  case EBUSY:
  case EEXIST:
    return tried == step::attach
               ? "Something else is attached there: `bpftool link show` and `bpftool net show` list it."
           : tried == step::map ? "The map has the key already, or what would be replaced is in use."
                                : "";
  case ENODEV:
    return tried == step::attach ? "There is no network interface of that index in this network namespace." : "";
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
