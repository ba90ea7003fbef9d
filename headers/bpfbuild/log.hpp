// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// What libbpf warns of while one call is on its way, so that the call's error can carry it.
#pragma once

#include <bpf/libbpf.h>
#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <string>

namespace bpfbuild::detail {

/// Collects libbpf's warnings of this thread while it lives. The print function of the program is in place again when the last
/// log of any thread is gone; until then it is still called for all that no log collects.
class log {
public:
  log() : outer_(current()) {
    const std::lock_guard<std::mutex> lock(shared().mutex);
    if (shared().users++ == 0)
      shared().previous = libbpf_set_print(print);
    current() = this;
  }
  ~log() {
    current() = outer_;
    const std::lock_guard<std::mutex> lock(shared().mutex);
    if (--shared().users == 0)
      libbpf_set_print(shared().previous);
  }
  log(const log &) = delete;
  log &operator=(const log &) = delete;

  /// All warnings, a line each, without libbpf's prefix and the last line's end.
  std::string text() const {
    std::string result = text_;
    while (!result.empty() && result.back() == '\n')
      result.pop_back();
    return result;
  }

private:
  struct state {
    std::mutex mutex;
    int users = 0;
    libbpf_print_fn_t previous = nullptr;
  };
  static state &shared() {
    static state instance;
    return instance;
  }
  static log *&current() {
    static thread_local log *instance = nullptr;
    return instance;
  }

  [[gnu::format(printf, 2, 0)]]
  static int print(libbpf_print_level level, const char *format, va_list arguments) {
    log *const collector = current();
    if (collector == nullptr)
      return shared().previous != nullptr ? shared().previous(level, format, arguments) : 0;
    if (level != LIBBPF_WARN)
      return 0;
    va_list again;
    va_copy(again, arguments);
    const int length = std::vsnprintf(nullptr, 0, format, again);
    va_end(again);
    if (length <= 0)
      return 0;
    std::string line(static_cast<std::size_t>(length) + 1, '\0');
    std::vsnprintf(line.data(), line.size(), format, arguments);
    line.pop_back();
    constexpr const char prefix[] = "libbpf: ";
    collector->text_ += line.compare(0, sizeof(prefix) - 1, prefix) == 0 ? line.substr(sizeof(prefix) - 1) : line;
    return length;
  }

  log *outer_;
  std::string text_;
};

} // namespace bpfbuild::detail
