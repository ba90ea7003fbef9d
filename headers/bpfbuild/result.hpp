// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// result<T>: a value, or the error that libbpf or the kernel gave. value() throws where exceptions are enabled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new> // and std::exception, without the 2,000 lines of <exception>

// The functions that are no templates are inline, in <bpfbuild/impl/…>, or in a library made of <bpfbuild/runtime.cpp>,
// which BPFBuild's CMake package links skeletons with.
#if defined(BPFBUILD_COMPILED_RUNTIME)
#define BPFBUILD_FUNCTION
#else
#define BPFBUILD_FUNCTION inline
#endif

// Files with and without exceptions may be in one program: what differs has this for a template argument, or is always
// inline.
#if defined(__cpp_exceptions)
#define BPFBUILD_EXCEPTIONS true
#else
#define BPFBUILD_EXCEPTIONS false
#endif

namespace bpfbuild {

/// What was tried when something failed.
enum class step { other, open, load, attach, map };

namespace detail {
// std::move(), std::swap() and a trait, without the headers that they are in.
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
template <typename T> constexpr void swap(T &a, T &b) noexcept {
  T held = moved(a);
  a = moved(b);
  b = moved(held);
}
template <typename T> constexpr bool is_void = false;
template <> inline constexpr bool is_void<void> = true;
} // namespace detail

/// What went wrong: an errno value and, where there is more to say, what was tried and what libbpf and the kernel said.
class error {
public:
  /// `code` is an errno value; either sign is taken, as libbpf returns negative ones. Without text an error costs
  /// nothing.
  explicit error(int code) noexcept : code_(code < 0 ? -code : code) {}

  /// With text as for printf(); the name of the errno value is put behind it.
  [[gnu::format(printf, 4, 5)]] error(step tried, int code, const char *format, ...);
  error(const error &other);
  error(error &&other) noexcept : code_(other.code_), step_(other.step_), text_(other.text_) { other.text_ = nullptr; }
  error &operator=(error other) noexcept {
    code_ = other.code_;
    step_ = other.step_;
    detail::swap(text_, other.text_);
    return *this;
  }
  ~error() {
    if (text_ != nullptr)
      forget();
  }

  /// The errno value, positive: ENOENT, EPERM, …; 0 if nothing went wrong.
  int code() const noexcept { return code_; }

  /// What was tried and what was said to it; the name of the errno value if nobody said more. Valid as long as the
  /// error, and in the second case until this thread asks the next one.
  const char *message() const noexcept;

  /// The usual reasons for this errno at this step, and how to see which it is; empty where there are none to name.
  const char *explain() const noexcept;

private:
  void forget() noexcept;

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
/// Prints the error and aborts the program.
[[noreturn]] void abort_with(const error &reason) noexcept;

template <bool Throws> [[noreturn, gnu::cold]] void fail(const error &reason) {
#if defined(__cpp_exceptions)
  throw exception(reason);
#else
  abort_with(reason);
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
  [[gnu::always_inline]] T &value() & { return check(), value_; }
  [[gnu::always_inline]] const T &value() const & { return check(), value_; }
  [[gnu::always_inline]] T &&value() && { return check(), detail::moved(value_); }

  template <typename U> T value_or(U &&other) const & {
    return has_value_ ? value_ : static_cast<T>(static_cast<U &&>(other));
  }

  [[gnu::always_inline]] T &operator*() & { return value(); }
  [[gnu::always_inline]] const T &operator*() const & { return value(); }
  [[gnu::always_inline]] T &&operator*() && { return detail::moved(*this).value(); }
  [[gnu::always_inline]] T *operator->() { return &value(); }
  [[gnu::always_inline]] const T *operator->() const { return &value(); }

  /// The error; its code is 0 if there is a value.
  const bpfbuild::error &error() const noexcept { return error_; }

private:
  [[gnu::always_inline]] void check() const {
    if (!has_value_)
      detail::fail<BPFBUILD_EXCEPTIONS>(error_);
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
  [[gnu::always_inline]] void value() const {
    if (failed_)
      detail::fail<BPFBUILD_EXCEPTIONS>(error_);
  }
  const bpfbuild::error &error() const noexcept { return error_; }

private:
  bpfbuild::error error_;
  bool failed_ = false;
};

} // namespace bpfbuild

#if !defined(BPFBUILD_COMPILED_RUNTIME)
#include <bpfbuild/impl/result.hpp>
#endif
