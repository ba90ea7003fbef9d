// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Records from BPF programs by perf buffers, with the interface of ring buffers. A skeleton includes this only if its
// object has such a map.
#pragma once

#include <bpf/libbpf.h>
#include <bpfbuild/map.hpp>
#include <bpfbuild/records.hpp>
#include <cerrno>
#if defined(__cpp_exceptions)
#include <exception>
#endif

namespace bpfbuild {

namespace detail {
/// What reads a perf buffer, whatever the records.
class receiver {
public:
  receiver() = default;
  receiver(const receiver &) = delete;
  receiver &operator=(const receiver &) = delete;
  virtual ~receiver() = default;

  // Each gives 0, or a negative errno value that ends the poll. No exception may pass through libbpf, which is C: it
  // waits.
  virtual int deliver(const void *data, std::size_t size) noexcept = 0;
  virtual int lost(std::uint64_t count) noexcept = 0;
  /// Throws what the callback threw, if it did.
  virtual void rethrow() = 0;

  int code = 0;  ///< what ended the poll
  int count = 0; ///< of the records of this poll
};

/// Runs callbacks, and keeps what they throw.
template <bool Throws> class catcher;
template <> class catcher<false> {
public:
  template <typename Callback> int run(Callback &&callback) { return callback(); }
  void rethrow() {}
};
#if defined(__cpp_exceptions)
template <> class catcher<true> {
public:
  template <typename Callback> int run(Callback &&callback) noexcept {
    try {
      return callback();
    } catch (...) {
      thrown_ = std::current_exception();
      return -ECANCELED;
    }
  }
  void rethrow() {
    std::exception_ptr thrown;
    thrown.swap(thrown_);
    if (thrown)
      std::rethrow_exception(thrown);
  }

private:
  std::exception_ptr thrown_;
};
#endif

/// A copy of bytes, aligned to 8; the next one takes its place.
class aligned_copy {
public:
  aligned_copy() = default;
  aligned_copy(const aligned_copy &) = delete;
  aligned_copy &operator=(const aligned_copy &) = delete;
  ~aligned_copy() { delete[] words_; }

  /// Null, where the copy is not empty, if there is no memory.
  const void *of(const void *data, std::size_t size) noexcept;

private:
  std::uint64_t *words_ = nullptr;
  std::size_t room_ = 0;
};

template <typename Record, typename Callback, typename Lost, bool Throws> class typed_receiver final : public receiver {
public:
  typed_receiver(Callback callback, Lost lost) : callback_(moved(callback)), lost_(moved(lost)) {}

  /// The kernel puts records behind four bytes: they are copied to where their members are aligned.
  int deliver(const void *data, std::size_t size) noexcept override {
    const void *const copy = copy_.of(data, size);
    if (copy == nullptr)
      return -ENOMEM;
    return catcher_.run([&] { return deliver_record<Record>(callback_, copy, size); });
  }
  int lost(std::uint64_t count) noexcept override {
    return catcher_.run([&] { return lost_(count), 0; });
  }
  void rethrow() override { catcher_.rethrow(); }

private:
  Callback callback_;
  Lost lost_;
  aligned_copy copy_;
  catcher<Throws> catcher_;
};

/// Takes one record, and ends the poll.
class single_receiver final : public receiver {
public:
  int deliver(const void *bytes, std::size_t length) noexcept override;
  int lost(std::uint64_t count) noexcept override {
    lost_count += count;
    return 0;
  }
  void rethrow() override {}

  const void *data = nullptr; ///< null: no record came
  std::size_t size = 0;
  std::uint64_t lost_count = 0;

private:
  aligned_copy copy_;
};
} // namespace detail

/// A reader of a perf event array, on every CPU that is online. Move-only, like ring_buffer and with its interface.
class perf_buffer {
public:
  perf_buffer(perf_buffer &&other) noexcept : native_(other.native_), receiver_(other.receiver_) { other.forget(); }
  perf_buffer &operator=(perf_buffer &&other) noexcept {
    if (this != &other) {
      close();
      native_ = other.native_;
      receiver_ = other.receiver_;
      other.forget();
    }
    return *this;
  }
  ~perf_buffer() { close(); }

