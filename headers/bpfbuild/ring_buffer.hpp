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

  /// Maps a ring buffer into memory, to read or, with `writes`, to write it: 0, or a negative errno value.
  int open(int map_fd, bool writes = false) noexcept;

  /// The next record: its bytes, aligned to 8, and their number in `size`; null if there is none. It is done with when
  /// next() is called again.
  const void *next(std::size_t &size) noexcept;

  /// Writes a record: 0, E2BIG if the buffer could never hold it, or ENOSPC if it has no room now.
  int write(const void *data, std::size_t size) noexcept;

  /// Gives each record to deliver(data, size), until there is none or deliver() returns a negative errno value, which
  /// is given back; else the number of records. A record is done with when deliver() returns, or throws.
  template <typename Deliver> int drain(Deliver &&deliver) {
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
  static constexpr std::uint32_t busy = 1U << 31, discarded = 1U << 30, header_size = 8;

  std::size_t page_ = 0, size_ = 0;
  unsigned long *reader_ = nullptr;
  unsigned char *writers_ = nullptr;
  unsigned long behind_ = 0; ///< the position behind what next() gave
  bool has_given_ = false;
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

/// Reads a ring buffer record by record, without a callback: for a program's own loop, or for coroutines. Move-only; it
/// may outlive the map.
template <typename Record> class ring_reader {
  static_assert(__is_trivially_copyable(Record) && alignof(Record) <= 8, "records are read in place");

public:
  ring_reader(ring_reader &&other) noexcept : memory_(other.memory_), fd_(other.fd_), size_(other.size_) {
    other.memory_ = nullptr;
    other.fd_ = -1;
  }
  ring_reader &operator=(ring_reader &&other) noexcept {
    detail::swap(memory_, other.memory_);
    detail::swap(fd_, other.fd_);
    detail::swap(size_, other.size_);
    return *this;
  }
  ~ring_reader() {
    delete memory_;
    if (fd_ >= 0)
      detail::close_descriptor(fd_);
  }

  /// The next record, which is valid until next() is called again; null if there is none now. EBADMSG for one that is
  /// shorter than Record: it is passed over.
  result<const Record *> next() {
    const void *const data = memory_ == nullptr ? nullptr : memory_->next(size_);
    if (data != nullptr && size_ < sizeof(Record))
      return detail::poll_result(-EBADMSG, "ring buffer").error();
    return static_cast<const Record *>(data);
  }

  /// In bytes, of the record that next() gave.
  std::size_t size() const noexcept { return size_; }
  /// A ring buffer loses nothing in silence: bpf_ringbuf_reserve() and bpf_ringbuf_output() tell the BPF program.
  std::uint64_t lost() const noexcept { return 0; }
  /// Readable when there are records: for poll(), epoll, asio or io_uring, once next() gave null.
  int fd() const noexcept { return fd_; }

private:
  template <typename> friend class ring_buffer_map;
  ring_reader() : memory_(new detail::ring_memory) {}

  detail::ring_memory *memory_;
  int fd_ = -1;
  std::size_t size_ = 0;
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

  /// Opens the ring buffer for reading without a callback.
  template <typename As = Record> result<ring_reader<As>> reader() const {
    static_assert(!detail::is_void<As>, "say what the records are: reader<event>()");
    ring_reader<As> opened;
    opened.fd_ = detail::duplicate(fd());
    if (const int code = opened.fd_ < 0 ? opened.fd_ : opened.memory_->open(fd()))
      return error(step::map, code, "map '%s': cannot open the ring buffer", name());
    return opened;
  }
};

/// A writer into a BPF_MAP_TYPE_USER_RINGBUF, whose records a BPF program reads by bpf_user_ringbuf_drain(). Move-only;
/// for one thread at a time.
class user_ring_buffer {
public:
  user_ring_buffer(user_ring_buffer &&other) noexcept : memory_(other.memory_) { other.memory_ = nullptr; }
  user_ring_buffer &operator=(user_ring_buffer &&other) noexcept {
    detail::swap(memory_, other.memory_);
    return *this;
  }
  ~user_ring_buffer() { delete memory_; }

  /// Writes a record; ENOSPC if the buffer has no room now, E2BIG if it never has.
  template <typename Record> result<void> write(const Record &record) {
    static_assert(__is_trivially_copyable(Record), "records are copied as bytes");
    const int code = memory_ == nullptr ? EINVAL : memory_->write(&record, sizeof(Record));
    return code == 0 ? result<void>() : error(code);
  }

private:
  friend class user_ring_buffer_map;
  user_ring_buffer() : memory_(new detail::ring_memory) {}

  detail::ring_memory *memory_;
};

/// BPF_MAP_TYPE_USER_RINGBUF (Linux 6.1).
class user_ring_buffer_map : public map {
public:
  using map::map;

  result<user_ring_buffer> open() const;
};

} // namespace bpfbuild

#if !defined(BPFBUILD_COMPILED_RUNTIME)
#include <bpfbuild/impl/ring_buffer.hpp>
#endif
