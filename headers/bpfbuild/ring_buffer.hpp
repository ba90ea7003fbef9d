// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Records from BPF programs by ring buffers, several of which can be read together, and ring buffers in the other
// direction. A skeleton includes this only if its object has such a map.
#pragma once

#include <bpf/libbpf.h>
#include <bpfbuild/map.hpp>
#include <bpfbuild/records.hpp>

namespace bpfbuild {

namespace detail {

/// The memory of a BPF_MAP_TYPE_RINGBUF: a page with the reader's position, one with the writers', and the data twice,
/// so that a record that goes over the end is in one piece. Positions only grow. Documentation/bpf/ringbuf.rst of the
/// kernel has the rules.
class ring_memory {
public:
  ring_memory() = default;
  ring_memory(const ring_memory &) = delete;
  ring_memory &operator=(const ring_memory &) = delete;
  ~ring_memory();

  /// 0, or a negative errno value.
  int open(int map_fd) noexcept;

  /// Gives each record to deliver(data, size), until there is none or deliver() returns a negative errno value, which
  /// is given back; else the number of records. A record is done with when deliver() returns, or throws.
  template <typename Deliver> int drain(Deliver &&deliver) {
    constexpr std::uint32_t busy = 1U << 31, discarded = 1U << 30, header_size = 8;
    struct advance { // whatever happens
      ~advance() { __atomic_store_n(position, next, __ATOMIC_RELEASE); }
      unsigned long *position, next;
    };
    unsigned long at = __atomic_load_n(reader_, __ATOMIC_ACQUIRE);
    int count = 0;
    while (at < __atomic_load_n(reinterpret_cast<unsigned long *>(writers_), __ATOMIC_ACQUIRE)) {
      unsigned char *const record = writers_ + page_ + (at & (size_ - 1));
      const std::uint32_t length = __atomic_load_n(reinterpret_cast<std::uint32_t *>(record), __ATOMIC_ACQUIRE);
      if ((length & busy) != 0)
        return count;
      const std::uint32_t size = length & ~(busy | discarded);
      at += (size + header_size + 7) / 8 * 8;
      const advance behind{reader_, at};
      if ((length & discarded) != 0)
        continue;
      if (const int code = deliver(record + header_size, size); code < 0)
        return code;
      ++count;
    }
    return count;
  }

private:
  std::size_t page_ = 0, size_ = 0;
  unsigned long *reader_ = nullptr;
  unsigned char *writers_ = nullptr;
};

/// A ring buffer and what is done with its records.
class ring {
public:
  ring() = default;
  ring(const ring &) = delete;
  ring &operator=(const ring &) = delete;
  virtual ~ring() = default;
  virtual int drain() = 0;

  ring_memory memory;
  ring *next = nullptr;
};

template <typename Record, typename Callback> class typed_ring final : public ring {
public:
  explicit typed_ring(Callback callback) : callback_(moved(callback)) {}
  int drain() override {
    return memory.drain(
        [this](const void *data, std::size_t size) { return deliver_record<Record>(callback_, data, size); });
  }

private:
  Callback callback_;
};

template <typename Callback> class raw_ring final : public ring {
public:
  explicit raw_ring(Callback callback) : callback_(moved(callback)) {}
  int drain() override { return memory.drain(callback_); }

private:
  Callback callback_;
};
} // namespace detail

/// A reader of one or several ring buffers. Move-only; it may outlive the maps.
class ring_buffer {
public:
  /// Opens `map_fd`. `callback` gets a record's bytes, aligned to 8, and their number, and returns 0, or a negative
  /// errno value to stop.
  template <typename Callback> static result<ring_buffer> create(int map_fd, Callback callback) {
    ring_buffer buffer;
    if (auto added = buffer.add_ring(map_fd, new detail::raw_ring<Callback>(detail::moved(callback))); !added)
      return added.error();
    return buffer;
  }

  ring_buffer(ring_buffer &&other) noexcept : first_(other.first_), epoll_(other.epoll_) { other.forget(); }
  ring_buffer &operator=(ring_buffer &&other) noexcept {
    if (this != &other) {
      close();
      first_ = other.first_;
      epoll_ = other.epoll_;
      other.forget();
    }
    return *this;
  }
  ~ring_buffer() { close(); }

  /// Reads the records of another map, too, such as that of another skeleton.
  template <typename Record, typename Callback> result<void> add(const map &other, Callback callback) {
    return add_ring(other.fd(), new detail::typed_ring<Record, Callback>(detail::moved(callback)));
  }

  /// Waits until records come, at most `timeout` (of <chrono>, or in milliseconds; negative: for ever), and delivers
  /// all that are there. Gives their number; 0 when the time was over or a signal came. What a callback throws comes
  /// out here.
  template <typename Duration> result<int> poll(Duration timeout) { return wait(detail::to_milliseconds(timeout, 0)); }

  /// Delivers all records that are there, without waiting; gives their number.
  result<int> consume();

  /// A descriptor that becomes readable when there are records, for the program's own epoll, asio or io_uring: then
  /// consume().
  int epoll_fd() const noexcept { return epoll_; }

private:
  template <typename> friend class ring_buffer_map;

  ring_buffer() = default;

  result<int> wait(int milliseconds);
  /// Takes `added`, and frees it where it cannot be opened.
  result<void> add_ring(int map_fd, detail::ring *added);
  void close() noexcept;
  void forget() noexcept {
    first_ = nullptr;
    epoll_ = -1;
  }

  detail::ring *first_ = nullptr;
  int epoll_ = -1;
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
    ring_buffer buffer;
    if (auto added = buffer.add_ring(fd(), new detail::typed_ring<As, Callback>(detail::moved(callback))); !added)
      return added.error();
    return buffer;
  }
};

#if BPFBUILD_HAS_LIBBPF(1, 1)
/// A writer into a BPF_MAP_TYPE_USER_RINGBUF, whose records a BPF program reads by bpf_user_ringbuf_drain(). Move-only.
class user_ring_buffer {
public:
  user_ring_buffer(user_ring_buffer &&other) noexcept : native_(other.native_) { other.native_ = nullptr; }
  user_ring_buffer &operator=(user_ring_buffer &&other) noexcept {
    detail::swap(native_, other.native_);
    return *this;
  }
  ~user_ring_buffer();

  /// Writes a record; ENOSPC if the buffer is full.
  template <typename Record> result<void> write(const Record &record) {
    static_assert(__is_trivially_copyable(Record), "records are copied as bytes");
    return write(&record, sizeof(Record));
  }

private:
  friend class user_ring_buffer_map;
  user_ring_buffer() = default;
  result<void> write(const void *data, std::size_t size);

  ::user_ring_buffer *native_ = nullptr;
};

/// BPF_MAP_TYPE_USER_RINGBUF (Linux 6.1).
class user_ring_buffer_map : public map {
public:
  using map::map;

  result<user_ring_buffer> open() const;
};
#else
using user_ring_buffer_map = map; // libbpf 1.1 and later write into them
#endif

} // namespace bpfbuild

#if !defined(BPFBUILD_COMPILED_RUNTIME)
#include <bpfbuild/impl/ring_buffer.hpp>
#endif
