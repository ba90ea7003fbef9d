// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Records from BPF programs: ring buffers, several of them read together, perf buffers with the same interface, and
// ring buffers in the other direction. A skeleton includes this only if its object has such a map.
#pragma once

#include <bpf/libbpf.h>
#include <bpfbuild/log.hpp>
#include <bpfbuild/map.hpp>
#if defined(__cpp_exceptions)
#include <exception>
#endif

namespace bpfbuild {

namespace detail {
/// A duration of <chrono>, rounded up to milliseconds; or a number of them.
template <typename Duration> constexpr auto to_milliseconds(Duration time, int) -> decltype(time.count(), int()) {
  using period = typename Duration::period;
  const auto count = static_cast<long double>(time.count()) * period::num * 1000 / period::den;
  return count < 0 ? -1 : count > 0x7fffffff ? 0x7fffffff : static_cast<int>(count) + (count > static_cast<int>(count));
}
constexpr int to_milliseconds(int time, long) {
  return time;
}

/// Whether a callback takes the record's size too.
template <typename Callback, typename Record>
constexpr auto takes_size(int)
    -> decltype((*static_cast<Callback *>(nullptr))(*static_cast<const Record *>(nullptr), std::size_t()), true) {
  return true;
}
template <typename Callback, typename Record> constexpr bool takes_size(long) {
  return false;
}

/// One buffer's reader: what libbpf calls back, whatever the record.
class receiver {
public:
  receiver() = default;
  receiver(const receiver &) = delete;
  receiver &operator=(const receiver &) = delete;
  virtual ~receiver() = default;

  /// No exception may pass through libbpf, which is C: it waits until rethrow().
  int deliver(const void *data, std::size_t size) noexcept {
#if defined(__cpp_exceptions)
    try {
      code_ = receive(data, size);
    } catch (...) {
      thrown_ = std::current_exception();
      code_ = -ECANCELED;
    }
#else
    code_ = receive(data, size);
#endif
    return code_;
  }
  /// The negative errno value that the callback ended the poll with; 0 if it did not.
  int code() const noexcept { return code_ < 0 ? code_ : 0; }
  /// Forgets the code, and throws what the callback threw, if it did.
  void rethrow() {
    code_ = 0;
#if defined(__cpp_exceptions)
    std::exception_ptr thrown;
    thrown.swap(thrown_);
    if (thrown)
      std::rethrow_exception(thrown);
#endif
  }
  virtual void lost(std::uint64_t) noexcept {}

  receiver *next = nullptr;

private:
  virtual int receive(const void *data, std::size_t size) = 0;
  int code_ = 0;
#if defined(__cpp_exceptions)
  std::exception_ptr thrown_;
#endif
};

template <typename Callback> class raw_receiver final : public receiver {
public:
  explicit raw_receiver(Callback callback) : callback_(moved(callback)) {}

private:
  int receive(const void *data, std::size_t size) override { return callback_(data, size); }
  Callback callback_;
};

template <typename Record, typename Callback> class typed_receiver final : public receiver {
  static_assert(__is_trivially_copyable(Record) && alignof(Record) <= 8, "records are read in place");

public:
  explicit typed_receiver(Callback callback) : callback_(moved(callback)) {}

private:
  int receive(const void *data, std::size_t size) override {
    if (size < sizeof(Record))
      return -EBADMSG;
    const Record &record = *static_cast<const Record *>(data);
    if constexpr (takes_size<Callback, Record>(0))
      return call(record, size);
    else
      return call(record);
  }
  template <typename... Arguments> int call(const Arguments &...arguments) {
    if constexpr (is_void<decltype(callback_(arguments...))>) {
      callback_(arguments...);
      return 0;
    } else {
      return callback_(arguments...);
    }
  }
  Callback callback_;
};

/// The receivers of all buffers that are read together.
class receivers {
public:
  receivers() = default;
  receivers(receivers &&other) noexcept : first_(other.first_) { other.first_ = nullptr; }
  receivers &operator=(receivers &&other) noexcept {
    receiver *const first = first_;
    first_ = other.first_;
    other.first_ = first;
    return *this;
  }
  ~receivers() {
    while (first_ != nullptr) {
      receiver *const next = first_->next;
      delete first_;
      first_ = next;
    }
  }

