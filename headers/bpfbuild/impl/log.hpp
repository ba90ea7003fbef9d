// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// libbpf's words, collected for the error that they belong to.
#pragma once

#include <bpf/libbpf.h>
#include <bpfbuild/log.hpp>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace bpfbuild::detail {

/// Collects libbpf's warnings of this thread while it lives. What no error takes goes to the print function of the
/// program after all, as everything else does that libbpf says meanwhile. That function is in place again when the last
/// log is gone. With a sink, its own or that of the log around it, everything goes there at once.
class log {
public:
  explicit log(const log_sink &sink = {}) noexcept : outer_(current()), sink_(sink) {
    if (sink_.write == nullptr && outer_ != nullptr)
      sink_ = outer_->sink_;
    lock();
    if (shared().users++ == 0)
      __atomic_store_n(&shared().previous, libbpf_set_print(print), __ATOMIC_RELEASE);
    unlock();
    current() = this;
  }
  ~log() {
    current() = outer_;
    if (text_ != nullptr && !is_taken_ && sink_.write == nullptr)
      pass_on(LIBBPF_WARN, "%s", text_);
    lock();
    if (--shared().users == 0) {
      const libbpf_print_fn_t now = libbpf_set_print(previous());
      if (now != print) // the program's, since
        libbpf_set_print(now);
    }
    unlock();
    std::free(text_);
  }
  log(const log &) = delete;
  log &operator=(const log &) = delete;

  /// All warnings, a line each, without libbpf's prefix and the last line's end: for an error, which takes them.
  const char *take() noexcept {
    is_taken_ = true;
    if (text_ == nullptr)
      return "";
    while (size_ != 0 && text_[size_ - 1] == '\n')
      text_[--size_] = '\0';
    return text_;
  }

private:
  struct state {
    bool locked = false;
    int users = 0;
    libbpf_print_fn_t previous = nullptr;
  };
  static state &shared() noexcept {
    static state instance;
    return instance;
  }
  static libbpf_print_fn_t previous() noexcept { return __atomic_load_n(&shared().previous, __ATOMIC_ACQUIRE); }
  static log *&current() noexcept {
    static thread_local log *instance = nullptr;
    return instance;
  }
  static void lock() noexcept { // for a few instructions only
    while (__atomic_test_and_set(&shared().locked, __ATOMIC_ACQUIRE)) {
    }
  }
  static void unlock() noexcept { __atomic_clear(&shared().locked, __ATOMIC_RELEASE); }

  [[gnu::format(printf, 2, 3)]] static int pass_on(libbpf_print_level level, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const libbpf_print_fn_t to = previous();
    const int length = to != nullptr ? to(level, format, arguments) : 0;
    va_end(arguments);
    return length;
  }

  [[gnu::format(printf, 2, 0)]] static int print(libbpf_print_level level, const char *format, va_list arguments) {
    log *const collector = current();
    if (collector != nullptr && collector->sink_.write != nullptr)
      collector->write(level, format, arguments);
    else if (collector == nullptr || level != LIBBPF_WARN) {
      const libbpf_print_fn_t to = previous();
      return to != nullptr ? to(level, format, arguments) : 0;
    }
    return level == LIBBPF_WARN ? collector->add(format, arguments) : 0;
  }

  [[gnu::format(printf, 3, 0)]] void write(libbpf_print_level level, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    char *text = nullptr;
    if (::vasprintf(&text, format, again) >= 0)
      sink_.write(sink_.context, level, text);
    va_end(again);
    std::free(text);
  }

  [[gnu::format(printf, 2, 0)]] int add(const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    const int length = std::vsnprintf(nullptr, 0, format, again);
    va_end(again);
    char *const text =
        length <= 0 ? nullptr : static_cast<char *>(std::realloc(text_, size_ + static_cast<std::size_t>(length) + 1));
    if (text == nullptr)
      return 0;
    text_ = text;
    char *const line = text + size_;
    std::vsnprintf(line, static_cast<std::size_t>(length) + 1, format, arguments);
    constexpr const char prefix[] = "libbpf: ";
    constexpr std::size_t prefix_size = sizeof(prefix) - 1;
    if (std::strncmp(line, prefix, prefix_size) == 0)
      std::memmove(line, line + prefix_size, std::strlen(line) - prefix_size + 1);
    size_ += std::strlen(line);
    return length;
  }

  log *outer_;
  log_sink sink_;
  char *text_ = nullptr;
  std::size_t size_ = 0;
  bool is_taken_ = false;
};

} // namespace bpfbuild::detail