  template <typename Duration> result<int> poll(Duration timeout) {
    return finish(read(detail::to_milliseconds(timeout, 0), true));
  }
  result<int> consume() { return finish(read(0, false)); }
  int epoll_fd() const noexcept { return native_ == nullptr ? -1 : perf_buffer__epoll_fd(native_); }

private:
  template <typename> friend class perf_event_array_map;
  template <typename> friend class perf_reader;
  explicit perf_buffer(detail::receiver *receiver) noexcept : receiver_(receiver) {}

  result<void> open(const map &map, std::size_t pages);
  /// The number of records, or a negative errno value.
  int read(int milliseconds, bool waits) noexcept;
  /// What a callback threw comes out here, where nothing is left to be cleaned up: a file without exceptions may have
  /// compiled this.
  result<int> finish(int count) {
    if (receiver_ != nullptr)
      receiver_->rethrow();
    return detail::poll_result(count, "perf buffer");
  }
  /// Reads one record, from the CPUs in turn; a negative errno value if that failed.
  int read_one(std::size_t &cpu) noexcept;
  void close() noexcept {
    perf_buffer__free(native_);
    delete receiver_; // which the buffer calls
    forget();
  }
  void forget() noexcept {
    native_ = nullptr;
    receiver_ = nullptr;
  }

  ::perf_buffer *native_ = nullptr;
  detail::receiver *receiver_;
};

/// Reads a perf event array record by record, without a callback, with the interface of ring_reader. Records of
/// different CPUs come in no order. Move-only.
template <typename Record> class perf_reader {
  static_assert(__is_trivially_copyable(Record) && alignof(Record) <= 8, "records are read in place");

public:
  /// The next record, which is valid until next() is called again; null if there is none now. EBADMSG for one that is
  /// shorter than Record: it is passed over.
  result<const Record *> next() {
    detail::single_receiver *const to = taken();
    if (to == nullptr) // moved from
      return static_cast<const Record *>(nullptr);
    to->data = nullptr;
    const int code = buffer_.read_one(cpu_);
    if (code < 0)
      return detail::poll_result(code, "perf buffer").error();
    if (to->data != nullptr && to->size < sizeof(Record))
      return detail::poll_result(-EBADMSG, "perf buffer").error();
    return static_cast<const Record *>(to->data);
  }

  /// In bytes, of the record that next() gave: up to 7 more than was written.
  std::size_t size() const noexcept { return taken() == nullptr ? 0 : taken()->size; }
  /// How many records were lost so far, because a CPU's buffer was full.
  std::uint64_t lost() const noexcept { return taken() == nullptr ? 0 : taken()->lost_count; }
  /// Readable when there are records: for poll(), epoll, asio or io_uring, once next() gave null.
  int fd() const noexcept { return buffer_.epoll_fd(); }

private:
  template <typename> friend class perf_event_array_map;
  perf_reader() : buffer_(new detail::single_receiver) {}
  detail::single_receiver *taken() const noexcept { return static_cast<detail::single_receiver *>(buffer_.receiver_); }

  perf_buffer buffer_;
  std::size_t cpu_ = 0;
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
    perf_buffer buffer(new detail::typed_receiver<As, Callback, Lost, BPFBUILD_EXCEPTIONS>(detail::moved(callback),
                                                                                           detail::moved(lost)));
    if (auto opened = buffer.open(*this, pages); !opened)
      return opened.error();
    return buffer;
  }
  template <typename As = Record, typename Callback> result<perf_buffer> consume(Callback callback) const {
    return consume<As>(detail::moved(callback), [](std::uint64_t) {});
  }

  /// Opens the buffers for reading without a callback.
  template <typename As = Record> result<perf_reader<As>> reader(std::size_t pages = 64) const {
    static_assert(!detail::is_void<As>, "say what the records are: reader<event>()");
    perf_reader<As> opened;
    if (auto done = opened.buffer_.open(*this, pages); !done)
      return done.error();
    return opened;
  }
};

} // namespace bpfbuild

#if !defined(BPFBUILD_COMPILED_RUNTIME)
#include <bpfbuild/impl/perf_buffer.hpp>
#endif
