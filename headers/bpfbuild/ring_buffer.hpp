// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Ring buffers: records from the kernel, given to a callback.
#pragma once

#include <bpfbuild/log.hpp>
#include <bpfbuild/map.hpp>
#include <chrono>
#include <functional>
#include <memory>

#if defined(__cpp_exceptions)
#include <exception>
#endif

namespace bpfbuild {

/// Consumes the records of one ring buffer. It must not outlive the skeleton; it may be moved, but not while it is polled.
class ring_buffer {
public:
  /// `callback` gets a record's bytes, aligned to 8, and their number, and returns 0, or a negative errno value to stop.
  using raw_callback = std::function<int(const void *data, std::size_t size)>;

  static result<ring_buffer> create(int map_fd, raw_callback callback) {
    ring_buffer ring;
    ring.state_ = std::make_unique<state>();
    ring.state_->callback = std::move(callback);
    const detail::log log;
    ring.state_->native = ring_buffer__new(map_fd, &ring_buffer::deliver, ring.state_.get(), nullptr);
    if (ring.state_->native == nullptr)
      return error(errno, "cannot open the ring buffer: " + log.text());
    return ring;
  }

  /// Waits until records come, at most `timeout` (negative: for ever), and delivers all that are there. Gives their number; 0
  /// when the time was over or a signal came.
  result<int> poll(std::chrono::milliseconds timeout) {
    return finish(ring_buffer__poll(state_->native, static_cast<int>(timeout.count())));
  }

  /// Delivers all records that are there, without waiting; gives their number.
  result<int> consume() { return finish(ring_buffer__consume(state_->native)); }

  /// A descriptor that becomes readable when there are records, for the program's own epoll.
  int epoll_fd() const noexcept { return ring_buffer__epoll_fd(state_->native); }

private:
  struct state {
    ::ring_buffer *native = nullptr;
    raw_callback callback;
#if defined(__cpp_exceptions)
    std::exception_ptr thrown;
#endif
    state() = default;
    state(const state &) = delete;
    state &operator=(const state &) = delete;
    ~state() { ring_buffer__free(native); }
  };

  ring_buffer() = default;

  /// No exception may pass through libbpf, which is C: it waits in `thrown` until finish().
  static int deliver(void *context, void *data, std::size_t size) {
    auto &self = *static_cast<state *>(context);
#if defined(__cpp_exceptions)
    try {
      return self.callback(data, size);
    } catch (...) {
      self.thrown = std::current_exception();
      return -ECANCELED;
    }
#else
    return self.callback(data, size);
#endif
  }

  result<int> finish(int count) {
#if defined(__cpp_exceptions)
    if (state_->thrown)
      std::rethrow_exception(std::exchange(state_->thrown, nullptr));
#endif
    if (count == -EINTR)
      return 0;
    if (count < 0)
      return error(count, "ring buffer");
    return count;
  }

  std::unique_ptr<state> state_;
};

/// BPF_MAP_TYPE_RINGBUF.
class ring_buffer_map : public map {
public:
  using map::map;

  /// Opens the ring buffer for reading records that begin with a Record. `callback` is called as callback(const Record &) or
  /// callback(const Record &, std::size_t size), where `size` is the whole record's; it returns nothing, or an int of which a
  /// negative one, an errno value, ends the poll. A record smaller than Record ends it with EBADMSG.
  template <typename Record, typename Callback> result<ring_buffer> consume(Callback callback) const {
    static_assert(std::is_trivially_copyable_v<Record> && alignof(Record) <= 8);
    return ring_buffer::create(fd(), [callback = std::move(callback)](const void *data, std::size_t size) mutable {
      if (size < sizeof(Record))
        return -EBADMSG;
      const Record &record = *static_cast<const Record *>(data);
      if constexpr (std::is_invocable_v<Callback &, const Record &, std::size_t>)
        return as_code(callback, record, size);
      else
        return as_code(callback, record);
    });
  }

private:
  template <typename Callback, typename... Arguments>
  static int as_code(Callback &callback, const Arguments &...arguments) {
    if constexpr (std::is_void_v<std::invoke_result_t<Callback &, const Arguments &...>>) {
      callback(arguments...);
      return 0;
    } else {
      return callback(arguments...);
    }
  }
};

} // namespace bpfbuild