  receiver *add(receiver *each) noexcept {
    each->next = first_;
    return first_ = each;
  }
  /// What a poll gave: how many records; 0 where a signal came; or the error, or exception, that ended it.
  result<int> finish(int count, const char *what) {
    for (receiver *each = first_; each != nullptr; each = each->next)
      if (each->code() != 0) {
        count = each->code();
        each->rethrow();
      }
    if (count >= 0 || count == -EINTR)
      return count < 0 ? 0 : count;
    if (count == -EBADMSG)
      return error(step::map, count, "%s: a record is shorter than the struct it is read as", what);
    return error(step::map, count, "%s", what);
  }

private:
  receiver *first_ = nullptr;
};
} // namespace detail

/// A reader of one or several ring buffers. Move-only; while it lives, the maps must too.
class ring_buffer {
public:
  /// Opens `map_fd`. `callback` gets a record's bytes, aligned to 8, and their number, and returns 0, or a negative
  /// errno value to stop.
  template <typename Callback> static result<ring_buffer> create(int map_fd, Callback callback) {
    ring_buffer ring;
    if (auto added = ring.add_receiver(map_fd, new detail::raw_receiver<Callback>(detail::moved(callback))); !added)
      return added.error();
    return ring;
  }

  ring_buffer(ring_buffer &&other) noexcept : native_(other.native_), receivers_(detail::moved(other.receivers_)) {
    other.native_ = nullptr;
  }
  ring_buffer &operator=(ring_buffer &&other) noexcept {
    ::ring_buffer *const native = native_;
    native_ = other.native_;
    other.native_ = native;
    receivers_ = detail::moved(other.receivers_);
    return *this;
  }
  ~ring_buffer() { ring_buffer__free(native_); }

  /// Reads the records of another map, too, such as that of another skeleton.
  template <typename Record, typename Callback> result<void> add(const map &other, Callback callback) {
    return add_receiver(other.fd(), new detail::typed_receiver<Record, Callback>(detail::moved(callback)));
  }

  /// Waits until records come, at most `timeout` (of <chrono>, or in milliseconds; negative: for ever), and delivers
  /// all that are there. Gives their number; 0 when the time was over or a signal came.
  template <typename Duration> result<int> poll(Duration timeout) {
    return receivers_.finish(ring_buffer__poll(native_, detail::to_milliseconds(timeout, 0)), "ring buffer");
  }
  /// Delivers all records that are there, without waiting; gives their number.
  result<int> consume() { return receivers_.finish(ring_buffer__consume(native_), "ring buffer"); }

  /// A descriptor that becomes readable when there are records, for the program's own epoll, asio or io_uring: then
  /// consume().
  int epoll_fd() const noexcept { return ring_buffer__epoll_fd(native_); }

private:
  template <typename> friend class ring_buffer_map;

  ring_buffer() = default;

  result<void> add_receiver(int map_fd, detail::receiver *receiver) {
    receivers_.add(receiver);
    detail::log log;
    int code = 0;
    if (native_ != nullptr)
      code = ring_buffer__add(native_, map_fd, deliver, receiver);
    else if ((native_ = ring_buffer__new(map_fd, deliver, receiver, nullptr)) == nullptr)
      code = -errno;
    if (code == 0)
      return {};
    return error(step::map, code, "cannot open the ring buffer: %s", log.take());
  }
  static int deliver(void *context, void *data, std::size_t size) {
    return static_cast<detail::receiver *>(context)->deliver(data, size);
  }

  ::ring_buffer *native_ = nullptr;
  detail::receivers receivers_; // go after the buffer that calls them
};

/// BPF_MAP_TYPE_RINGBUF. `Record` is what its definition says of its records; void: nothing.
template <typename Record = void> class ring_buffer_map : public map {
public:
  using map::map;

  /// Opens the ring buffer for reading. `callback` is called as callback(const Record &) or callback(const Record &,
  /// std::size_t size), where `size` is the whole record's; it returns nothing, or an int of which a negative one, an
  /// errno value, ends the poll. A record smaller than Record ends it with EBADMSG. Where the definition says nothing
  /// of the records, the first template argument does: `events.consume<event>(…)`.
  template <typename As = Record, typename Callback> result<ring_buffer> consume(Callback callback) const {
    static_assert(!detail::is_void<As>, "say what the records are: consume<event>(...)");
    ring_buffer ring;
    if (auto added = ring.add_receiver(fd(), new detail::typed_receiver<As, Callback>(detail::moved(callback))); !added)
      return added.error();
    return ring;
  }
};

/// A reader of a perf event array, on every CPU that is online. Move-only, like ring_buffer and with its interface.
class perf_buffer {
public:
  perf_buffer(perf_buffer &&other) noexcept : native_(other.native_), receivers_(detail::moved(other.receivers_)) {
    other.native_ = nullptr;
  }
  perf_buffer &operator=(perf_buffer &&other) noexcept {
    ::perf_buffer *const native = native_;
    native_ = other.native_;
    other.native_ = native;
    receivers_ = detail::moved(other.receivers_);
    return *this;
  }
  ~perf_buffer() { perf_buffer__free(native_); }

