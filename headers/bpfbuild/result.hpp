// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// result<T>: a value, or the error that libbpf or the kernel gave. value() throws where exceptions are enabled.
#pragma once

#include <bpf/libbpf.h>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

#if defined(__cpp_exceptions)
#include <stdexcept>
#endif

namespace bpfbuild {

/// What went wrong: an errno value and, where libbpf said more, its words.
class error {
public:
  /// `code` is an errno value; either sign is taken, as libbpf returns negative ones.
  explicit error(int code, std::string text = {}) : code_(code < 0 ? -code : code), text_(std::move(text)) {}

  /// The errno value, positive: ENOENT, EPERM, …
  int code() const noexcept { return code_; }

  /// What was attempted and what libbpf and the kernel said to it; the name of the errno value if they were silent.
  std::string message() const {
    char name[128];
    libbpf_strerror(code_, name, sizeof(name)); // knows libbpf's own codes too
    return text_.empty() ? std::string(name) : text_ + " (" + name + ")";
  }

private:
  int code_;
  std::string text_;
};

#if defined(__cpp_exceptions)
/// What value() throws.
class exception : public std::runtime_error {
public:
  explicit exception(error reason) : std::runtime_error(reason.message()), reason_(std::move(reason)) {}
  const error &reason() const noexcept { return reason_; }

private:
  error reason_;
};
#endif

namespace detail {
[[noreturn]] inline void fail(const error &reason) {
#if defined(__cpp_exceptions)
  throw exception(reason);
#else
  std::fprintf(stderr, "bpfbuild: %s\n", reason.message().c_str());
  std::abort();
#endif
}
} // namespace detail

/// A T, or an error. Move-only if T is.
template <typename T> class [[nodiscard]] result {
public:
  result(T value) : value_(std::move(value)), error_(0) {}
  result(bpfbuild::error reason) : error_(std::move(reason)) {}

  explicit operator bool() const noexcept { return value_.has_value(); }
  bool has_value() const noexcept { return value_.has_value(); }

  /// The value; throws bpfbuild::exception, or without exceptions prints the error and aborts, if there is none.
  T &value() & { return check(), *value_; }
  const T &value() const & { return check(), *value_; }
  T &&value() && { return check(), std::move(*value_); }

  template <typename U> T value_or(U &&other) const & {
    return value_ ? *value_ : static_cast<T>(std::forward<U>(other));
  }

  T &operator*() & { return value(); }
  const T &operator*() const & { return value(); }
  T &&operator*() && { return std::move(*this).value(); }
  T *operator->() { return &value(); }
  const T *operator->() const { return &value(); }

  /// The error; its code is 0 if there is a value.
  const bpfbuild::error &error() const noexcept { return error_; }

private:
  void check() const {
    if (!value_)
      detail::fail(error_);
  }

  std::optional<T> value_;
  bpfbuild::error error_;
};

template <> class [[nodiscard]] result<void> {
public:
  result() : error_(0) {}
  result(bpfbuild::error reason) : error_(std::move(reason)), failed_(true) {}

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

} // namespace bpfbuild
