// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Records from BPF programs by ring buffers, several of which can be read together, and ring buffers in the other
// direction. A skeleton includes this only if its object has such a map.
#pragma once

#include <bpf/libbpf.h>
#include <bpfbuild/log.hpp>
#include <bpfbuild/map.hpp>
#include <bpfbuild/records.hpp>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

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
  ~ring_memory() {
    if (reader_ != nullptr)
      ::munmap(reader_, page_);
    if (writers_ != nullptr)
      ::munmap(writers_, page_ + 2 * size_);
  }

  /// 0, or a negative errno value.
  int open(int map_fd) noexcept {
    bpf_map_info info{};
    std::uint32_t info_size = sizeof(info);
    if (const int code = bpf_obj_get_info_by_fd(map_fd, &info, &info_size))
      return code;
    if (info.type != BPF_MAP_TYPE_RINGBUF)
      return -EINVAL;
    page_ = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    size_ = info.max_entries;
    void *const reader = ::mmap(nullptr, page_, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
    if (reader == MAP_FAILED)
      return -errno;
    reader_ = static_cast<unsigned long *>(reader);
    void *const writers = ::mmap(nullptr, page_ + 2 * size_, PROT_READ, MAP_SHARED, map_fd, static_cast<off_t>(page_));
    if (writers == MAP_FAILED)
      return -errno;
    writers_ = static_cast<unsigned char *>(writers);
    return 0;
  }

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
  template <typename Duration> result<int> poll(Duration timeout) {
    epoll_event event;
    const int ready = ::epoll_wait(epoll_, &event, 1, detail::to_milliseconds(timeout, 0));
    if (ready <= 0)
      return detail::poll_result(ready == 0 ? 0 : -errno, "ring buffer");
    return consume();
  }

  /// Delivers all records that are there, without waiting; gives their number.
  result<int> consume() {
    int total = 0;
    for (detail::ring *each = first_; each != nullptr; each = each->next) {
      const int count = each->drain();
      if (count < 0)
        return detail::poll_result(count, "ring buffer");
      total += count;
    }
    return total;
  }

  /// A descriptor that becomes readable when there are records, for the program's own epoll, asio or io_uring: then
  /// consume().
  int epoll_fd() const noexcept { return epoll_; }

private:
  template <typename> friend class ring_buffer_map;

  ring_buffer() = default;

  /// Takes `added`, and frees it where it cannot be opened.
  result<void> add_ring(int map_fd, detail::ring *added) {
    int code = added->memory.open(map_fd);
    if (code == 0 && epoll_ < 0 && (epoll_ = ::epoll_create1(EPOLL_CLOEXEC)) < 0)
      code = -errno;
    epoll_event event{};
    event.events = EPOLLIN;
    if (code == 0 && ::epoll_ctl(epoll_, EPOLL_CTL_ADD, map_fd, &event) != 0)
      code = -errno;
    if (code != 0) {
      delete added;
      return error(step::map, code, "cannot open the ring buffer");
    }
    detail::ring **last = &first_;
    while (*last != nullptr)
      last = &(*last)->next;
    *last = added;
    return {};
  }
  void close() noexcept {
    while (first_ != nullptr) {
      detail::ring *const next = first_->next;
      delete first_;
      first_ = next;
    }
    if (epoll_ >= 0)
      ::close(epoll_);
    forget();
  }
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