  template <typename Duration> result<int> poll(Duration timeout) {
    return receivers_.finish(perf_buffer__poll(native_, detail::to_milliseconds(timeout, 0)), "perf buffer");
  }
  result<int> consume() { return receivers_.finish(perf_buffer__consume(native_), "perf buffer"); }
  int epoll_fd() const noexcept { return perf_buffer__epoll_fd(native_); }

private:
  template <typename> friend class perf_event_array_map;
  perf_buffer() = default;

  ::perf_buffer *native_ = nullptr;
  detail::receivers receivers_;
};

/// BPF_MAP_TYPE_PERF_EVENT_ARRAY: records for the host by bpf_perf_event_output(), or the counters that
/// bpf_perf_event_read() reads.
template <typename Record = void> class perf_event_array_map : public descriptor_map {
public:
  using descriptor_map::descriptor_map;

  /// As ring_buffer_map::consume(). Each CPU's buffer has `pages` pages, a power of two; lost(count) is called where
  /// one was full. The kernel puts padding behind records: the size that a callback gets may be up to 7 bytes more than
  /// was written.
  template <typename As = Record, typename Callback, typename Lost>
  result<perf_buffer> consume(Callback callback, Lost lost, std::size_t pages = 64) const {
    static_assert(!detail::is_void<As>, "say what the records are: consume<event>(...)");
    struct with_lost final : detail::receiver {
      with_lost(Callback each, Lost count) : inner(detail::moved(each)), count_lost(detail::moved(count)) {}
      int receive(const void *data, std::size_t size) override {
        const int code = inner.deliver(data, size);
        inner.rethrow();
        return code;
      }
      void lost(std::uint64_t count) noexcept override { count_lost(count); }
      detail::typed_receiver<As, Callback> inner;
      Lost count_lost;
    };
    perf_buffer buffer;
    detail::receiver *const receiver =
        buffer.receivers_.add(new with_lost(detail::moved(callback), detail::moved(lost)));
    detail::log log;
    buffer.native_ = perf_buffer__new(fd(), pages, deliver, count_lost, receiver, nullptr);
    if (buffer.native_ == nullptr)
      return error(step::map, errno, "map '%s': cannot open its buffers: %s", name(), log.take());
    return buffer;
  }
  template <typename As = Record, typename Callback> result<perf_buffer> consume(Callback callback) const {
    return consume<As>(detail::moved(callback), [](std::uint64_t) {});
  }

private:
  /// libbpf ignores what the callback returns: the first error stays with the receiver, as an exception does.
  static void deliver(void *context, int, void *data, std::uint32_t size) {
    auto &receiver = *static_cast<detail::receiver *>(context);
    if (receiver.code() == 0)
      static_cast<void>(receiver.deliver(data, size));
  }
  static void count_lost(void *context, int, unsigned long long count) {
    static_cast<detail::receiver *>(context)->lost(count);
  }
};

#if LIBBPF_MAJOR_VERSION > 1 || LIBBPF_MINOR_VERSION >= 1
/// A writer into a BPF_MAP_TYPE_USER_RINGBUF, whose records a BPF program reads by bpf_user_ringbuf_drain(). Move-only.
class user_ring_buffer {
public:
  user_ring_buffer(user_ring_buffer &&other) noexcept : native_(other.native_) { other.native_ = nullptr; }
  user_ring_buffer &operator=(user_ring_buffer &&other) noexcept {
    ::user_ring_buffer *const native = native_;
    native_ = other.native_;
    other.native_ = native;
    return *this;
  }
  ~user_ring_buffer() { user_ring_buffer__free(native_); }

  /// Writes a record; ENOSPC if the buffer is full.
  template <typename Record> result<void> write(const Record &record) {
    static_assert(__is_trivially_copyable(Record), "records are copied as bytes");
    void *const place = user_ring_buffer__reserve(native_, sizeof(Record));
    if (place == nullptr)
      return error(errno);
    std::memcpy(place, &record, sizeof(Record));
    user_ring_buffer__submit(native_, place);
    return {};
  }

private:
  friend class user_ring_buffer_map;
  user_ring_buffer() = default;

  ::user_ring_buffer *native_ = nullptr;
};

/// BPF_MAP_TYPE_USER_RINGBUF (Linux 6.1).
class user_ring_buffer_map : public map {
public:
  using map::map;

  result<user_ring_buffer> open() const {
    user_ring_buffer ring;
    detail::log log;
    ring.native_ = user_ring_buffer__new(fd(), nullptr);
    if (ring.native_ == nullptr)
      return error(step::map, errno, "map '%s': cannot open it for writing: %s", name(), log.take());
    return ring;
  }
};
#else
using user_ring_buffer_map = map; // libbpf 1.1 and later write into them
#endif

} // namespace bpfbuild
