// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
// Records from BPF programs by perf buffers, with the interface of ring buffers. A skeleton includes this only if its
// object has such a map.
#pragma once

#include <bpf/libbpf.h>
#include <bpfbuild/map.hpp>
#include <bpfbuild/records.hpp>
#if defined(__cpp_exceptions)
#include <exception>
#endif

namespace bpfbuild {

namespace detail {
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
  virtual void lost(std::uint64_t count) noexcept = 0;

private:
  virtual int receive(const void *data, std::size_t size) = 0;
  int code_ = 0;
#if defined(__cpp_exceptions)
  std::exception_ptr thrown_;
#endif
};

/// A copy of bytes, aligned to 8; the next one takes its place.
class aligned_copy {
public:
  aligned_copy() = default;
  aligned_copy(const aligned_copy &) = delete;
  aligned_copy &operator=(const aligned_copy &) = delete;
  ~aligned_copy() { delete[] words_; }

  const void *of(const void *data, std::size_t size);

private:
  std::uint64_t *words_ = nullptr;
  std::size_t room_ = 0;
};

template <typename Record, typename Callback, typename Lost> class typed_receiver final : public receiver {
public:
  typed_receiver(Callback callback, Lost lost) : callback_(moved(callback)), lost_(moved(lost)) {}
  void lost(std::uint64_t count) noexcept override { lost_(count); }

private:
  /// The kernel puts records behind four bytes: they are copied to where their members are aligned.
  int receive(const void *data, std::size_t size) override {
    return deliver_record<Record>(callback_, copy_.of(data, size), size);
  }

  Callback callback_;
  Lost lost_;
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
    return finish(perf_buffer__poll(native_, detail::to_milliseconds(timeout, 0)));
  }
  result<int> consume() { return finish(perf_buffer__consume(native_)); }
  int epoll_fd() const noexcept { return perf_buffer__epoll_fd(native_); }

private:
  template <typename> friend class perf_event_array_map;
  explicit perf_buffer(detail::receiver *receiver) noexcept : receiver_(receiver) {}

  result<void> open(const map &map, std::size_t pages, perf_buffer_sample_fn deliver, perf_buffer_lost_fn lost);
  result<int> finish(int count) {
    if (const int code = receiver_->code()) {
      count = code;
      receiver_->rethrow();
    }
    return detail::poll_result(count, "perf buffer");
  }
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
    perf_buffer buffer(new detail::typed_receiver<As, Callback, Lost>(detail::moved(callback), detail::moved(lost)));
    if (auto opened = buffer.open(*this, pages, deliver, count_lost); !opened)
      return opened.error();
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

} // namespace bpfbuild

#if !defined(BPFBUILD_COMPILED_RUNTIME)
#include <bpfbuild/impl/perf_buffer.hpp>
#endif
